import Kindred
import TestSupport
import Testing

/// `crd` with its memory is what plain loops give, step after step.
@Suite struct CRDTests {
  static let examples = 23
  static let batch = 4

  /// The outputs of both networks at a step.
  private static func step(_ index: Int) -> (student: Outputs, teacher: Outputs) {
    var random = Random(seed: UInt64(index), "batch")
    let indices = Array(random.shuffled(0..<examples).prefix(batch))
    return (
      Outputs(["embedding": noise([batch, 3], seed: UInt64(2 * index))], indices: indices),
      ["embedding": noise([batch, 5], seed: UInt64(2 * index + 1))]
    )
  }

  /// CRD in plain loops, with the same drawn negatives if there are more than it takes.
  private struct Plain {
    let crd: CRD
    let parameters: [String: Tensor]
    /// What is remembered of the student and of the teacher, by example or in order.
    var memory: [[[Double]?]] = [[], []]
    var scale: [Double]?
    /// A number that is added to one of the student's output, `embedding`, or of a parameter.
    var nudge: (name: String, index: Int, by: Double)?

    init(_ crd: CRD, _ parameters: [String: Tensor]) {
      (self.crd, self.parameters) = (crd, parameters)
    }

    private func numbers(_ tensor: Tensor, _ name: String) -> [Double] {
      var numbers = tensor.scalars.map { Double($0) }
      if let nudge, nudge.name == name { numbers[nudge.index] += nudge.by }
      return numbers
    }

