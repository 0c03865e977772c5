import Distillation
import Foundation
import Testing

@testable import Experiments
@testable import Training

@Suite struct JSON5Tests {
  // MARK: - Texts that are read

  /// Every form in the specification, and JSON's part of them.
  @Test(arguments: [
    ("null", Setting.none), ("true", .boolean(true)), (" false ", .boolean(false)),
    ("0", .number(0)), ("-0", .number(-0.0)), ("12", .number(12)), ("+5", .number(5)),
    (".5", .number(0.5)), ("5.", .number(5)), ("-.5e1", .number(-5)), ("1.e-3", .number(1e-3)),
    ("1E+2", .number(100)), ("0x40", .number(64)), ("-0XaF", .number(-175)),
    ("0.1", .number(0.1)), ("5e-324", .number(.leastNonzeroMagnitude)), ("0e999", .number(0)),
    ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
    ("Infinity", .number(.infinity)), ("-Infinity", .number(-.infinity)),
    ("+Infinity", .number(.infinity)),
    ("9007199254740993", Setting(whole: 9_007_199_254_740_993)),
    ("-9007199254740993", Setting(whole: -9_007_199_254_740_993)),
    ("9007199254740993.0", Setting(whole: 9_007_199_254_740_993)),
    ("9.007199254740993e15", Setting(whole: 9_007_199_254_740_993)),
    ("90071992547409930e-1", Setting(whole: 9_007_199_254_740_993)),
    ("18446744073709551615", Setting(whole: UInt64.max)),
    ("0xFFFFFFFFFFFFFFFF", Setting(whole: UInt64.max)),
    ("\"\"", .text("")), ("'it\\'s \"a\"'", .text("it's \"a\"")),
    (#""\b\f\n\r\t\v\0\\\/\"""#, .text("\u{8}\u{C}\n\r\t\u{B}\0\\/\"")),
    (#"'\x41\u00e9\uD83D\uDE00'"#, .text("Aé😀")), (#"'\-\é'"#, .text("-é")),
    ("'a\\\nb\\\r\nc\\\u{2028}d'", .text("abcd")), ("'\u{2028}\t'", .text("\u{2028}\t")),
    ("[]", .list([])), ("[1,]", .list([.number(1)])),
    ("[[], {}]", .list([.list([]), .group([:])])),
    ("{a: 1, 'b': 2, \"c\": 3,}", .group(["a": .number(1), "b": .number(2), "c": .number(3)])),
    ("{$_é\\u0041\u{200D}1: 1}", .group(["$_éA\u{200D}1": .number(1)])),
    ("{null: 1, Infinity: 2}", .group(["null": .number(1), "Infinity": .number(2)])),
    ("{'': {'': 1}}", .group(["": .group(["": .number(1)])])),
    ("// a {\r/* ' ] */\u{FEFF}\u{A0}\u{3000}\u{B}\u{C}\u{2029}1/**/ // b", .number(1)),
  ])
  func itReads(_ text: String, _ value: Setting) throws {
    #expect(try JSON5Parser.parse(Array(text.utf8)) == value)
  }

  @Test func noNumberIsRead() throws {
    guard case .number(let number) = try JSON5Parser.parse(Array("-NaN".utf8)) else {
      Issue.record("NaN is a number")
      return
    }
    #expect(number.isNaN)
  }

  // MARK: - Mistakes

  @Test(arguments: [
    ("", "the file is empty"),
    (" \n// Nothing yet.\n/* Nor here. */", "the file is empty"),
    ("{rows: [{loss: 'ce'}]", "the '{' at line 1, column 1 is not closed"),
    ("{rows", "the '{' at line 1, column 1 is not closed"),
    ("{rows: ", "the '{' at line 1, column 1 is not closed"),
    ("{\n  rows: [\n    {loss: 'ce'},\n", "the '[' at line 2, column 9 is not closed"),
    (
      "{\n  rows: [{loss: 'ce'}\n}",
      "the '}' at line 3, column 1 does not close the '[' at line 2, column 9"
    ),
    ("{a: 1]", "the ']' at line 1, column 6 does not close the '{' at line 1, column 1"),
    ("{rows: []}}", "the '}' at line 1, column 11 closes nothing"),
    ("{\n  name: 'a,\n  rows: []}", "the text that begins at line 2, column 9 is not closed"),
    (#"{name: "a\"}"#, "the text that begins at line 1, column 8 is not closed"),
    ("'a\\", "the text that begins at line 1, column 1 is not closed"),
    ("{ /* { } ]\n", "the comment that begins at line 1, column 3 is not closed"),
    ("{\r\n  name: 'é'\r\n  rows: []}", "a ',' or ':' is missing before line 3, column 3"),
    ("{name: kd}", "'kd' at line 1, column 8 is no value; a text needs quotes"),
    ("{seeds: [1, 2e]}", "'2e' at line 1, column 13 is no value; a text needs quotes"),
    ("[01]", "'01' at line 1, column 2 is no value; a text needs quotes"),
    ("[0x]", "'0x' at line 1, column 2 is no value; a text needs quotes"),
    ("[1_0]", "'1_0' at line 1, column 2 is no value; a text needs quotes"),
    ("[--1]", "'--1' at line 1, column 2 is no value; a text needs quotes"),
    ("[½]", "'½' at line 1, column 2 is no value; a text needs quotes"),
    ("{rows [{loss: 'ce'}]}", "a ',' or ':' is missing before line 1, column 7"),
    ("{a}", "a ':' and a value are missing before the '}' at line 1, column 3"),
    ("{a: , b: 1}", "a value is missing before the ',' at line 1, column 5"),
    ("{, a: 1}", "a key is missing before the ',' at line 1, column 2"),
    ("[1,, 2]", "a value is missing before the ',' at line 1, column 4"),
    ("[1 2]", "a ',' or ':' is missing before line 1, column 4"),
    ("{a-b: 1}", "the key 'a-b' at line 1, column 2 needs quotes"),
    ("{1: 1}", "the key '1' at line 1, column 2 needs quotes"),
    ("{} 1", "the text goes on after its end, at line 1, column 4"),
    (
      #"{a: "C:\data"}"#,
      #"'\d' at line 1, column 8 means nothing; a backslash in a text is '\\'"#
    ),
    (
      #"'\01'"#,
      #"'\0 and a digit' at line 1, column 2 means nothing; a backslash in a text is '\\'"#
    ),
    (#"'\u12'"#, "the escape at line 1, column 2 needs 4 hexadecimal digits"),
    (#"'\xg1'"#, "the escape at line 1, column 2 needs 2 hexadecimal digits"),
    (#"'\ud800'"#, "the escape at line 1, column 2 is half of a character"),
    (#"'\ud800\u0041'"#, "the escape at line 1, column 2 is half of a character"),
    (#"'é\udc00'"#, "the escape at line 1, column 3 is half of a character"),
  ])
  func itSaysWhatIsNotJSON5(_ text: String, _ problem: String) {
    let error = #expect(throws: SettingError.self) { try Recipe.read(Data(text.utf8)) }
    #expect(error?.description == "not JSON5: \(problem)")
  }

  @Test(arguments: [
    (
      "{\n  student: { training: { epochs: 1,\n    batch: 64, epochs: 7 } } }",
      "the key 'epochs' stands twice: at line 2, column 26 and at line 3, column 16"
    ),
    ("{a: 1, 'a': 1}", "the key 'a' stands twice: at line 1, column 2 and at line 1, column 8"),
    (
      #"[{b: [{"\u0061": 1, a: {}}]}]"#,
      "the key 'a' stands twice: at line 1, column 8 and at line 1, column 21"
    ),
    (
      "{\n  a: 1e999}",
      "the number '1e999' at line 2, column 6 is too large; the largest is 1.7976931348623157e+308"
    ),
    (
      "[-1e-999]",
      "the number '-1e-999' at line 1, column 2 is too small; the smallest above 0 is 5e-324"
    ),
    (
      "[0x10000000000000000]",
      "the number '0x10000000000000000' at line 1, column 2 is too large; the largest in this form is "
        + "0xFFFFFFFFFFFFFFFF"
    ),
  ])
  func itSaysWhatCannotBeMeant(_ text: String, _ problem: String) {
    let error = #expect(throws: SettingError.self) { try Recipe.read(Data(text.utf8)) }
    #expect(error?.description == problem)
  }

  @Test func itIsNotNestedWithoutEnd() {
    let error = #expect(throws: JSON5Error.self) {
      try JSON5Parser.parse(Array(String(repeating: "[", count: 100_000).utf8))
    }
    #expect(error?.problem == "the brackets at line 1, column 201 are more than 200 deep")
  }

  // MARK: - Bytes

  @Test(arguments: [
    String.Encoding.utf16BigEndian, .utf16LittleEndian, .utf32BigEndian, .utf32LittleEndian,
  ])
  func otherEncodingsAreRead(_ encoding: String.Encoding) throws {
    let text = "{name: 'é😀', rows: [{loss: 'ce'}]}"
    let data = try #require(text.data(using: encoding))
    let mark = try #require("\u{FEFF}".data(using: encoding))
    for data in [data, mark + data] {
      #expect(try Recipe.read(data).name == "é😀")
    }
    #expect(try Recipe.read(Data([0xEF, 0xBB, 0xBF]) + Data(text.utf8)).name == "é😀")
  }

  @Test(
    arguments: [
      (
        [0x7B, 0x0A, 0x20, 0xFC, 0x62],
        "the byte 0xFC at line 2, column 2 is not UTF-8; save the file as UTF-8"
      ),
      (
        Array("{a: 'é".utf8) + [0xC3],
        "the byte 0xC3 at line 1, column 7 is not UTF-8; save the file as UTF-8"
      ),
      (
        [0xED, 0xA0, 0x80], "the byte 0xED at line 1, column 1 is not UTF-8; save the file as UTF-8"
      ),
      (
        [0xFF, 0xFE, 0x7B, 0, 0, 0xD8, 0x7D, 0],
        "what follows line 1, column 2 is not UTF-16; save the file as UTF-8"
      ),
      (
        [0xFF, 0xFE, 0x7B, 0, 0x7D],
        "what follows line 1, column 2 is not UTF-16; save the file as UTF-8"
      ),
      (
        [0, 0, 0, 0x7B, 0, 0xFF, 0, 0],
        "what follows line 1, column 2 is not UTF-32; save the file as UTF-8"
      ),
    ] as [([UInt8], String)])
  func bytesThatAreNoTextHaveAPlace(_ bytes: [UInt8], _ problem: String) {
    let error = #expect(throws: SettingError.self) { try Recipe.read(Data(bytes)) }
    #expect(error?.description == problem)
    let other = #expect(throws: ExperimentError.self) {
      try CheckedJSON.decode([String: Int].self, from: Data(bytes))
    }
    #expect(other?.description == problem)
  }

  @Test func jsonIsCheckedFirst() throws {
    #expect(
      try CheckedJSON.decode([String: UInt64].self, from: Data(#"{"a": 9007199254740993}"#.utf8))
        == ["a": 9_007_199_254_740_993])
    let twice = #expect(throws: ExperimentError.self) {
      try CheckedJSON.decode(
        [String: Int].self, from: Data(#"{"a": 1, "a": 2}"#.utf8), firstLine: 4)
    }
    #expect(
      twice?.description == "the key 'a' stands twice: at line 4, column 2 and at line 4, column 10"
    )
    let broken = #expect(throws: ExperimentError.self) {
      try CheckedJSON.decode([String: Int].self, from: Data(#"{"a": 1"#.utf8))
    }
    #expect(broken?.description == "not JSON: the '{' at line 1, column 1 is not closed")
    // The additions of JSON5 are not JSON.
    #expect(throws: DecodingError.self) {
      try CheckedJSON.decode([String: Int].self, from: Data("{a: 1}".utf8))
    }
  }
}
