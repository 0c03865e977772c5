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
    let missing = max(0, (indices.max() ?? -1) + 1 - table.shape[0])
    let rows = Tensor.concatenated([
      table, Tensor(repeating: 0, shape: [missing, table.shape[1]]),
    ])
    let known = rows.rows(indices)
    let isKnown = known.squared().sum(axis: 1, keepingDimensions: true)
    let share = Tensor(
      isKnown.scalars.map { $0 > 0 ? Float(crd.momentum) : 0 }, shape: isKnown.shape)
    let mixed = (share * known + (Tensor(1.0) - share) * new).normalized()
    var places = Array(0..<rows.shape[0])
    for (place, index) in indices.enumerated() { places[index] = rows.shape[0] + place }
    return Tensor.concatenated([rows, mixed]).rows(places)
  }
}

/// The tensors that ``Contrast`` declares, by what they are.
struct OwnedTensors {
  let ofStudent, ofTeacher: (weight: Tensor, bias: Tensor, memory: Tensor)
  /// log c of both contrasts; empty until it is known.
  let scale: Tensor

  init(_ state: [Tensor]) {
    ofStudent = (state[0], state[1], state[4])
    ofTeacher = (state[2], state[3], state[5])
    scale = state[6]
  }
}
