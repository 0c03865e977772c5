// Arithmetic with a number of Swift in place of a tensor: `rate * x`, `x / width`. A number that is
// written out is a tensor already, so that these are for variables.

extension Tensor {
  /// The sum of each entry and a number.
  @_disfavoredOverload
  public static func + (x: Tensor, number: Double) -> Tensor { x + Tensor(number) }

  /// The sum of a number and each entry.
  @_disfavoredOverload
  public static func + (number: Double, x: Tensor) -> Tensor { Tensor(number) + x }

  /// The sum of each entry and a number.
  @_disfavoredOverload
  public static func + (x: Tensor, number: Float) -> Tensor { x + Tensor(number) }

  /// The sum of a number and each entry.
  @_disfavoredOverload
  public static func + (number: Float, x: Tensor) -> Tensor { Tensor(number) + x }

  /// The difference of each entry and a number.
  @_disfavoredOverload
  public static func - (x: Tensor, number: Double) -> Tensor { x - Tensor(number) }

  /// The difference of a number and each entry.
  @_disfavoredOverload
  public static func - (number: Double, x: Tensor) -> Tensor { Tensor(number) - x }

  /// The difference of each entry and a number.
  @_disfavoredOverload
  public static func - (x: Tensor, number: Float) -> Tensor { x - Tensor(number) }

  /// The difference of a number and each entry.
  @_disfavoredOverload
  public static func - (number: Float, x: Tensor) -> Tensor { Tensor(number) - x }

  /// The product of each entry and a number.
  @_disfavoredOverload
  public static func * (x: Tensor, number: Double) -> Tensor { x * Tensor(number) }

  /// The product of a number and each entry.
  @_disfavoredOverload
  public static func * (number: Double, x: Tensor) -> Tensor { Tensor(number) * x }

  /// The product of each entry and a number.
  @_disfavoredOverload
  public static func * (x: Tensor, number: Float) -> Tensor { x * Tensor(number) }

  /// The product of a number and each entry.
  @_disfavoredOverload
  public static func * (number: Float, x: Tensor) -> Tensor { Tensor(number) * x }

  /// The quotient of each entry and a number.
  @_disfavoredOverload
  public static func / (x: Tensor, number: Double) -> Tensor { x / Tensor(number) }

  /// The quotient of a number and each entry.
  @_disfavoredOverload
  public static func / (number: Double, x: Tensor) -> Tensor { Tensor(number) / x }

  /// The quotient of each entry and a number.
  @_disfavoredOverload
  public static func / (x: Tensor, number: Float) -> Tensor { x / Tensor(number) }

  /// The quotient of a number and each entry.
  @_disfavoredOverload
  public static func / (number: Float, x: Tensor) -> Tensor { Tensor(number) / x }
}
