public import Distillation
public import Tensors

/// The cosine of each example to every remembered embedding of the teacher's, divided by a temperature: N×M.
///
/// The memory is a queue of the teacher's unit embeddings: each step appends its own after it was compared,
/// and the oldest leave. A queue that is given is used as it is. A match with an empty one is 0.
public struct QueueSimilarities: StatefulRelation, SharedParameters {
  /// M, how many embeddings are remembered at most.
  public var queue: Int
  /// τˢ, by which the student's cosines are divided.
  public var studentTemperature: Double
  /// τᵗ, by which the teacher's cosines are divided.
  public var teacherTemperature: Double
  /// Makes the relation with these parameters.
  public init(
    queue: Int = 16384, studentTemperature: Double = 0.1, teacherTemperature: Double = 0.02
  ) {
    self.queue = queue
    (self.studentTemperature, self.teacherTemperature) = (studentTemperature, teacherTemperature)
  }
  public static let standard = Self()
  public static let summary = "The cosine of each example to remembered ones of the teacher's."
  public static var ranges: [String: ClosedRange<Double>] {
    [
      "queue": 1...1e7, "studentTemperature": .temperature, "teacherTemperature": .temperature,
    ]
  }

  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public var smallestLength: Double? { 1e-12 }
  public var takesOtherWidths: Bool { false }

  public func state(student: [Int], teacher: [Int]) -> [StateTensor] {
    let width = teacher.dropFirst().reduce(1, *)
    return [StateTensor("queue", .memory, shape: [queue, width], initial: .empty)]
  }

  public func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor {
    let (x, remembered) = (x.flattened, state[0])
    let temperature = role == .student ? studentTemperature : teacherTemperature
    return Tensor.matmul(x.normalized(), remembered, transposingSecond: true)
      / Tensor(temperature)
  }

  public func memory(afterStudent student: Tensor, teacher: Tensor, state: [Tensor]) -> [Tensor] {
    [state[0].appending(teacher.flattened.normalized(), keeping: queue)]
  }
}
