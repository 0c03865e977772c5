import SystemMemory

/// Checks whether a benchmark fits in memory.
enum BenchMemory {
  /// Returns if this many Float32 fit.
  ///
  /// - Parameters:
  ///   - floats: The least number that is needed.
  ///   - request: The request that needs them: `--n 1000000`.
  /// - Throws: ``CommandError/failed(_:)`` with both numbers, if they do not fit.
  static func check(floats: Int, for request: String) throws(CommandError) {
    let (bytes, available) = (product(floats, 4), AvailableMemory.now)
    guard !available.holds(bytes) else { return }
    throw .failed("\(request) needs \(bytes >> 20) MB at least, and there are \(available)")
  }

  /// A product, or the largest integer if the product is greater.
  static func product(_ a: Int, _ b: Int) -> Int {
    let (product, isBeyond) = a.multipliedReportingOverflow(by: b)
    return isBeyond ? .max : product
  }
}
