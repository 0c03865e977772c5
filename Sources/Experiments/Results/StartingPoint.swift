import Training

/// The file from which the students of a row start.
package struct StartingPoint: Codable, Hashable, Sendable {
  /// The path of the file in the recipe.
  package var file: String
  /// The checksum of the weights that are taken from it.
  package var checksum: String
  /// The weights, and the layers, that start fresh nevertheless.
  package var fresh: [String]
}

extension Experiment.Row {
  /// The file from which the students start; `nil` if there is none.
  var startingPoint: StartingPoint? {
    start.map {
      StartingPoint(file: settings.load ?? $0.path, checksum: $0.checksum, fresh: $0.fresh)
    }
  }
}
