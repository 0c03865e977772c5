import Distillation
public import Foundation
import Tensors
import Training

extension Results {
  /// Reads the results in a file. Files of earlier versions, whose recipes have fewer keys, are
  /// read too.
  ///
  /// - Throws: `SettingError` or ``ExperimentError/results(problem:)`` if the content is wrong,
  ///   and `DecodingError` if it is not of results.
  public static func read(_ data: Data) throws -> Results {
    struct Start: Decodable {
      var schema: String
    }
    let expected = "kindred-results/1"
    let schema = try CheckedJSON.decode(Start.self, from: data).schema
    guard schema == expected else {
      throw ExperimentError.results(
        problem: "its schema is '\(schema.visible)', and not '\(expected)'")
    }
    guard case .group(var object)? = try? JSON5Parser.parse(data),
      let recipe = object["recipe"], case .group = recipe
    else { throw ExperimentError.results(problem: "'recipe' {…} is missing") }
    let complete = try JSONEncoder().encode(Recipe.read(recipe))
    object["recipe"] = try JSONDecoder().decode(Setting.self, from: complete)
    let results = try JSONDecoder().decode(
      Results.self, from: JSONEncoder().encode(Setting.group(object)))
    if let problem = results.problem { throw ExperimentError.results(problem: problem) }
    return results
  }
}
