import Tensors

/// The cross-entropy of the student's logits with the labels of the batch: the loss of the task itself. There
/// is a label for each example of N×C, each token of N×T×C or each pixel of N×C×H×W. Rows with the label
/// ``Outputs/ignoredLabel`` are left out.
///
/// Soft labels, N×C, stand in place of onehot(y). Whether their rows sum to 1 is not checked.
///
/// A loss that has it throws ``DistillationError/missingLabels(term:)`` if there are no labels.
public struct CrossEntropy: NamedTerm {
  /// The share of the target that is spread evenly over all classes.
  public var labelSmoothing: Double

  /// Makes the loss with this label smoothing, from 0 to 1.
  public init(labelSmoothing: Double = 0) { self.labelSmoothing = labelSmoothing }
  public static let standard = Self()

  public var body: some LossTerm { Supervised(labelSmoothing: labelSmoothing) }

  public static var name: String { "ce" }
  public static let ranges: [String: ClosedRange<Double>] = ["labelSmoothing": 0...1]
  public static let equation =
    "L = −1/n Σᵢ Σ_c qᵢ_c log softmax(zᵢ)_c,  q = (1 − ε) onehot(yᵢ) + ε/C"
  public static let invariances: [Invariance] = [.batchOrder, .shift]

  public static let isZeroAtTeacher = false

  private struct Supervised: PrimitiveTerm {
    let labelSmoothing: Double
    let outputs: [OutputName] = ["logits"]
    let readsLabels = true
    let takesSoftLabels = true
    let takesTokens = true

    func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
      let z = try student.classRows("logits")
      guard TensorKind.matrix.admits(z.shape) else {
        throw DistillationError.unfit(
          "ce", takes: "\(TensorKind.matrix)", shapes: [z.shape], of: .student)
      }
      if student.labels == nil, let q = student.softLabels {
        return try z.crossEntropy(targets: q, smoothing: labelSmoothing)
      }
      let labels = try student.labels(for: "ce", rows: z, of: .student, classes: z.shape[1])
      return z.crossEntropy(labels: labels, smoothing: labelSmoothing)
    }
  }
}

extension Tensor {
  /// −1/n Σᵢ Σ_c q′ᵢ_c log softmax(zᵢ)_c with q′ = (1 − ε) q + ε/C, for targets q of these logits' shape.
  fileprivate func crossEntropy(targets q: Tensor, smoothing ε: Double) throws -> Tensor {
    guard q.shape == shape else {
      throw DistillationError.unfitSoftLabels("they have shape \(q.shape), and 'logits' \(shape)")
    }
    let isProbability = { (scalar: Scalar) in scalar >= 0 && scalar.isFinite }
    if let place = q.scalars.firstIndex(where: { !isProbability($0) }) {
      throw DistillationError.unfitSoftLabels(
        "they have \(q.scalars[place]) at [\(place / shape[1]), \(place % shape[1])]")
    }
    let target = ε == 0 ? q.detached : q.detached * Tensor(1 - ε) + Tensor(ε / Double(shape[1]))
    return (target * logSoftmax()).sum() * Tensor(-1 / Double(max(shape[0], 1)))
  }
}
