import Foundation
import Testing

@testable import KindredCLI

@Suite struct JSONTests {
  @Test func keepsOrderAndLaysOutShortValuesOnALine() {
    let json = JSON.object([
      ("value", .number(0.1)),
      (
        "terms",
        .array([
          .object([("name", .string("ce")), ("weight", .number(1)), ("value", .number(1e-7))]),
          .object([("name", .string("kd")), ("weight", .integer(2)), ("value", .null)]),
        ])
      ),
      ("none", .array([])), ("flag", .boolean(true)),
    ])
    #expect(
      json.text == """
        {
          "value": 0.1,
          "terms": [
            {"name": "ce", "weight": 1.0, "value": 1e-07},
            {"name": "kd", "weight": 2, "value": null}
          ],
          "none": [],
          "flag": true
        }
        """)
  }

  @Test(arguments: [
    0.1 + 0.2, 1.0 / 3, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 1e21, 0, 123456789.125,
  ])
  func numbersReadBackToTheBit(value: Double) throws {
    let data = Data(JSON.array([.number(value)]).text.utf8)
    #expect(try JSONDecoder().decode([Double].self, from: data) == [value])
  }

  @Test func numbersThatJSONDoesNotHaveAreNull() {
    #expect(JSON.array([.number(.nan), .number(.infinity)]).text == "[null, null]")
  }

  @Test func escapesStrings() throws {
    let string = "a\"b\\c\n\r\n\t\u{1}\u{7F}é👍🏽"
    let data = Data(JSON.array([.string(string)]).text.utf8)
    #expect(try JSONDecoder().decode([String].self, from: data) == [string])
    #expect(JSON.string("a\"b\\\u{1}").text == #""a\"b\\\u0001""#)
  }

  @Test func breaksLongArrays() {
    let json = JSON.array((0..<40).map { .integer($0) })
    #expect(json.text.hasPrefix("[\n  0,\n  1,\n"))
  }

  @Test func keepsShortArraysWithinALine() {
    let json = JSON.array([.object([("choices", .array([.string("a"), .string("b")]))])])
    #expect(
      json.text == """
        [
          {"choices": ["a", "b"]}
        ]
        """)
  }
}
