import Synchronization

/// An N×N matrix of numbers for every two rows that is described and not held.
///
/// For N rows from ``PairTiles/threshold`` on, the matrices that follow from the inner products of a loss are such
/// descriptions. An operation that knows how to go on with one describes more of it, or goes through
/// the pairs a tile at a time; any other operation reads the numbers, and they are then held as for
/// fewer rows. docs/kernels/tiled-pairs.md says which operations know.
///
/// A class, because all tensors that share the description share the numbers, once these are held.
final class DeferredPairs: Sendable {
  let form: PairForm
  private let hold: @Sendable () -> Tensor
  private let known = Mutex<Tensor?>(nil)
  /// Where the held numbers are, or 0.
  private let address = Atomic<UInt>(0)

  private let counter = PairTiles.counter

  init(_ form: PairForm, holding hold: @escaping @Sendable () -> Tensor) {
    (self.form, self.hold) = (form, hold)
    counter?.described.add(1, ordering: .relaxed)
  }

  /// The matrix, held from now on.
  var held: Tensor {
    known.withLock { known in
      if let known { return known }
      counter?.held.add(1, ordering: .relaxed)
      let result = hold()
      known = result
      return result
    }
  }

  /// The numbers, held from now on.
  var pointer: UnsafeMutablePointer<Float> {
    let known = UnsafeMutablePointer<Float>(bitPattern: address.load(ordering: .acquiring))
    if let known { return known }
    let pointer = held.storage.pointer
    address.store(UInt(bitPattern: pointer), ordering: .releasing)
    return pointer
  }

  /// This matrix as a tensor. If the rows are a constant, so is it.
  func tensor(isConstant: Bool) -> Tensor {
    Tensor(
      shape: [form.count, form.count], storage: Storage(deferred: self),
      node: isConstant ? nil : Node(.standIn { self.held.node }))
  }
}

extension Tensor {
  /// Whether it is a matrix of every two rows that is described.
  package var isDescribed: Bool { storage.deferred != nil }

  /// This tensor, whose numbers are held from now on if they were not.
  package var holdingNumbers: Tensor {
    if let deferred = storage.deferred { _ = deferred.pointer }
    return self
  }

  /// The description of this matrix, if it is one that is not held.
  var deferred: DeferredPairs? {
    guard let pairs = storage.deferred, shape == [pairs.form.count, pairs.form.count] else {
      return nil
    }
    return pairs
  }

  /// A changed description of this matrix, if it is not held; `nil` if it is, or if the changed one
  /// would be no form that is known.
  func deferred(
    as change: (PairForm) -> PairForm?, holding operation: @escaping @Sendable (Tensor) -> Tensor
  ) -> Tensor? {
    guard let deferred, let form = change(deferred.form) else { return nil }
    let isConstant = isConstant
    return DeferredPairs(form) {
      operation(isConstant ? deferred.held.detached : deferred.held)
    }
    .tensor(isConstant: isConstant)
  }
}
