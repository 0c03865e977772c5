#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// Functions of one number, under the names that tensors have for them. They are those of the C
// library: a paper needs no other import for its constants.

extension Double {
  /// Returns eˣ.
  public func exp() -> Double { exponential(self) }

  /// Returns the natural logarithm: −∞ for 0, and NaN for a number below 0.
  public func log() -> Double { logarithm(self) }

  /// Returns the cosine of this angle in radians.
  public func cos() -> Double { cosine(self) }

  /// Returns the logarithm to base 10.
  func log10() -> Double { decimalLogarithm(self) }

  /// Returns the power of this number with an exponent.
  func raised(to exponent: Double) -> Double { pow(self, exponent) }
}

// Inside the extension, the names of the C library would mean the methods.
private func exponential(_ x: Double) -> Double { exp(x) }
private func logarithm(_ x: Double) -> Double { log(x) }
private func cosine(_ x: Double) -> Double { cos(x) }
private func decimalLogarithm(_ x: Double) -> Double { log10(x) }
