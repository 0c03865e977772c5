/// Which of the two networks.
public enum Role: String, Hashable, Sendable { case student, teacher }

/// The moment in training at which a loss is evaluated. What a loss leaves to chance, and weights
/// that move, depend on nothing else.
public struct Step: Hashable, Sendable {
  public var seed: UInt64
  /// How many steps came before, over all epochs.
  public var index: Int
  /// The share of the training's steps that came before, from 0 to 1.
  public var progress: Double

  public init(seed: UInt64 = 0, index: Int = 0, progress: Double = 0) {
    (self.seed, self.index, self.progress) = (seed, index, progress)
  }
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
  /// By type, so that keys are only compared with those of their own type.
  private var memories: [ObjectIdentifier: any CountedMemory] = [:]

  init(student: Outputs, teacher: Outputs, step: Step) {
    (self.student, self.teacher, self.step) = (student, teacher, step)
  }

  func outputs(of role: Role) -> Outputs { role == .student ? student : teacher }

  /// How many knowledges and relations have been computed.
  var count: Int { memories.values.reduce(0) { $0 + $1.count } }

  /// What is known under `key`, or else what `compute` makes of it.
  mutating func remembered<Part, Value: Sendable>(
    _ key: Key<Part>, _ compute: (inout Evaluation) throws -> Value
  ) rethrows -> Value {
    let memory = memory(of: Part.self, Value.self)
    if let value = memory.value(of: key) { return value }
    let value = try compute(&self)
    memory.remember(value, of: key)
    return value
  }

  private mutating func memory<Part, Value>(
    of part: Part.Type, _ value: Value.Type
  ) -> Memory<Part, Value> {
    let type = ObjectIdentifier(Memory<Part, Value>.self)
    if let memory = memories[type] as? Memory<Part, Value> { return memory }
    let memory = Memory<Part, Value>()
    memories[type] = memory
    return memory
  }
}

private protocol CountedMemory: AnyObject {
  var count: Int { get }
}

/// The few values of one type that are known under keys of one type: few enough to look through,
/// which takes less time than hashing a key. A class, because it is added to in place.
private final class Memory<Part: Hashable, Value>: CountedMemory {
  private var keys: [Evaluation.Key<Part>] = []
  private var values: [Value] = []

  var count: Int { keys.count }

  func value(of key: Evaluation.Key<Part>) -> Value? {
    keys.firstIndex(of: key).map { values[$0] }
  }

  func remember(_ value: Value, of key: Evaluation.Key<Part>) {
    keys.append(key)
    values.append(value)
  }
}
