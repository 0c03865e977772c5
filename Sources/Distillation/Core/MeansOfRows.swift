import Tensors

extension Tensor {
  /// The mean of the rows in each list, summed in double precision; 0 if a list is empty. A row may be in
  /// several lists.
  func meansOfRows(_ lists: [[Int]]) -> Tensor {
    let (shape, width) = (shape, self.shape[1])
    return .operation(shape: [lists.count, width], inputs: [self]) { y in
      var sums = [Double](repeating: 0, count: width)
      withUnsafeBufferPointer { x in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let x = x.baseAddress, let sums = sums.baseAddress else {
            return y.initialize(repeating: 0, count: lists.count * width)
          }
          for (index, rows) in lists.enumerated() {
            sums.update(repeating: 0, count: width)
            for row in rows {
              let x = x + row * width
              for column in 0..<width { sums[column] += Double(x[column]) }
            }
            let (y, count) = (y + index * width, Double(max(rows.count, 1)))
            for column in 0..<width { y[column] = Float(sums[column] / count) }
          }
        }
      }
    } pullback: { gradient in
      let slopes = Tensor.constant(shape: shape) { dx in
        dx.initialize(repeating: 0, count: shape[0] * width)
        gradient.withUnsafeBufferPointer { dy in
          guard let dy = dy.baseAddress else { return }
          for (index, rows) in lists.enumerated() {
            let (share, dy) = (1 / Float(max(rows.count, 1)), dy + index * width)
            for row in rows {
              let dx = dx + row * width
              for column in 0..<width { dx[column] += share * dy[column] }
            }
          }
        }
      }
      return [slopes]
    }
  }
}
