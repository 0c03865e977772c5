import CKernels

extension Tensor {
  /// The same scalars in row-major order under another shape.
  ///
  /// One length may be −1: it is what the others leave, as in `x.reshaped([-1, 64])`. A shape that
  /// does not hold exactly these scalars traps.
  public func reshaped(_ newShape: [Int]) -> Tensor {
    let newShape = completed(newShape)
    require(
      newShape.allSatisfy { $0 >= 0 } && newShape.product == count,
      "[reshape] shape \(shape) does not reshape to \(newShape)")
    let shape = shape
    return Tensor(shape: newShape, storage: storage, inputs: [self]) { [$0.reshaped(shape)] }
  }

  /// A shape with the length in place of −1 that fits this tensor.
  private func completed(_ newShape: [Int]) -> [Int] {
    guard let axis = newShape.firstIndex(of: -1) else { return newShape }
    var (others, result) = (newShape, newShape)
    others.remove(at: axis)
    let known = others.product
    require(
      known > 0 && count % known == 0,
      "[reshape] shape \(shape) does not reshape to \(newShape): \(count) scalars are no multiple "
        + "of \(known)")
    result[axis] = count / known
    return result
  }

  /// All axes but the first as one: […] to N×D. A scalar has no first axis and traps.
  public var flattened: Tensor {
    require(rank > 0, "[flatten] a scalar has no rows")
    return reshaped([shape[0], shape.dropFirst().product])
  }

  /// Each pixel of feature maps N×C×… as a row of its C channels. A matrix stays as it is.
  public var pixelRows: Tensor {
    guard rank > 2 else { return self }
    return reshaped([shape[0], shape[1], shape.dropFirst(2).product]).transposed
      .reshaped([shape[0] * shape.dropFirst(2).product, shape[1]])
  }

  /// Maps N×C×H×W of such pixel rows, of which the shape says N, H and W. The rows may have another number of
  /// channels C than the shape.
  package func maps(ofShape shape: [Int]) -> Tensor {
    let (n, h, w, channels) = (shape[0], shape[2], shape[3], self.shape[1])
    return reshaped([n, h * w, channels]).transposed.reshaped([n, channels, h, w])
  }

  /// The last two axes exchanged: […, m, n] to […, n, m]. A tensor of fewer axes traps.
  public var transposed: Tensor {
    require(rank >= 2, "[transpose] shape \(shape) has no matrix")
    let (m, n) = (shape[rank - 2], shape[rank - 1])
    return Tensor.operation(shape: shape.dropLast(2) + [n, m], inputs: [self]) { y in
      let kernels = kernels.matrix
      for start in stride(from: 0, to: count, by: max(m * n, 1)) {
        // In strips that stay in the cache.
        Parallel.forEachRange(of: m, length: 64, work: m * n) { rows in
          let first = rows.lowerBound
          kernels.transpose(rows.count, n, pointer + start + first * n, n, y + start + first, m)
        }
      }
    } pullback: {
      [$0.transposed]
    }
  }

  /// Some rows (entries of the first axis), in the order given; a row may repeat. An index outside
  /// the first axis traps.
  public func rows(_ indices: [Int]) -> Tensor {
    let shape = shape
    require(rank > 0, "[rows] a scalar has no rows")
    require(
      indices.allSatisfy { 0 <= $0 && $0 < shape[0] },
      "[rows] an index of \(indices) is outside shape \(shape)")
    let width = shape.dropFirst().product
    return Tensor.operation(
      shape: [indices.count] + shape.dropFirst(), inputs: [self]
    ) { y in
      guard width != 1 else {
        for (row, index) in indices.enumerated() { y[row] = pointer[index] }
        return
      }
      for (row, index) in indices.enumerated() {
        (y + row * width).update(from: pointer + index * width, count: width)
      }
    } pullback: { dy in
      [
        Tensor(shape: shape) { dx in
          dx.initialize(repeating: 0)
          for (row, index) in indices.enumerated() {
            for k in 0..<width { dx[index * width + k] += dy.pointer[row * width + k] }
          }
        }
      ]
    }
  }

  /// These rows with other ones in some places. Of several rows for one place, the last counts.
  ///
  /// It traps if there is not one row for each index, or if an index is outside.
  ///
  /// - Parameters:
  ///   - indices: The places along the first axis.
  ///   - rows: The row for each place.
  /// - Returns: As many rows as this tensor has.
  public func replacingRows(_ indices: [Int], with rows: Tensor) -> Tensor {
    require(
      rank > 0 && rows.shape == [indices.count] + shape.dropFirst(),
      "[replacing rows] shapes \(shape) and \(rows.shape) do not fit for \(indices.count) indices")
    require(
      indices.allSatisfy { 0 <= $0 && $0 < shape[0] },
      "[replacing rows] an index of \(indices) is outside shape \(shape)")
    let width = shape.dropFirst().product
    return Tensor.operation(shape: shape, inputs: [self, rows]) { y in
      y.update(from: pointer, count: count)
      for (row, index) in indices.enumerated() {
        (y + index * width).update(from: rows.pointer + row * width, count: width)
      }
    } pullback: { dy in
      let last = Dictionary(zip(indices, indices.indices), uniquingKeysWith: { $1 })
      let counts = Tensor(
        indices.enumerated().map { last[$1] == $0 ? 1 : 0 },
        shape: [indices.count] + dy.shape.dropFirst().map { _ in 1 })
      let own = dy.rows(indices)
      return [dy.replacingRows(indices, with: .zeros(own.shape)), own * counts]
    }
  }

  /// Tensors whose shapes differ in the first axis alone, one after another along it: [2, 3] and
  /// [4, 3] to [6, 3]. Other differences trap, with all shapes in the message.
  public static func concatenated(_ tensors: [Tensor]) -> Tensor {
    let tail = Array(tensors.first?.shape.dropFirst() ?? [])
    for tensor in tensors {
      require(
        tensor.rank > 0 && Array(tensor.shape.dropFirst()) == tail,
        "[concatenate] shapes \(tensors.map { $0.shape }) differ beyond the first axis")
    }
    let lengths = tensors.map { $0.shape[0] }
    return operation(shape: [lengths.reduce(0, +)] + tail, inputs: tensors) { y in
      var y = y
      for tensor in tensors {
        y.update(from: tensor.pointer, count: tensor.count)
        y += tensor.count
      }
    } pullback: { dy in
      var start = 0
      return lengths.map { length in
        defer { start += length }
        return dy.rows(Array(start..<start + length))
      }
    }
  }

  /// These rows and others behind them, of which the last are kept: a queue.
  ///
  /// - Parameters:
  ///   - rows: The rows behind these, of the same width.
  ///   - most: How many rows are kept at most.
  /// - Returns: The rows, in their order.
  public func appending(_ rows: Tensor, keeping most: Int) -> Tensor {
    let all = Tensor.concatenated([self, rows])
    return all.rows(Array(max(0, all.shape[0] - most)..<all.shape[0]))
  }

  /// Tensors of equal shapes along a new first axis: two of shape [3] to [2, 3]. An array literal of
  /// tensors is the same. Unequal shapes trap, with both in the message.
  public static func stacked(_ tensors: [Tensor]) -> Tensor {
    for (index, tensor) in tensors.enumerated() {
      require(
        tensor.shape == tensors[0].shape,
        "[stack] element 0 has shape \(tensors[0].shape) and element \(index) \(tensor.shape): "
          + "nested arrays must be equally long")
    }
    return concatenated(tensors.map { $0.reshaped([1] + $0.shape) })
  }
}
