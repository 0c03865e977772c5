import Foundation
import Testing

@testable import KindredCLI

@Suite struct ManualTests {
  @Test func everyVerbAndOptionIsThere() {
    let page = kindred("manual").output
    #expect(page.hasPrefix(".TH \"KINDRED\" \"1\" \"\" \"kindred 0.2.0\" \"User Commands\"\n"))
    func look(at command: any Command, path: String) {
      for declaration in command.parameters.map({ $0.declaration }) {
        let label = declaration.labelWithValue.replacing("-", with: "\\-")
        #expect(page.contains(".B \"\(label)\"\n"))
      }
      for command in command.subcommands {
        #expect(page.contains(".SS \"\(path) \(command.name)\"\n"))
        look(at: command, path: "\(path) \(command.name)")
      }
    }
    look(at: Program.kindred(registry: twoPapers), path: "kindred")
    for code in ExitCode.allCases { #expect(page.contains(".B \"\(code.rawValue)\"\n")) }
    #expect(page.contains(".B \"KINDRED_THREADS\"\n"))
    #expect(page.allSatisfy { $0.isASCII })
  }

  /// The page of a program that 'kindred with PACKAGE' runs is that of 'kindred'.
  @Test func theProgramOfAPackage() {
    let recording = Recording()
    let program = Program.kindred(name: "kindred with .", registry: twoPapers)
    #expect(program(["manual"], console: recording.console()) == .done)
    #expect(recording.output == kindred("manual").output)
  }

  @Test func textMeansItself() {
    var page = Roff()
    page.text(".dot 'quote' `back` a\\b -- ~^ é×")
    page.text("'begins")
    page.macro("B", "say \"x\"")
    #expect(
      page.source == """
        \\&.dot \\(aqquote\\(aq \\(gaback\\(ga a\\eb \\-\\- \\(ti\\(ha \\[u00E9]\\[u00D7]
        \\(aqbegins
        .B "say \\(dqx\\(dq"

        """)
  }

  @Test func discussionsKeepTheirExamples() {
    var page = Roff()
    page.discussion("One\ntwo\n\nthree:\n  a b\n  c\n\nend")
    #expect(
      page.source
        == "One\ntwo\n.PP\nthree:\n.PP\n.RS 2\n.nf\na b\nc\n.fi\n.RE\n.PP\nend\n")
  }

  /// With every warning that groff has.
  @Test(.enabled(if: InstalledShell.groff.isExpected, "groff is not installed"))
  func isRenderedWithoutWarnings() throws {
    let folder = try ScoreFolder()
    try kindred("manual").output.write(
      toFile: folder.path("kindred.1"), atomically: true, encoding: .utf8)
    let result = try InstalledShell.groff.run(
      ["-man", "-ww", "-Tutf8", "-P-cbou", "-rLL=80n", "kindred.1"], in: folder)
    #expect(result.code == 0)
    #expect(result.errors == "")
    #expect(result.output.contains("kindred bench losses\n"))
    #expect(result.output.contains("kindred run recipe.json5 --set data.train=1000"))
    for line in result.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }
}
