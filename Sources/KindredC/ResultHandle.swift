import CKindred
import Distillation
import Tensors

/// The result of a call. It is a class, because a caller has a pointer to it.
final class ResultHandle {
  /// A term, as far as its numbers are known.
  struct Term {
    let weight: Double
    let value: Double?
    var balance: TermBalance?
  }

  /// A tensor that a loss owns.
  struct OwnedTensor {
    let name: String
    let tensor: Tensor
    let isParameter: Bool
    let rate: Double

    init(name: String, tensor: Tensor, isParameter: Bool, rate: Double) {
      // A result outlives the arrays of its batch.
      (self.name, self.tensor) = (name, tensor.owned)
      (self.isParameter, self.rate) = (isParameter, rate)
    }
  }

  let value: Double
  /// The terms in the order of the loss's.
  let terms: [Term]
  private let loss: LossHandle
  private let tensors: [OwnedTensor]
  private let tensorNames: TextList
  /// The shapes of all tensors, one after another.
  private let shapes: UnsafeMutablePointer<Int64>

  init(
    of loss: LossHandle, value: Double = .nan, terms: [Term] = [], tensors: [OwnedTensor] = []
  ) {
    (self.loss, self.value, self.terms, self.tensors) = (loss, value, terms, tensors)
    tensorNames = TextList(tensors.map { $0.name })
    let lengths = tensors.flatMap { $0.tensor.shape }
    shapes = .allocate(capacity: lengths.count)
    for (index, length) in lengths.enumerated() { shapes[index] = Int64(length) }
  }

  deinit { shapes.deallocate() }

  var tensorCount: Int { tensors.count }

  /// A term in the header's terms; `nil` if there are not so many.
  func term(_ index: Int) -> kindred_term? {
    guard terms.indices.contains(index) else { return nil }
    let term = terms[index]
    return kindred_term(
      name: loss.termNames[index], weight: term.weight, value: term.value ?? .nan,
      share: term.balance?.share ?? .nan, gradient_norm: term.balance?.gradientNorm ?? .nan,
      cosine: term.balance?.cosine ?? .nan)
  }

  /// A tensor in the header's terms; `nil` if there are not so many.
  func tensor(_ index: Int) -> kindred_tensor? {
    guard tensors.indices.contains(index) else { return nil }
    let (owned, axes) = (tensors[index], tensors[..<index].reduce(0) { $0 + $1.tensor.rank })
    let array = kindred_array(
      name: tensorNames[index], type: kindred_type(KINDRED_FLOAT32),
      rank: Int32(owned.tensor.rank), shape: UnsafePointer(shapes + axes), strides: nil,
      data: UnsafeMutableRawPointer(mutating: owned.tensor.pointer))
    return kindred_tensor(
      array: array, is_parameter: owned.isParameter ? 1 : 0, rate: owned.rate)
  }
}
