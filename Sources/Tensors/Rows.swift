/// The vectors along a tensor's last axis, in blocks that different cores work on.
struct Rows {
  let count: Int
  let length: Int
  /// The number of rows in a block.
  let blockLength: Int

  /// Blocks of about so many numbers.
  init(of tensor: Tensor, entries: Int = 8192) {
    length = tensor.shape.last ?? 1
    count = length == 0 ? 0 : tensor.count / length
    blockLength = max(1, entries / max(length, 1))
  }

  /// The number of blocks.
  var blocks: Int { (count + blockLength - 1) / blockLength }

  /// Calls `body` with the start of each block in memory and the number of its rows.
  func forEachBlock(_ body: (_ start: Int, _ count: Int) -> Void) {
    // An exponential is some ten operations.
    Parallel.forEachRange(of: count, length: blockLength, work: 10 * count * length) {
      body($0.lowerBound * length, $0.count)
    }
  }

  /// The sum of what `body` returns for each block, in order.
  func sum(_ body: (_ start: Int, _ count: Int) -> Double) -> Double {
    var sums = [Double](repeating: 0, count: blocks)
    sums.withUnsafeMutableBufferPointer { sums in
      forEachBlock { start, count in sums[start / (length * blockLength)] = body(start, count) }
    }
    return sums.reduce(0, +)
  }
}