    /// The unit embeddings of a network.
    private func embeddings(_ outputs: Outputs, of role: String) throws -> [[Double]] {
      let names = ["crd.\(role).weight", "crd.\(role).bias"]
      let (n, width) = (try outputs["embedding"].shape[0], try outputs["embedding"].shape[1])
      let x = numbers(try outputs["embedding"], role == "student" ? "embedding" : "")
      let w = numbers(try #require(parameters[names[0]]), names[0])
      let b = numbers(try #require(parameters[names[1]]), names[1])
      return (0..<n).map { i in
        let mapped = b.indices.map { o in
          (0..<width).reduce(b[o]) { $0 + w[o * width + $1] * x[i * width + $1] }
        }
        let length = mapped.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return mapped.map { $0 / length }
      }
    }

    /// The loss of a step; the memory is updated afterwards.
    mutating func loss(_ student: Outputs, _ teacher: Outputs, at moment: Moment) throws -> Double {
      let v = [try embeddings(student, of: "student"), try embeddings(teacher, of: "teacher")]
      let indices = crd.memory == .example ? student.indices : nil
      func score(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / crd.temperature
      }
      var random = Random(seed: moment.seed, "crd", index: moment.index)
      var sum = 0.0
      var scales: [Double] = []
      for anchor in 0..<2 {
        let other = memory[1 - anchor]
        let filled = other.indices.filter { other[$0] != nil }
        var scores: [(own: Double, others: [Double])] = []
        for i in v[0].indices {
          let place = indices.map { $0[i] }
          let known = place.flatMap { $0 < other.count ? other[$0] : nil }
          var rest = filled
          if known != nil, let own = filled.firstIndex(where: { $0 == place }) {
            rest.swapAt(own, rest.count - 1)
            rest.removeLast()
          }
          if rest.count > crd.negatives {
            for k in 0..<crd.negatives {
              rest.swapAt(k, random.integer(in: k...rest.count - 1))
            }
          }
          let chosen = rest.prefix(crd.negatives)
          scores.append(
            (
              score(v[anchor][i], known ?? v[1 - anchor][i]),
              chosen.compactMap { other[$0].map { score(v[anchor][i], $0) } }
            ))
        }
        let all = scores.flatMap { [$0.own] + $0.others }.map { $0.exponential() }
        let c = scale?[anchor] ?? all.reduce(0, +) / Double(all.count)
        if scores.contains(where: { !$0.others.isEmpty }) { scales.append(c) }
        for (own, others) in scores where !others.isEmpty {
          let k = Double(others.count) * c
          sum -= (own.exponential() / (own.exponential() + k)).logarithm()
          for other in others { sum -= (k / (other.exponential() + k)).logarithm() }
        }
      }
      if scale == nil, scales.count == 2 { scale = scales }
      remember(v, at: indices)
      return sum / Double(v[0].count)
    }

    private mutating func remember(_ v: [[[Double]]], at indices: [Int]?) {
      for network in 0..<2 {
        guard let indices else {
          memory[network] = Array((memory[network] + v[network]).suffix(crd.negatives))
          continue
        }
        for (i, index) in indices.enumerated() {
          while memory[network].count <= index { memory[network].append(nil) }
          let mixed = memory[network][index].map { old in
            zip(old, v[network][i]).map { crd.momentum * $0 + (1 - crd.momentum) * $1 }
          }
          let row = mixed ?? v[network][i]
          let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
          memory[network][index] = row.map { $0 / length }
        }
      }
    }
  }

  /// Runs 200 steps, in which parameters stay. The negatives are all others, or some drawn by chance. A few
  /// steps compare the gradients with differences.
  @Test(arguments: [
    CRD(features: 9), CRD(features: 9, negatives: 7, temperature: 0.5, momentum: 0.9),
    CRD(features: 8, negatives: 10, memory: .queue), CRD(features: 8, negatives: 3, memory: .queue),
  ])
  func isTheReference(_ crd: CRD) throws {
    let loss = try LossGraph(crd)
    let first = Self.step(0)
    var state = try loss.initialState(student: first.student, teacher: first.teacher, seed: 3)
    var plain = Plain(crd, state.parameters)
    for index in 0..<200 {
      let (student, teacher) = Self.step(index)
      let moment = Moment(index, of: 200, seed: 5)
      let before = (plain, state)
      let expected = try plain.loss(student, teacher, at: moment)
      let step = try loss(student: student, teacher: teacher, at: moment, state: state)
      let value = Double(step.total.scalar)
      #expect(abs(value - expected) <= 1e-5 * max(expected, 1), "crd at step \(index)")
      #expect((index == 0) == (value == 0))
      state.memory = step.memory
      guard [2, 30, 199].contains(index) else { continue }
      let found = try loss.evaluate(
        student: student, teacher: teacher, at: moment, state: before.1)
      let gradients = found.parameterGradients
        .merging(["embedding": try #require(found.gradients.tensors["embedding"])]) { $1 }
      #expect(gradients.count == 5)
      for (name, gradient) in gradients {
        let slopes = try gradient.scalars.indices.map { entry in
          func moved(by h: Double) throws -> Double {
            var moved = before.0
            moved.nudge = (name, entry, h)
            return try moved.loss(student, teacher, at: moment)
          }
          return try (moved(by: 1e-5) - moved(by: -1e-5)) / 2e-5
        }
        expectClose(gradient.scalars, slopes, 1e-4, "crd at step \(index), gradient at \(name)")
      }
    }
  }

  /// Examples of weight 0 are neither compared nor remembered.
  @Test(arguments: [CRD(features: 8), CRD(features: 8, negatives: 3, memory: .queue)])
  func examplesOfWeight0AreNotRemembered(_ crd: CRD) throws {
    let loss = try LossGraph(crd)
    var states = [LossState(), LossState()]
    for index in 0..<20 {
      let (student, teacher) = Self.step(index)
      var weighted = student
      weighted.tensors["weights"] = [1, 0, 1, 1]
      let (kept, moment) = ([0, 2, 3], Moment(index, of: 20))
      let fewer = Outputs(
        ["embedding": try student["embedding"].rows(kept)],
        indices: student.indices.map { indices in kept.map { indices[$0] } })
      let results = [
        try loss(student: weighted, teacher: teacher, at: moment, state: states[0]),
        try loss(
          student: fewer, teacher: ["embedding": try teacher["embedding"].rows(kept)], at: moment,
          state: states[1]),
      ]
      let values = results.map { $0.total.scalar }
      #expect(values[0] == values[1] && (values[0] == 0) == (index == 0))
      states = results.map { LossState(memory: $0.memory) }
      let memories = states.map { $0.memory.mapValues { $0.scalars } }
      #expect(memories[0] == memories[1])
    }
  }

  /// A memory that lacks a row or a number is an error.
  @Test func aMemoryThatDoesNotFitIsRefused() throws {
    let (student, teacher) = Self.step(0)
    func problem(_ memory: [String: Tensor], _ crd: CRD = CRD(features: 8)) -> String? {
      let error = #expect(throws: DistillationError.self) {
        try LossGraph(crd).evaluate(
          student: student, teacher: teacher, at: Moment(), state: LossState(memory: memory))
      }
      return error?.description
    }
    func rows(_ shape: [Int]) -> Tensor { noise(shape, seed: 1).normalized() }
    #expect(
      problem(["crd.scale": [[1]]])
        == "crd: 'crd.scale' has shape [1, 2] or fewer rows for these outputs, but [1, 1] was given"
    )
    #expect(
      problem(["crd.scale": [1]])
        == "crd: 'crd.scale' has shape [1, 2] or fewer rows for these outputs, but [1] was given")
    #expect(
      problem(["crd.student.memory": rows([3, 7])]) == """
        crd: 'crd.student.memory' has shape [N, 8] with any N for these outputs, but [3, 7] was given
        """)
    for crd in [CRD(features: 8), CRD(features: 8, memory: .queue)] {
      #expect(
        problem(["crd.student.memory": rows([3, 8]), "crd.teacher.memory": rows([4, 8])], crd)
          == "crd: 'student.memory' has 3 examples, but 'teacher.memory' has 4")
    }
  }

  /// A training that is resumed in the middle goes on to the bit.
  @Test(arguments: [CRD(features: 8), CRD(features: 8, negatives: 6, memory: .queue)])
  func isResumedToTheBit(_ crd: CRD) throws {
    let loss = try LossGraph(crd)
    let first = Self.step(0)
    func run(_ steps: Range<Int>, from state: inout LossState) throws -> [UInt32] {
      try steps.map { index in
        let (student, teacher) = Self.step(index)
        let parameters = state.parameters.keys.sorted()
        var variables = state
        variables.parameters = state.parameters.mapValues { $0.variable }
        let found = try loss(
          student: student, teacher: teacher, at: Moment(index, of: 100), state: variables)
        let slopes = gradients(
          of: [(found.total, 1)],
          withRespectTo: parameters.compactMap { variables.parameters[$0] })
        for (name, slope) in zip(parameters, slopes) {
          state.parameters[name] = state.parameters[name].map {
            ($0 - Tensor(0.01) * slope).detached
          }
        }
        state.memory = found.memory
        return found.total.scalar.bitPattern
      }
    }
    var whole = try loss.initialState(student: first.student, teacher: first.teacher, seed: 3)
    var parts = whole
    let expected = try run(0..<100, from: &whole)
    let before = try run(0..<50, from: &parts)
    var resumed = LossState(
      parameters: parts.parameters.mapValues { Tensor($0.scalars, shape: $0.shape) },
      memory: parts.memory.mapValues { Tensor($0.scalars, shape: $0.shape) })
    #expect(try before + run(50..<100, from: &resumed) == expected)
    #expect(Set(expected).count > 90)
  }

  /// The memory by example has a row up to the largest index, so that a batch with a huge one can be refused.
  @Test func aLargeIndexIsCounted() throws {
    let loss = try LossGraph(CRD())
    var (student, teacher) = Self.step(0)
    student.indices = [0, 1, 2, 9_999_999]
    let bytes = loss.estimatedBytes(student: student, teacher: teacher)
    #expect(bytes > 10_000_000 * 128 * 4)
  }

  @Test func withoutIndicesItSaysWhatToDo() throws {
    var (student, teacher) = Self.step(0)
    student.indices = nil
    let loss = try LossGraph(CRD())
    let error = #expect(throws: DistillationError.self) {
      try loss.evaluate(student: student, teacher: teacher, at: Moment(), state: LossState())
    }
    #expect(
      error?.description == """
        'crd' remembers each example and needs its index in the data: give them, \
        Outputs([…], indices: …), or take a queue, crd(memory: queue)
        """)
  }
}
