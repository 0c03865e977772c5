import Foundation
import Kindred
import TensorFiles
import Testing

@testable import KindredCLI

@Suite struct NewPackageTests {
  private static let checkout = URL(filePath: #filePath).appending(path: "../../..").standardized
    .path

  /// The files that are written into a folder, which is removed, and what the command says.
  private func new(
    _ words: String..., sources: KindredSources? = .folder(Self.checkout),
    among others: [String: String] = [:]
  ) throws -> (code: ExitCode, output: String, errors: String, files: [String: String]) {
    let folder = NSTemporaryDirectory() + "kindred-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in others { try AtomicFile.write(text, to: "\(folder)/\(name)") }
    let program = Program(
      name: "kindred", summary: "", version: "",
      commands: [New(registry: twoPapers, folder: folder, sources: sources)])
    let recording = Recording()
    let code = program(["new", "package"] + words, console: recording.console())
    var files: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      files[path] = try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
    }
    return (
      code, recording.output, recording.errors.replacing(folder, with: "FOLDER"), files
    )
  }

  @Test func writesAPackage() throws {
    let result = try new("MyLoss")
    #expect(result.code == .done)
    #expect(result.errors == "")
    #expect(
      result.output == """
        wrote MyLoss/Package.swift
        wrote MyLoss/Sources/MyLoss/MyLoss.swift
        wrote MyLoss/Sources/MyLoss/Registration.swift
        wrote MyLoss/Tests/MyLossTests/MyLossTests.swift
        wrote MyLoss/recipe.json5
        wrote MyLoss/README.md
        wrote MyLoss/.gitignore

        Next:
          cd MyLoss
          kindred with . check myLoss
          swift test
          kindred with . run recipe.json5

        """)
    let files = result.files
    #expect(files.count == 7)
    #expect(
      files["MyLoss/Package.swift"] == """
        // swift-tools-version: 6.3
        import PackageDescription

        let package = Package(
          name: "MyLoss",
          platforms: [.macOS(.v15)],
          products: [.library(name: "MyLoss", targets: ["MyLoss"])],
          dependencies: [
            .package(name: "kindred", path: "\(Self.checkout)")
          ],
          targets: [
            .target(
              name: "MyLoss", dependencies: [.product(name: "Kindred", package: "kindred")]),
            .testTarget(
              name: "MyLossTests",
              dependencies: [
                "MyLoss", .product(name: "Conformance", package: "kindred"),
                .product(name: "Kindred", package: "kindred"),
              ]),
          ]
        )

        """)
    let source = try #require(files["MyLoss/Sources/MyLoss/MyLoss.swift"])
    #expect(source.hasPrefix("public import Kindred\n"))
    #expect(
      source.dropFirst("public import Kindred\n".count)
        == PaperTemplate(name: "MyLoss").source.dropFirst("public import Distillation\n".count))
    let registration = try #require(files["MyLoss/Sources/MyLoss/Registration.swift"])
    #expect(registration.hasPrefix("import Kindred\n"))
    #expect(registration.hasSuffix("{ MyLoss.register(in: $0) }\n"))
    let test = try #require(files["MyLoss/Tests/MyLossTests/MyLossTests.swift"])
    #expect(test.contains(#"ConformanceSuite(of: "myLoss", in: .linked)"#))
    let readme = try #require(files["MyLoss/README.md"])
    #expect(
      readme.hasSuffix(
        """
        `.package(url: "…", from: "\(Program.version)")`. If the repository has no such version, write
        `branch: "main"` in place of `from: …`.

        """))
    #expect(
      readme.contains(
        """
        ```sh
        kindred with . check myLoss
        swift test
        kindred with . run recipe.json5
        ```

        """))
  }

  /// The numbers are those of two distances, and the recipe is one.
  @Test func theRecipeIsRead() throws {
    let text = try #require(try new("Example").files["Example/recipe.json5"])
    let path = NSTemporaryDirectory() + "kindred-\(UUID().uuidString).json5"
    // The paper itself is not in this program: one that is takes its place.
    try AtomicFile.write(text.replacing("ce + example", with: "ce + rkd"), to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let plan = kindred("plan", path)
    #expect(plan.errors == "")
    #expect(plan.code == .done)
  }

  @Test func kindredMayBeElsewhere() throws {
    let manifest = try #require(
      try new("Example", "--from", "https://a.b/Kindred.git", sources: nil)
        .files["Example/Package.swift"])
    #expect(
      manifest.contains(#".package(url: "https://a.b/Kindred.git", from: "\#(Program.version)")"#))
    #expect(manifest.contains(#"[.product(name: "Kindred", package: "Kindred")]"#))
    let folder = try #require(
      try new("Example", "--from", Self.checkout + "/Tests/..", sources: nil)
        .files["Example/Package.swift"])
    #expect(folder.contains(#"path: "\#(Self.checkout)""#))
  }

  @Test func thisProgramKnowsItsSources() {
    #expect(KindredSources.ofThisProgram() == .folder(Self.checkout))
    #expect(
      KindredSources.with(file: "/a/b/Sources/KindredCLI/Commands/New/N.swift") == nil)
    #expect(KindredSources.with(file: "/") == nil)
  }

  @Test func errorsWriteNothing() throws {
    let unknown = try new("Example", sources: nil)
    #expect(unknown.code == .missingFile)
    #expect(
      unknown.errors == """
        kindred: this program does not know where Kindred is, since the folder in which it was \
        built is gone: name a folder or a URL with '--from'

        """)
    #expect(unknown.files == [:])

    let wrong = try new("Example", "--from", "/none")
    #expect(wrong.code == .missingFile)
    #expect(
      wrong.errors == """
        kindred: '/none' is not the folder of Kindred, which has a Package.swift and \
        Sources/Kindred

        """)

    let taken = try new("RKD")
    #expect(taken.code == .badData)
    #expect(taken.errors == "kindred: the name 'RKD' is taken, by the paper RKD\n")
    #expect(taken.files == [:])
    #expect(try new("Training").errors.hasSuffix("is taken, by the module Training\n"))
    #expect(
      try new("RKD", "--from", "https://a.b/c").errors.hasSuffix("is taken, by the term rkd\n"))
    #expect(try new("my-loss").code == .usage)

    let there = try new("Example", among: ["Example": "mine"])
    #expect(there.code == .inputOutput)
    #expect(there.errors == "kindred: 'FOLDER/Example' exists already and is not replaced\n")
    #expect(there.files == ["Example": "mine"])
  }
}
