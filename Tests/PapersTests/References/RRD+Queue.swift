import Kindred
import TestSupport
import Testing

/// The queue of `rrd` over hundreds of steps of a training, beside a plain one.
@Suite struct RRDQueueTests {
  /// A student of one layer that learns from batches of 8 by the loss alone.
  struct Training {
    /// What a step was given and what it gave.
    struct Step: Equatable {
      let student, teacher: Tensor
      let value: Float
      /// The queue afterwards.
      let queue: Tensor

      static func == (one: Self, other: Self) -> Bool {
        one.value == other.value && one.student.scalars == other.student.scalars
          && one.queue.shape == other.queue.shape && one.queue.scalars == other.queue.scalars
      }
    }

    let loss: LossGraph
    var state: LossState
    var weights = noise([5, 2], seed: 1)
    var steps: [Step] = []

    init(queue: Int) throws {
      loss = try Registry.linked.loss("rrd(queue: \(queue), projection: linear)")
      state = try loss.initialState(
        student: ["embedding": noise([8, 2], seed: 1)],
        teacher: ["embedding": noise([8, 3], seed: 2)], seed: 7)
    }

    mutating func run(_ range: Range<Int>) throws {
      let optimizer = SGD(learningRate: 0.05)
      for step in range {
        let x = noise([8, 5], seed: UInt64(step) + 10)
        let teacher = noise([8, 3], seed: UInt64(step) + 1000)
        let names = state.parameters.keys.sorted()
        var learned = [weights] + names.compactMap { state.parameters[$0] }
        let variables = learned.map { $0.variable }
        var given = state
        for (name, value) in zip(names, variables.dropFirst()) { given.parameters[name] = value }
        let student = x.matmul(variables[0])
        let result = try loss(
          student: ["embedding": student], teacher: ["embedding": teacher], state: given)
        let found = gradients(of: [(result.total, 1)], withRespectTo: variables)
        let mapped = student.projected(weight: variables[2], bias: variables[1])

        var stepping = optimizer
        stepping.step(&learned, found)
        weights = learned[0]
        state = LossState(
          parameters: Dictionary(uniqueKeysWithValues: zip(names, learned.dropFirst())),
          memory: result.memory)
        steps.append(
          Step(
            student: mapped.detached, teacher: teacher, value: result.total.scalar,
            queue: try #require(state.memory["rrd.queue"])))
      }
    }
  }

  /// How a plain queue is filled; only the first way is right.
  enum Filling: CaseIterable {
    case once, twice, before, withTheStudent, keepingTheOldest
  }

  /// The largest difference of a value, relative, or of a number of the queue, when plain loops go through the
  /// steps of a training.
  private func deviation(_ steps: [Training.Step], length: Int, _ filling: Filling) -> Double {
    var (queue, largest): ([[Double]], Double) = ([], 0)
    for step in steps {
      let (s, t) = (Values(step.student).rows, Values(step.teacher).rows)
      let rows = (filling == .withTheStudent ? s : t).map(unit)
      let before = queue
      for row in filling == .twice ? rows + rows : rows {
        if filling == .keepingTheOldest, queue.count == length { break }
        queue.append(row)
        if queue.count > length { queue.removeFirst() }
      }
      let value = RRDTests.loss(s, t, filling == .before ? queue : before)
      largest = max(largest, abs(Double(step.value) - value) / max(value, 0.1))
      guard step.queue.shape == [queue.count, 3] else { return .infinity }
      for (a, b) in zip(step.queue.scalars, queue.joined()) {
        largest = max(largest, abs(Double(a) - b))
      }
    }
    return largest
  }

  /// A queue that is shorter than the batch, as long, and longer but no multiple of it.
  @Test(arguments: [5, 8, 21])
  func theQueueIsAPlainOne(_ length: Int) throws {
    var training = try Training(queue: length)
    try training.run(0..<300)
    let steps = training.steps
    #expect(steps.count == 300 && steps[0].value == 0 && steps[1].value > 0.1)
    #expect(steps[299].queue.shape == [length, 3])
    #expect(deviation(steps, length: length, .once) < 1e-4)
    // In a queue that a batch fills, the second update changes nothing.
    for filling in Filling.allCases where filling != .once && !(filling == .twice && length <= 8) {
      #expect(deviation(Array(steps[..<10]), length: length, filling) > 0.1, "\(filling)")
    }
  }

  /// A training that goes on from its weights and the state of its loss gives the same bits.
  @Test(arguments: [5, 8, 21]) func aTrainingGoesOn(_ length: Int) throws {
    var whole = try Training(queue: length)
    try whole.run(0..<200)

    var first = try Training(queue: length)
    try first.run(0..<3)
    for end in [9, 97, 200] {
      // Only numbers and shapes are carried over.
      func copy(_ x: Tensor) -> Tensor { Tensor(x.scalars, shape: x.shape) }
      var next = try Training(queue: length)
      next.weights = copy(first.weights)
      next.state = LossState(
        parameters: first.state.parameters.mapValues(copy),
        memory: first.state.memory.mapValues(copy))
      next.steps = first.steps
      try next.run(first.steps.count..<end)
      first = next
    }
    #expect(first.steps == whole.steps)
    #expect(first.weights.scalars == whole.weights.scalars)

    // A training that forgets its queue is another one.
    var forgetful = try Training(queue: length)
    try forgetful.run(0..<97)
    forgetful.state.memory = [:]
    try forgetful.run(97..<200)
    #expect(forgetful.steps != whole.steps)
  }
}
