package import Foundation
import Training

/// JSON of a file, whose text is checked before Foundation reads it: bytes that are no text, and keys
/// that stand twice, are errors with their places.
package enum CheckedJSON {
  /// The value in a file, whose first line has a number.
  ///
  /// Throws ``ExperimentError/results(problem:)`` for what is wrong with the text, and `DecodingError`
  /// for what is JSON and not the value.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from data: Data, firstLine: Int = 1
  ) throws -> Value {
    do {
      let text = try TextDecoding.utf8(data, firstLine: firstLine)
      _ = try JSON5Parser.parse(text, firstLine: firstLine)
      return try JSONDecoder().decode(type, from: Data(text))
    } catch let error as JSON5Error {
      throw ExperimentError.results(problem: error.text("JSON"))
    }
  }
}
