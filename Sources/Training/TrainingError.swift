import Distillation
import Tensors

/// A problem with a network or its weights, or a failure of a training.
public enum TrainingError: Error, Equatable {
  /// There is no network of this name; the available kinds follow.
  case unknownNetwork(String, available: [String])
  /// A network's sizes do not fit one another or the images.
  case unfitNetwork(String, problem: String)
  /// The weights belong to another network.
  case foreignWeights(String)
  /// The state of a training belongs to another loss.
  case foreignLoss(String)
  /// A teacher's file cannot be used.
  case teacher(path: String, problem: String)
  /// A checkpoint cannot be used.
  case checkpoint(path: String, problem: String)
  /// A trained network gives a number that is NaN or infinite for an example.
  case prediction(example: Int, value: String)
  /// A number became NaN or infinite. The weight is the one that was chosen for the row or is being
  /// tried for it.
  case diverged(
    what: String, value: String, row: String, weight: Double?, seed: UInt64, epoch: Int, step: Int)
}

extension TrainingError: CustomStringConvertible {
  /// The error as a message.
  public var description: String {
    switch self {
    case .unknownNetwork(let name, let available):
      """
      no network '\(name.visible)'\(Self.suggestion(for: name, in: available)); choose from \
      \(available.joined(separator: ", ")), such as resnet8:16 or mlp:64
      """
    case .unfitNetwork(let name, let problem): "the network '\(name.visible)': \(problem)"
    case .foreignWeights(let problem): "the weights are another network's: \(problem)"
    case .foreignLoss(let problem): "the state is another loss's: \(problem)"
    case .teacher(let path, let problem): "the teacher \(path.visible): \(problem)"
    case .checkpoint(let path, let problem): "the checkpoint \(path.visible): \(problem)"
    case .prediction(let example, let value):
      "the network gives \(value) for example \(example), counted from 0"
    case .diverged(_, _, let row, let weight, let seed, _, _):
      """
      '\(row.visible)' with \(weight.map { "weight \(describe($0)) and " } ?? "")seed \(seed) diverged: \
      \(divergence ?? ""). A lower rate or weight may help.
      """
    }
  }
}

extension TrainingError {
  /// The number that diverged, its value, and the epoch and step; `nil` for other errors.
  package var divergence: String? {
    guard case .diverged(let what, let value, _, _, _, let epoch, let step) = self else {
      return nil
    }
    return "\(what) became \(value) in epoch \(epoch), step \(step)"
  }
}

extension TrainingError {
  /// ` (did you mean 'resnet8:4'?)` if a kind of networks begins nearly as a name does. If the name's
  /// sizes are not those of the kind, it says how such a name is written.
  private static func suggestion(for name: String, in patterns: [String]) -> String {
    let kinds = patterns.map { NetworkPattern($0) }
    let start = name.prefix { $0 != ":" && $0 != "-" }
    // Behind its word, a name may have a size.
    let near = [start.prefix { $0.isLetter }, start].flatMap {
      word -> [(name: String, kind: Int)] in
      guard let near = nearest(to: String(word), in: kinds.map { $0.word }),
        let kind = kinds.firstIndex(where: { $0.word == near })
      else { return [] }
      return [(near + name.dropFirst(word.count), kind)]
    }
    let written = near.first { kinds[$0.kind].sizes(in: $0.name) != nil }?.name
    guard let meant = written ?? near.first.map({ patterns[$0.kind] }) else { return "" }
    return " (did you mean '\(meant.visible)'?)"
  }
}
