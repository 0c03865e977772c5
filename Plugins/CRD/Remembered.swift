import Distillation
import Tensors

/// The embeddings of a network that are remembered, and those of them that are of a batch's examples.
struct Remembered {
  /// An embedding in each row; a row of zeros is of an example that was not seen yet.
  let table: Tensor
  /// The row of each example of the batch; `nil` if rows are of no example in particular.
  let indices: [Int]?

  /// The rows that hold an embedding.
  var filled: [Int] {
    let width = table.shape[1]
    return table.withUnsafeBufferPointer { scalars in
      (0..<table.shape[0]).filter { row in
        scalars[row * width..<(row + 1) * width].contains { $0 != 0 }
      }
    }
  }

  /// The table after a batch with these embeddings.
  func after(_ new: Tensor, _ crd: CRD) -> Tensor {
    guard let indices else { return table.appending(new, keeping: crd.negatives) }
    let missing = (indices.max() ?? -1) + 1 - table.shape[0]
    let rows =
      missing > 0 ? Tensor.concatenated([table, .zeros([missing, table.shape[1]])]) : table
    let known = rows.rows(indices)
    let isKnown = known.squared().sum(axis: 1, keepingDimensions: true)
    let share = Tensor(
      isKnown.scalars.map { $0 > 0 ? Float(crd.momentum) : 0 }, shape: isKnown.shape)
    let mixed = (share * known + (Tensor(1.0) - share) * new).normalized()
    return rows.replacingRows(indices, with: mixed)
  }
}

/// The tensors that ``Contrast`` declares, by what they are.
struct OwnedTensors {
  let ofStudent, ofTeacher: (weight: Tensor, bias: Tensor, memory: Tensor)
  /// log c of both contrasts, 1×2; no row until it is known.
  let scale: Tensor

  /// - Throws: ``/Distillation/DistillationError/unequalBatches(_:_:_:_:)`` if more is remembered of one
  ///   network than of the other.
  init(_ state: [Tensor]) throws {
    ofStudent = (state[0], state[1], state[4])
    ofTeacher = (state[2], state[3], state[5])
    scale = state[6]
    let counts = [ofStudent, ofTeacher].map { $0.memory.shape[0] }
    guard counts[0] == counts[1] else {
      throw DistillationError.unequalBatches(
        "'student.memory'", counts[0], "'teacher.memory'", counts[1])
    }
  }
}
