import Testing

@testable import Reports

@Suite struct MarkdownTests {
  @Test(arguments: [
    ("rkd > ce", "rkd > ce"), ("a|b", "a\\|b"), ("<b>x</b>", "\\<b>x\\</b>"),
    ("`code`", "\\`code\\`"), ("0.5*kd", "0.5\\*kd"), ("a\nb\r\nc\u{2028}d", "a b c d"),
    ("C:\\x", "C:\\\\x"), ("[a](b)", "\\[a\\](b)"), ("&lt;", "\\&lt;"), ("~~a~~", "\\~\\~a\\~\\~"),
    ("\u{1B}[31mred\u{7}", "\\\\u{1B}\\[31mred\\\\u{7}"), ("x #", "x \\#"), ("$a$", "\\$a\\$"),
    ("a_b _c_ d_", "a_b \\_c\\_ d\\_"), ("\u{202E}abc", "\\\\u{202E}abc"),
    ("https://example.org/a_b?c=d", "https://example.org/a_b?c=d"), ("über, 损失", "über, 损失"),
  ])
  func textIsShownLetterByLetter(_ text: String, _ markdown: String) {
    #expect(Markdown.text(text) == markdown)
  }

  @Test(arguments: [
    ("ce + kd", false, "`ce + kd`"), ("a|b", false, "`a|b`"), ("a|b", true, "`a\\|b`"),
    ("a`b", false, "``a`b``"), ("`a``b", false, "``` `a``b ```"), ("a\nb", false, "`a b`"),
    ("<b>*", false, "`<b>*`"), ("\u{1B}[2J", false, "`\\u{1B}[2J`"),
  ])
  func codeIsShownLetterByLetter(_ text: String, _ isInTable: Bool, _ markdown: String) {
    #expect(Markdown.code(text, inTable: isInTable) == markdown)
  }
}
