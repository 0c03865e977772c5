import Reports
import Testing

@Suite struct TableTests {
  @Test func alignsColumns() {
    var table = Table(["loss", .number("accuracy %"), .number("difference"), .number("time")])
    table.append(["ce", "84.60 ± 0.15", "", "12.3 s"])
    table.append(["ce + kd(temperature: 4)", "85.80 ± 0.20", "+1.20 ± 0.35", "1 min 05 s"])
    #expect(
      table.text() == """
        loss                       accuracy %    difference        time
        ───────────────────────  ────────────  ────────────  ──────────
        ce                       84.60 ± 0.15                    12.3 s
        ce + kd(temperature: 4)  85.80 ± 0.20  +1.20 ± 0.35  1 min 05 s

        """)
  }

  @Test func breaksLongCellsToFitTheWidth() {
    var table = Table(["name", "formula", .number("value")])
    table.append(["mix", "0.1*ce + 0.9*kd(temperature: 4) + 25*rkd.distance", "0.12345"])
    #expect(
      table.text(width: 40)
        == """
        name  formula                     value
        ────  ────────────────────────  ───────
        mix   0.1*ce +                  0.12345
              0.9*kd(temperature: 4) +
              25*rkd.distance

        """)
    for line in table.text(width: 40).split(separator: "\n") { #expect(line.count <= 40) }
  }

  @Test func breaksAWordThatIsWiderThanItsColumn() {
    var table = Table(["a", "b"])
    table.append(["abcdefghijklmnopqrst", "x"])
    #expect(
      table.text(width: 15) == """
        a             b
        ────────────  ─
        abcdefghijkl  x
        mnopqrst

        """)
  }

  @Test func neverBreaksNumbers() {
    var table = Table(["a", .number("b")])
    table.append(["x", "1234567890 ± 1234567890"])
    #expect(table.text(width: 10).contains("x  1234567890 ± 1234567890\n"))
  }

  @Test func countsTerminalColumns() {
    var table = Table(["name", .number("n")])
    table.append(["数据", "1"])  // four columns
    table.append(["e\u{301}te\u{301}", "2"])  // three columns
    table.append(["👍🏽", "3"])  // two columns
    #expect(
      table.text() == """
        name  n
        ────  ─
        数据  1
        e\u{301}te\u{301}   2
        👍🏽    3

        """)
  }

  @Test func cellsCannotBreakTheTable() {
    var table = Table(["name", "next"])
    table.append(["a\nb\u{1B}[2J", "c"])
    #expect(table.text().hasSuffix("a b [2J  c\n"))
  }

  @Test func aTableWithoutRowsIsItsTitles() {
    #expect(Table(["name"]).text() == "name\n────\n")
  }
}
