import Foundation
import Testing

@testable import KindredCLI

@Suite struct PaperPackageTests {
  private func package(_ dump: String) throws -> PaperPackage {
    try PaperPackage(manifest: Data(dump.utf8), folder: "/p/Papers", called: "Papers")
  }

  /// A product counts when a target below it uses Kindred.
  @Test func manifestsAreRead() throws {
    #expect(
      try package(ManifestDumps.ofFolder("/k"))
        == PaperPackage(
          folder: "/p/Papers", kindred: .folder("/k"),
          libraries: [.init(name: "Papers", modules: ["Ex_ample"])],
          sources: [
            "Ex_ample": "/p/Papers/Sources/Ex-ample", "Example": "/p/Papers/Source/Example",
          ],
          resources: ["/p/Papers/Source/Example/table.txt", "/p/Papers/Source/Example/data"],
          hasOtherDependencies: false, macOS: "26.0"))
  }

  @Test(arguments: [
    (#"{"range": [{"lowerBound": "1.0.0", "upperBound": "2.0.0"}]}"#, #""1.0.0"..<"2.0.0""#),
    (#"{"exact": ["1.0.0"]}"#, #"exact: "1.0.0""#), (#"{"branch": ["main"]}"#, #"branch: "main""#),
    (#"{"revision": ["a1"]}"#, #"revision: "a1""#),
  ])
  func requirementsAreWrittenAsTheyWere(_ dump: String, _ requirement: String) throws {
    let package = try package(ManifestDumps.ofURL("https://a.b/Kindred.git", dump))
    #expect(
      package.kindred == .repository("https://a.b/Kindred.git", requirement: requirement))
    let manifest = PaperProgram(package: package, name: "P", comments: [:]).files[0].text
    #expect(manifest.contains(".package(url: \"https://a.b/Kindred.git\", \(requirement)),\n"))
    #expect(manifest.contains(#".product(name: "KindredCLI", package: "Kindred"),"#))
  }

  @Test func theProgramIsWritten() throws {
    let program = PaperProgram(
      package: try package(ManifestDumps.ofFolder("/k \\\"q\\\"\\\\")), name: "KindredWith_1",
      comments: ["Ex_ample.Example": ["layer": "The \"layer\"."]])
    #expect(
      program.files[0].text == #"""
        // swift-tools-version: 6.3
        import PackageDescription

        // Written by 'kindred with', and may be removed.
        let package = Package(
          name: "with-papers",
          platforms: [.macOS("26.0")],
          dependencies: [
            .package(name: "kindred", path: "/k \"q\"\\"),
            .package(name: "papers", path: "/p/Papers"),
          ],
          targets: [
            .executableTarget(
              name: "KindredWith_1",
              dependencies: [
                .product(name: "KindredCLI", package: "kindred"),
                .product(name: "Papers", package: "papers"),
              ])
          ]
        )

        """#)
    #expect(
      program.files[1].text == #"""
        import KindredCLI
        import Ex_ample

        KindredCLI.main(
          .kindred(
            name: CommandLine.arguments[0], registry: .linked,
            parameterComments: [
              "Ex_ample.Example": [
                "layer": "The \"layer\"."
              ]
            ]))

        """#)
  }

  @Test func packagesThatCannotBeLinked() {
    func message(_ dump: String) -> String {
      do {
        _ = try package(dump)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message(ManifestDumps.withoutKindred) == """
        'Papers' has no paper of Kindred: none of its targets depends on the product 'Kindred', \
        as in .product(name: "Kindred", package: "kindred")
        """)
    #expect(
      message(
        ManifestDumps.ofFolder(
          "/k",
          products: #"{"name": "KindredCLI", "targets": [], "type": {"library": ["automatic"]}}"#))
        == "'Papers' is Kindred itself, whose papers are known without 'with': 'kindred list' lists them"
    )
    let tool = #"{"name": "T", "targets": ["Tool"], "type": {"executable": null}}"#
    #expect(
      message(ManifestDumps.ofFolder("/k", products: tool)) == """
        'Papers' has papers and no library of them: its manifest needs the product \
        .library(name: "Example", targets: ["Example"])
        """)
    #expect(
      message(ManifestDumps.ofFolder("/k", products: ManifestDumps.library("dynamic"))) == """
        the library 'Papers' of 'Papers' has a fixed 'type', with which its papers are not entered \
        in a program: leave the type out
        """)
    #expect(
      message("[]") == "what 'swift package dump-package' writes of 'Papers' is not understood")
  }
}
