import Conformance
import Foundation
import Kindred
import Testing

@testable import KindredCLI

@Suite struct NewPaperTests {
  @Test func writesEverythingThatAPaperIs() throws {
    let checkout = try CheckoutCopy()
    #expect(
      checkout.new("Example") == (
        .done,
        """
        wrote Plugins/Example/Example.swift
        wrote Plugins/Example/Registration.swift
        wrote docs/papers/Example.md
        wrote Tests/PapersTests/References/Example.swift
        changed Package.swift
        changed Sources/Kindred/Kindred.swift
        changed README.md

        Next:
          swift run kindred check example
          swift test --filter 'ConformanceTests|RegistryTests|ReferenceTests|ExampleTests'
        Then docs/adding-a-paper.md, from the loss that is there to the paper's own.

        """, ""
      ))
    let source = try checkout.text("Plugins/Example/Example.swift")
    #expect(source.contains("public struct Example: PaperModule {"))
    #expect(source.contains("match(layer, by: .distances.dividedByMean, with: .meanSquare)"))
    #expect(
      try checkout.text("Plugins/Example/Registration.swift")
        .hasSuffix("PaperEntry = { Example.register(in: $0) }\n"))
    let reference = try checkout.text("Tests/PapersTests/References/Example.swift")
    #expect(reference.contains("@Suite struct ExampleTests {"))
    #expect(reference.contains(#"Reference("example", on: "embedding", [n, s], [n, t])"#))
    #expect(try checkout.text("Package.swift").contains(#"let papers = ["Example", "KD", "RKD"]"#))
    #expect(
      try checkout.text("Sources/Kindred/Kindred.swift").contains(
        "import Distillation\n@_exported public import Example\n@_exported public import KD\n"))
    #expect(
      try checkout.text("README.md").contains(
        """
        | [`rkd`](docs/papers/RKD.md) | RKD |
        | [`example`](docs/papers/Example.md) | Its Authors: The Title of Example \
        (Venue and Year) | distances between examples, divided by their mean |

        """))
    #expect(try checkout.text("docs/papers/Example.md").contains("| id | `example` |"))

    // A second one finds the first.
    #expect(checkout.new("ATwo").code == .done)
    #expect(
      try checkout.text("Package.swift").contains(
        #"let papers = ["ATwo", "Example", "KD", "RKD"]"#))
    #expect(
      checkout.new("Example").errors
        == "kindred: the name 'Example' is taken, by the paper Example\n"
    )
  }

  @Test(arguments: [
    ("my-loss", "a name that a Swift type can have, such as MyLoss"),
    ("rkd2", "such as Rkd2"), ("2D", "such as MyLoss"), ("Ä", "such as MyLoss"),
    ("A B", "such as AB"),
  ])
  func namesThatNoTypeCanHave(_ name: String, _ words: String) throws {
    let checkout = try CheckoutCopy()
    let result = checkout.new(name)
    #expect(result.code == .usage)
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  @Test(arguments: [
    ("RKD", "the paper RKD"), ("Rkd", "the paper RKD"), ("Kindred", "the module Kindred"),
    ("CE", "the term ce"), ("Gram", "the relation gram"), ("Huber", "the matcher huber"),
    ("LastStage", "the knowledge lastStage"),
    ("Matcher", "the type in Sources/Distillation/Matcher.swift"),
    ("Adaptive", "formulas"), ("Testing", "a module of the toolchain"),
    ("Glibc", "a module of the toolchain"), ("Dispatch", "a module of the toolchain"),
    ("XCTest", "a module of the toolchain"), ("Foundation", "a module of the toolchain"),
    ("Swift", "a module of the toolchain"), ("Xctest", "a module of the toolchain"),
    ("Data", "a type of Swift or Foundation"), ("URL", "a type of Swift or Foundation"),
    ("Goldens", "the target Goldens"), ("TestSupport", "the target TestSupport"),
    ("PapersTests", "the target PapersTests"), ("Paperstests", "the target PapersTests"),
  ])
  func namesThatAreTaken(_ name: String, _ owner: String) throws {
    let checkout = try CheckoutCopy()
    let before = try checkout.files
    let result = checkout.new(name)
    #expect(result.code == .badData)
    #expect(result.errors == "kindred: the name '\(name)' is taken, by \(owner)\n")
    #expect(try checkout.files == before)
  }

  @Test(arguments: [
    "Plugins/Example/notes.txt", "docs/papers/Example.md",
    "Tests/PapersTests/References/Example.swift",
  ])
  func nothingIsWrittenWhereSomethingIs(_ path: String) throws {
    let checkout = try CheckoutCopy()
    try checkout.write("mine", path)
    let before = try checkout.files
    let result = checkout.new("Example")
    #expect(result.code == .inputOutput)
    #expect(result.errors.contains("exists already and is not replaced"))
    #expect(try checkout.files == before)
  }

  /// Whatever was written before the file that cannot be is taken back.
  @Test func nothingIsWrittenWhereNotEverythingCanBe() throws {
    let checkout = try CheckoutCopy()
    let before = try checkout.files
    let changes = try Checkout(at: checkout.path).changes(adding: PaperTemplate(name: "Example"))
    let impossible = Checkout.Change(path: "README.md/below", old: "", new: "")
    #expect(throws: (any Error).self) {
      try Checkout(at: checkout.path).apply(changes + [impossible])
    }
    #expect(try checkout.files == before)
  }

  @Test func onlyInACheckout() throws {
    let checkout = try CheckoutCopy()
    try FileManager.default.removeItem(atPath: checkout.path + "/docs/papers")
    let result = checkout.new("Example")
    #expect(result.code == .missingFile)
    #expect(
      result.errors == """
        kindred: '\(checkout.path)' is no checkout of Kindred, since it has no docs/papers: this \
        is run where Kindred's Package.swift is; 'kindred new package NAME' writes a paper in a \
        package of your own

        """)
    #expect(checkout.new("x", in: NSTemporaryDirectory()).errors.contains("has no Package.swift"))
  }

  /// As swift-format breaks it.
  @Test func aLongListIsBroken() throws {
    let names = (10..<35).map { "P\($0)" }
    let text = "a\nlet papers = [\(names.map { "\"\($0)\"" }.joined(separator: ", "))]\nb\n"
    let manifest = try #require(ManifestPapers(text))
    let broken = """
      a
      let papers = [
        "P10", "P11", "P12", "P13", "P14", "P15", "P16", "P17", "P18", "P19", "P20", "P21", "P22", "P23",
        "P24", "P25", "P26", "P27", "P28", "P29", "P30", "P31", "P32", "P33", "P34", "Q",
      ]
      b

      """
    #expect(manifest.adding("Q") == broken)
    #expect(try #require(ManifestPapers(broken)).names == names + ["Q"])
  }
}

