/// A number of things of which there must be one at least: threads, steps.
struct PositiveInteger: ArgumentValue {
  let value: Int

  init?(argument: String) {
    guard let value = Int(argument), value >= 1 else { return nil }
    self.value = value
  }

  static var expectation: String { "a whole number of 1 or more" }
}

extension PositiveInteger: ExpressibleByIntegerLiteral {
  init(integerLiteral value: Int) {
    precondition(value >= 1, "[arguments] \(value) is no positive default")
    self.value = value
  }
}

extension PositiveInteger: CustomStringConvertible {
  var description: String { "\(value)" }
}
