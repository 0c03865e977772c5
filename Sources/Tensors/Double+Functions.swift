#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// Functions of one number, those of the C library: a paper needs no other import for its constants.
// Their names are not the C library's. In an extension of Double, a method `exp` would hide the function
// `exp` from whoever imports this module.

extension Double {
  /// Returns eˣ.
  public func exponential() -> Double { exp(self) }

  /// Returns the natural logarithm: −∞ for 0, and NaN for a number below 0.
  public func logarithm() -> Double { log(self) }

  /// Returns the cosine of this angle in radians.
  package func cosine() -> Double { cos(self) }

  /// Returns the logarithm to base 10.
  func decimalLogarithm() -> Double { log10(self) }

  /// Returns the power of this number with an exponent.
  func raised(to exponent: Double) -> Double { pow(self, exponent) }
}
