package import Foundation
import Training

/// Decodes JSON whose text is checked before Foundation reads it. Bytes that are not text and keys
/// that stand twice are errors that give the place.
package enum CheckedJSON {
  /// Decodes the value in a file.
  ///
  /// - Parameters:
  ///   - type: The type of the value.
  ///   - data: The content of the file.
  ///   - firstLine: The number of the first line in errors.
  /// - Returns: The value.
  /// - Throws: ``ExperimentError/results(problem:)`` if the text is not sound, and `DecodingError`
  ///   if it is JSON but not of this type.
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
