import TensorFiles

/// Whether what a benchmark is asked for has room.
enum BenchMemory {
  /// Nothing, if so many Float32 have room.
  ///
  /// - Parameters:
  ///   - floats: How many are needed at least.
  ///   - request: What asked for them: `--n 1000000`.
  /// - Throws: ``CommandError/failed(_:)`` with both numbers, if they have none.
  static func check(floats: Int, for request: String) throws(CommandError) {
    let (bytes, available) = (product(floats, 4), AvailableMemory.now)
    guard !available.holds(bytes) else { return }
    throw .failed("\(request) needs \(bytes >> 20) MB at least, and there are \(available)")
  }

  /// A product, or the largest number where it is beyond that.
  static func product(_ a: Int, _ b: Int) -> Int {
    let (product, isBeyond) = a.multipliedReportingOverflow(by: b)
    return isBeyond ? .max : product
  }
}
