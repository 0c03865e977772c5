import Foundation
import Tensors
import Testing

// The functions of the C library keep their names where the modules of Kindred are imported. Were a
// method of Double called `exp`, the first extension would not compile.

extension Double {
  fileprivate var softplus: Double { log(1 + exp(self)) }
  fileprivate var chord: Double { 2 - 2 * cos(self) }
}

extension Tensor {
  /// A method of tensors hides the function of its name.
  fileprivate func scaled(byExponentialOf x: Double) -> Tensor { Foundation.exp(x) * self }
}

@Suite struct NumberFunctionTests {
  @Test func theFunctionsOfTheLibraryAreNotHidden() {
    #expect(0.0.softplus == 0.6931471805599453)
    #expect(abs((Double.pi / 3).chord - 1) < 1e-15)
    let two: Tensor = [2]
    #expect(two.scaled(byExponentialOf: 0).scalars == [2])
  }

  /// They are the library's to the bit.
  @Test func numbersHaveExponentialAndLogarithm() {
    for x in [0, 0.3, 2.5, 71, 1e-300] {
      #expect(x.exponential() == exp(x) && x.logarithm() == log(x))
    }
    #expect(0.0.logarithm() == -.infinity && (-1.0).logarithm().isNaN)
  }
}
