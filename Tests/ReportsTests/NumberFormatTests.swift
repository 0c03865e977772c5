import Reports
import Testing

@Suite struct NumberFormatTests {
  @Test(arguments: [(0, "0"), (999, "999"), (78144, "78,144"), (-1_234_567, "-1,234,567")])
  func wholeNumbersAreGrouped(number: Int, text: String) {
    #expect(NumberFormat.grouped(number) == text)
  }

  @Test(arguments: [
    (84.595, 2, "84.59"), (84.596, 2, "84.60"), (-0.001, 2, "0.00"), (-0.006, 2, "-0.01"),
    (1234567, 0, "1234567"), (.nan, 2, "NaN"), (-.infinity, 2, "-inf"), (.infinity, 2, "inf"),
  ])
  func fixed(value: Double, digits: Int, text: String) {
    #expect(NumberFormat.fixed(value, digits: digits) == text)
  }

  @Test func meanAndDeviation() {
    #expect(NumberFormat.mean(84.596, deviation: 0.149, digits: 2) == "84.60 ± 0.15")
    #expect(NumberFormat.mean(84.596, deviation: nil, digits: 2) == "84.60")
  }

  @Test func percent() {
    #expect(NumberFormat.percent(0.846) == "84.60 %")
    #expect(NumberFormat.percent(1, digits: 0) == "100 %")
  }

  @Test(arguments: [
    (1.2, 0.351, "+1.20 ± 0.35"), (-1.2, 0.351, "-1.20 ± 0.35"), (1.2, nil, "+1.20"),
    (0.001, 0.1, "0.00 ± 0.10"), (-0.001, 0.1, "0.00 ± 0.10"), (0, 0, "0.00 ± 0.00"),
    (.infinity, nil, "+inf"), (.nan, .nan, "NaN ± NaN"),
  ])
  func difference(mean: Double, standardError: Double?, text: String) {
    #expect(NumberFormat.difference(mean, standardError: standardError, digits: 2) == text)
  }

  @Test(arguments: [
    (0, "0.00 ms"), (0.00042, "0.42 ms"), (0.0099, "9.90 ms"), (0.00999, "10 ms"),
    (0.85, "850 ms"), (0.9996, "1.0 s"), (12.34, "12.3 s"), (59.94, "59.9 s"),
    (59.96, "1 min 00 s"), (303.2, "5 min 03 s"), (3599.4, "59 min 59 s"),
    (3599.6, "1 h 00 min"), (7500, "2 h 05 min"), (1e6, "277 h 47 min"), (.infinity, "inf"),
  ])
  func duration(seconds: Double, text: String) {
    #expect(NumberFormat.duration(seconds: seconds) == text)
  }
}
