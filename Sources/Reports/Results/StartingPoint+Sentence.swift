package import Experiments

extension StartingPoint {
  /// Says from which file a student starts, and what starts fresh.
  package var sentence: String {
    let exception =
      fresh.isEmpty ? "" : "; \(fresh.map { "‘\($0)’" }.joined(separator: ", ")) fresh, by the seed"
    return "Starts from the weights in ‘\(file)’\(exception)."
  }

  /// A line for each file, with the names of the rows that start from it alike: `a, b: Starts from …`.
  package static func lines(of rows: [(name: String, start: StartingPoint?)]) -> [String] {
    let starts = rows.compactMap { $0.start }
    return starts.enumerated().filter { starts.firstIndex(of: $1) == $0 }.map { _, start in
      let names = rows.filter { $0.start == start }.map { $0.name }
      return "\(names.joined(separator: ", ")): \(start.sentence)"
    }
  }
}
