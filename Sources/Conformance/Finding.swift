/// The result of one check.
public struct Finding: Sendable, Hashable {
  /// The name of the check: `gradient at embedding`, `rotation`, `zero rows`.
  public let check: String
  /// Whether the loss passed the check.
  public let passed: Bool

  /// The number that was measured, if the check measures one.
  public let measured: Double?
  /// The largest number that is allowed, if there is a limit.
  public let allowed: Double?

  /// Says what the number is, or what is wrong.
  public let words: String

  init(_ check: String, passed: Bool, _ words: String) {
    (self.check, self.passed, self.words) = (check, passed, words)
    (measured, allowed) = (nil, nil)
  }

  /// A finding about a number. It has passed if `measured` is finite and, given a limit, at most
  /// `allowed`.
  init(_ check: String, measured: Double, allowed: Double?, _ words: String) {
    (self.check, self.words) = (check, words)
    (self.measured, self.allowed) = (measured, allowed)
    passed = measured.isFinite && measured <= allowed ?? measured
  }
}

extension Finding: CustomStringConvertible {
  /// The check, whether it passed, the numbers if it has some, and the words:
  /// `zero rows FAIL, 310 with 0.5 allowed: largest gradient`.
  public var description: String {
    let numbers = measured.map { measured in
      ", \(shown(measured))" + (allowed.map { " with \(shown($0)) allowed" } ?? "")
    }
    return "\(check) \(passed ? "PASS" : "FAIL")\(numbers ?? ""): \(words)"
  }
}
