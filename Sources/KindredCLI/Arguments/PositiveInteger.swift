import Tensors

/// A number of things: at least one, and no more than a machine can have.
protocol Count: ArgumentValue, ExpressibleByIntegerLiteral, CustomStringConvertible {
  static var most: Int { get }
  var value: Int { get }
  init(known value: Int)
}

/// A number of steps, images or features.
struct PositiveInteger: Count {
  static let most = 1_000_000
  let value: Int
  init(known value: Int) { self.value = value }
}

/// A number of threads.
struct ThreadCount: Count {
  static let most = 100_000
  let value: Int
  init(known value: Int) { self.value = value }
}

/// A number of trainings that go on at once.
struct JobCount: Count {
  static let most = 1_000
  let value: Int
  init(known value: Int) { self.value = value }
}

extension Count {
  init?(argument: String) {
    guard let value = Int(argument), (1...Self.most).contains(value) else { return nil }
    self.init(known: value)
  }

  init(integerLiteral value: Int) {
    require((1...Self.most).contains(value), "[arguments] \(value) is no default")
    self.init(known: value)
  }

  static var expectation: String { "a whole number of 1 or more" }

  /// Whoever asks for too many is told the largest number.
  static func expectation(insteadOf word: String) -> String {
    let digits = word.drop { $0 == "+" }.drop { $0 == "0" }
    return !digits.isEmpty && digits.allSatisfy({ $0.isASCII && $0.isNumber })
      ? "a whole number from 1 to \(most)" : expectation
  }

  var description: String { "\(value)" }
}
