package import Experiments

extension StartingPoint {
  /// Says from which file a student starts, and what starts fresh.
  package var sentence: String {
    let exception =
      fresh.isEmpty ? "" : "; \(fresh.map { "‘\($0)’" }.joined(separator: ", ")) fresh, by the seed"
    return "Starts from the weights in ‘\(file)’\(exception)."
  }
}
