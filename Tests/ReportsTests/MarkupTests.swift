import Testing

@testable import Reports

@Suite struct MarkupTests {
  @Test func textAndAttributesAreEscaped() {
    let markup = Markup("p", ["title": "\"a\" & 'b' <c>"], "x < y && \"z\"", Markup("br", [:]))
    #expect(
      markup.html
        == "<p title=\"&quot;a&quot; &amp; &#39;b&#39; &lt;c&gt;\">"
        + "x &lt; y &amp;&amp; &quot;z&quot;<br></p>")
  }

  @Test func controlCharactersAreReplaced() {
    #expect(Markup.text("a\u{0}\u{1B}[2J\n\tb").html == "a\u{FFFD}\u{FFFD}[2J\n\tb")
  }
}
