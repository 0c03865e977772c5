import Foundation
import Testing

@testable import TensorFiles

/// Headers with many escapes and with many tensors.
@Suite struct TensorFileHeaderTests {
  @Test func escapesAmongPlainText() throws {
    let count = 50_000
    let piece = #"gr\u00F6\u00dfe \ud83d\uDE42 \"\\\/\n\t"#
    let text =
      #"{"__metadata__":{"a":""# + String(repeating: piece, count: count) + #"","b":"é"}}"#
    let metadata = try SafeTensorsHeader(parsing: Array(text.utf8)).metadata
    #expect(metadata["a"] == String(repeating: "größe 🙂 \"\\/\n\t", count: count))
    #expect(metadata["b"] == "é")
  }

  /// The tensors are in the order of their bytes, which needs no sorting, and in another order.
  @Test func manyTensors() throws {
    let entries = (0..<20_000).map {
      #""t\#($0)":{"dtype":"F32","shape":[1,2],"data_offsets":[\#(8 * $0),\#(8 * $0 + 8)]}"#
    }
    for entries in [entries, entries.reversed()] {
      let header = try SafeTensorsHeader(parsing: Array("{\(entries.joined(separator: ","))}".utf8))
      try header.checkCoverage(of: 160_000)
      #expect(header.entries.count == 20_000)
      #expect(header.entry(named: "t19999")?.bytes == 159_992..<160_000)
      #expect(header.entry(named: "t20000") == nil)
    }
  }

  /// A number, a string or an escape is cut off by the end of the header, or is not one at all.
  @Test(arguments: [
    (#"{"a"#, "its end at byte 3 where the end of a string"),
    (#"{"a\"#, "its end at byte 4 where the end of a string"),
    (#"{"\u00"#, "'0' at byte 4 where four hexadecimal digits"),
    (#"{"\u00g0":1}"#, "'0' at byte 4 where four hexadecimal digits"),
    (#"{"\x":1}"#, "'x' at byte 3 where an escape of JSON"),
    (#"{"a":{"shape":[01]}}"#, "'0' at byte 15 where a whole number"),
    (#"{"a":{"shape":[9223372036854775808]}}"#, "'9' at byte 15 where a number below 2⁶³"),
  ])
  func whatIsNone(text: String, problem: String) {
    #expect(throws: FormatProblem.malformed("the header has \(problem) must stand")) {
      try SafeTensorsHeader(parsing: Array(text.utf8))
    }
  }
}
