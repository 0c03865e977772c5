/// What one check found.
public struct Finding: Sendable, Hashable {
  /// What was checked: `gradient at embedding`, `rotation`, `zero rows`.
  public let check: String
  public let passed: Bool

  /// What was measured and the most that is allowed, where the check is of a number.
  public let measured: Double?
  public let allowed: Double?

  /// What the number is of, or what is wrong.
  public let words: String

  init(_ check: String, passed: Bool, _ words: String) {
    (self.check, self.passed, self.words) = (check, passed, words)
    (measured, allowed) = (nil, nil)
  }

  /// Passed where `measured` is finite, and at most `allowed` where that is stated.
  init(_ check: String, measured: Double, allowed: Double?, _ words: String) {
    (self.check, self.words) = (check, words)
    (self.measured, self.allowed) = (measured, allowed)
    passed = measured.isFinite && measured <= allowed ?? measured
  }
}
