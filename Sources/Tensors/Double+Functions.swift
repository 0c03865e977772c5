#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// Functions of one number, under the names that tensors have for them. They are those of the C library:
// a paper needs no other import for its constants.

extension Double {
  /// eˣ.
  public func exponential() -> Double { exp(self) }

  /// The natural logarithm.
  public func logarithm() -> Double { log(self) }

  /// The power of this exponent.
  func raised(to exponent: Double) -> Double { pow(self, exponent) }

  /// The cosine of an angle in radians.
  public func cosine() -> Double { cos(self) }
}
