import Kindred
import Testing

@testable import Distillation

@Suite struct VisibleTextTests {
  @Test(arguments: [
    ("ce + 2*kd", "ce + 2*kd"), ("über 损失 👩‍👩‍👧", "über 损失 👩‍👩‍👧"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
    ("a\r\nb", "a\\r\\nb"), ("\u{1B}[31mred", "\\u{1B}[31mred"),
    ("\0\u{7F}\u{9B}", "\\u{0}\\u{7F}\\u{9B}"),
    ("\u{2028}\u{202E}\u{2066}", "\\u{2028}\\u{202E}\\u{2066}"),
  ])
  func controlCharactersAreShown(_ text: String, _ visible: String) {
    #expect(text.visible == visible)
  }

  @Test func linesMayBeKept() {
    #expect("a\n\tb\u{1B}\r".visibleInLines == "a\n\tb\\u{1B}\\r")
  }

  /// The caret is below its place, whatever characters the line holds.
  @Test func formulasAreShownToo() {
    let error = FormulaError(problem: "no 'a\u{1B}'", formula: "ce\n+ \u{1B}[0m kd", column: 10)
    #expect(
      error.description == """
        no 'a\\u{1B}', at column 10 of
          + \\u{1B}[0m kd
                     ^
        """)
    #expect(
      SettingError(path: ["a\nb"], problem: "is wrong").description == "a\\nb: is wrong")
    #expect(
      DistillationError.unknownName("k\u{1B}d", kind: "term", available: ["kd"]).description
        == "no term 'k\\u{1B}d' (did you mean 'kd'?); the only one is 'kd'")
  }
}
