/// Which of the two networks.
public enum Role: String, Hashable, Sendable { case student, teacher }

/// The moment in training at which a loss is evaluated. What a loss leaves to chance depends on
/// nothing else.
public struct Step: Hashable, Sendable {
  public var seed: UInt64
  /// How many steps came before, over all epochs.
  public var index: Int

  public init(seed: UInt64 = 0, index: Int = 0) { (self.seed, self.index) = (seed, index) }
}

/// The memory of one evaluation of a loss: each knowledge and each relation computed so far.
public struct Evaluation {
  struct Key<Part: Hashable>: Hashable {
    let role: Role
    let part: Part
  }

  let student: Outputs
  let teacher: Outputs
  let step: Step
  private var known: [AnyHashable: any Sendable] = [:]

  init(student: Outputs, teacher: Outputs, step: Step) {
    (self.student, self.teacher, self.step) = (student, teacher, step)
  }

  /// How many knowledges and relations have been computed.
  var count: Int { known.count }

  /// What is known under `key`, or else what `compute` makes of it.
  mutating func remembered<Part, Value: Sendable>(
    _ key: Key<Part>, _ compute: (inout Evaluation) throws -> Value
  ) rethrows -> Value {
    if let value = known[key] as? Value { return value }
    let value = try compute(&self)
    known[key] = value
    return value
  }
}
