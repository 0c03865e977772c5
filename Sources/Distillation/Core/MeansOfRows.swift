import Tensors

extension Tensor {
  /// The mean of the rows in each list, summed in double precision; 0 if a list is empty. A row may be in
  /// several lists.
  func meansOfRows(_ lists: [[Int]]) -> Tensor {
    let (shape, width) = (shape, self.shape[1])
    var value = [Float](repeating: 0, count: lists.count * width)
    var sums = [Double](repeating: 0, count: width)
    withUnsafeBufferPointer { x in
      for (index, rows) in lists.enumerated() where !rows.isEmpty {
        for column in 0..<width { sums[column] = 0 }
        for row in rows {
          for column in 0..<width { sums[column] += Double(x[row * width + column]) }
        }
        for column in 0..<width {
          value[index * width + column] = Float(sums[column] / Double(rows.count))
        }
      }
    }
    return .operation(
      inputs: [self], value: Tensor(value, shape: [lists.count, width])
    ) { gradient in
      var slopes = [Float](repeating: 0, count: shape[0] * width)
      gradient.withUnsafeBufferPointer { dy in
        for (index, rows) in lists.enumerated() {
          let share = 1 / Float(max(rows.count, 1))
          for row in rows {
            for column in 0..<width {
              slopes[row * width + column] += share * dy[index * width + column]
            }
          }
        }
      }
      return [Tensor(slopes, shape: shape)]
    }
  }
}