/// A folder with what `kindred new paper` looks for in a checkout, for one test.
private final class CheckoutCopy {
  let path = NSTemporaryDirectory() + "kindred-" + UUID().uuidString

  init() throws {
    try write(
      """
      let papers = ["KD", "RKD"]
      let targets: [Target] = [
        .target(
          name: "Goldens", dependencies: []),
        .target(name: "TestSupport"),
        .testTarget(name: "PapersTests", dependencies: ["Goldens"]),
      ]

      """, "Package.swift")
    try write(
      """
      @_exported public import Distillation
      @_exported public import KD
      @_exported public import RKD
      @_exported public import Tensors

      """, "Sources/Kindred/Kindred.swift")
    try write(
      """
      | id | paper |
      |---|---|
      | [`kd`](docs/papers/KD.md) | KD |
      | [`rkd`](docs/papers/RKD.md) | RKD |

      Beside them …

      """, "README.md")
    try write("public protocol Matcher {}\n", "Sources/Distillation/Matcher.swift")
    for name in ["Plugins/README.md", "docs/papers/KD.md", "Tests/PapersTests/References/KD.swift"]
    {
      try write("", name)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func new(
    _ name: String, in folder: String? = nil
  ) -> (code: ExitCode, output: String, errors: String) {
    let program = Program(
      name: "kindred", summary: "", version: "",
      commands: [New(registry: twoPapers, folder: folder ?? path)])
    let recording = Recording()
    let code = program(["new", "paper", name], console: recording.console())
    return (code, recording.output, recording.errors)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }

  func write(_ text: String, _ name: String) throws {
    let file = URL(filePath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// Every file with its content.
  var files: [String: String] {
    get throws {
      try FileManager.default.subpathsOfDirectory(atPath: path).reduce(into: [:]) {
        $0[$1] = (try? text($1)) ?? "a folder"
      }
    }
  }
}
