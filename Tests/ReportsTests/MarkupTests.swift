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

  @Test(arguments: [
    ("Σ_c qᵢ_c log x_c²", "Σ<sub>c</sub> qᵢ<sub>c</sub> log x<sub>c</sub>²"),
    ("Σ_{l ≥ k} ℓ_δ(s_c, t_c)", "Σ<sub>l ≥ k</sub> ℓ<sub>δ</sub>(s<sub>c</sub>, t<sub>c</sub>)"),
    (
      "‖G_S − G_c:‖²_F, my_term < a_1",
      "‖G<sub>S</sub> − G<sub>c</sub>:‖²<sub>F</sub>, my_term &lt; a_1"
    ),
    ("_{open", "_{open"),
  ]) func equationsHaveSubscripts(text: String, html: String) {
    #expect(Markup.equation(text).html == html)
  }

  @Test func controlCharactersAreReplaced() {
    #expect(Markup.text("a\u{0}\u{1B}[2J\n\tb").html == "a\u{FFFD}\u{FFFD}[2J\n\tb")
  }
}
