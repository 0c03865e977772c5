import Distillation
import Tensors

/// What can be wrong with a recipe, or go wrong in a run.
public enum TrainingError: Error, Equatable {
  case unknownNetwork(String)
  case unknownDataSet(String, available: [String])
  case recipe(path: [String], problem: String)
  case results(problem: String)
  case foreignWeights(String)
  case teacher(path: String, problem: String)
  case checkpoint(path: String, problem: String)
  /// The weight is that which was chosen for the row, or is tried for it.
  case diverged(
    what: String, value: String, row: String, weight: Double?, seed: UInt64, epoch: Int, step: Int)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownNetwork(let name):
      """
      there is no network '\(name.visible)'; there is \(Networks.patterns.joined(separator: ", ")), \
      such as resnet8:16 or mlp:64
      """
    case .unknownDataSet(let name, let available):
      """
      there is no data set '\(name.visible)'\(suggestion(for: name, in: available)); \
      there is \(available.joined(separator: ", "))
      """
    case .recipe(let path, let problem):
      path.isEmpty ? problem : "\(path.joined(separator: ".").visible): \(problem)"
    case .results(let problem): problem
    case .foreignWeights(let problem): "the weights are another network's: \(problem)"
    case .teacher(let path, let problem): "the teacher \(path.visible): \(problem)"
    case .checkpoint(let path, let problem):
      "the run cannot go on from '\(path.visible)': \(problem)"
    case .diverged(_, _, let row, let weight, let seed, _, _):
      """
      '\(row.visible)' with \(weight.map { "weight \(describe($0)) and " } ?? "")seed \(seed) diverged: \
      \(divergence ?? ""). A lower rate or weight may help.
      """
    }
  }
}

extension TrainingError {
  /// What became of which number, and when; `nil` of other errors.
  package var divergence: String? {
    guard case .diverged(let what, let value, _, _, _, let epoch, let step) = self else {
      return nil
    }
    return "\(what) became \(value) in epoch \(epoch), step \(step)"
  }
}
