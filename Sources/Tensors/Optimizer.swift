/// Moves weights against their gradients, step by step, and remembers what its method needs.
///
/// An optimizer is a value: a copy is a snapshot, and its memory can be read and set, so that a
/// training can be interrupted and resumed.
///
///     var optimizer = SGD(learningRate: 0.05, momentum: 0.9)
///     for _ in 0..<steps {
///       let (loss, gradients) = try valueWithGradient(at: weights) { w in … }
///       optimizer.step(&weights, gradients)
///     }
public protocol Optimizer: Sendable {
  /// The factor η of a step. It may be changed between steps, as a schedule does.
  var learningRate: Double { get set }

  /// Replaces each weight by what one step against its gradient makes of it.
  ///
  /// Weights and gradients must be as many, of equal shapes, and the same at every step; anything
  /// else traps. The new weights are constants.
  mutating func step(_ weights: inout [Tensor], _ gradients: [Tensor])
}

extension Optimizer {
  /// Traps if one of `tensors`, gradients or a memory, does not fit its weight.
  func check(_ weights: [Tensor], _ tensors: [Tensor], _ what: StaticString) {
    require(
      weights.count == tensors.count,
      "[\(Self.self)] \(what) for \(tensors.count) weights, not \(weights.count)")
    for (index, (weight, tensor)) in zip(weights, tensors).enumerated() {
      require(
        weight.shape == tensor.shape,
        "[\(Self.self)] weight \(index) has shape \(weight.shape), not that of its \(what), "
          + "\(tensor.shape)")
    }
  }
}
