import Kindred
import TestSupport
import Testing

/// A loss may own tensors: some are learned with the student, others are kept from step to step.
@Suite struct LossStateTests {
  let student: Outputs = ["embedding": noise([5, 3], seed: 1), "logits": noise([5, 3], seed: 2)]
  let teacher: Outputs = ["embedding": noise([5, 3], seed: 3), "logits": noise([5, 3], seed: 4)]

  /// Multiplies each feature of the student by a learned number; the teacher's features stay as
  /// they are.
  struct Stretched: StatefulRelation {
    static let summary = "Each feature times a number that is learned."

    func state(student: [Int], teacher: [Int]) -> [StateTensor] {
      [StateTensor("factors", .parameter, shape: [1, student[1]], initial: .normal(deviation: 2))]
    }

    func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor {
      role == .student ? x * state[0] : x
    }
  }

  /// The inner products with the teacher's first row of the previous step.
  struct Recalled: StatefulRelation {
    static let summary = "The inner products with a row of the teacher's that is remembered."

    func state(student: [Int], teacher: [Int]) -> [StateTensor] {
      [StateTensor("row", .memory, shape: [1, teacher[1]])]
    }

    func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor {
      (x * state[0]).sum(axis: 1, keepingDimensions: true)
    }

    func memory(afterStudent student: Tensor, teacher: Tensor, state: [Tensor]) -> [Tensor] {
      [teacher.rows([0])]
    }
  }

  struct Stretching: NamedTerm {
    static let standard = Self()
    static let equation = "L = mean of (f s − t)²"
    var body: some LossTerm { match(.embedding, by: Stretched(), with: .meanSquare) }
  }

  @Test func parametersAreNamedForTheirTerm() throws {
    let loss = try LossGraph(2.0 * Stretching())
    let state = try loss.initialState(student: student, teacher: teacher, seed: 7)
    #expect(state.parameters.keys.sorted() == ["stretching.factors"])
    #expect(state.parameters["stretching.factors"]?.shape == [1, 3])
    #expect(state.memory.isEmpty)
  }

  @Test func equalNodesShareTheirParameters() throws {
    let loss = try LossGraph(
      Stretching() + match(.embedding, by: Stretched().then(Gram()), with: .meanSquare))
    let state = try loss.initialState(student: student, teacher: teacher, seed: 7)
    #expect(state.parameters.keys.sorted() == ["stretching.factors"])
  }

  @Test func twoOwnersInATermHaveTwoNames() throws {
    struct Both: NamedTerm {
      static let standard = Self()
      static let equation = "L = both"
      var body: some LossTerm {
        match(.embedding, by: Stretched(), with: .meanSquare)
        match(.logits, by: Stretched(), with: .meanSquare)
      }
    }
    let state = try LossGraph(Both()).initialState(student: student, teacher: teacher, seed: 7)
    #expect(
      state.parameters.keys.sorted() == [
        "both.embedding.stretched.factors", "both.logits.stretched.factors",
      ])
  }

  /// Adding a term leaves the first values as they are; another seed changes them.
  @Test func firstValuesFollowFromTheSeed() throws {
    func factors(_ loss: LossGraph, seed: UInt64) throws -> [Float]? {
      try loss.initialState(student: student, teacher: teacher, seed: seed)
        .parameters["stretching.factors"]?.scalars
    }
    let alone = try factors(try LossGraph(Stretching()), seed: 7)
    #expect(try factors(try LossGraph(KD() + Stretching()), seed: 7) == alone)
    #expect(try factors(try LossGraph(Stretching()), seed: 8) != alone)
    #expect(alone?.allSatisfy { $0 != 0 } == true)
  }

  /// Trainings that differ in a setting begin alike, so that a sweep of it is paired by the seed.
  @Test(arguments: [
    ["projected(embedding)", "projected(embedding, rate: 2)"].map {
      "match(\($0), to: embedding, with: meanSquare)"
    },
    ["vid(layer: embedding)", "vid(layer: embedding, epsilon: 1e-4)"],
    ["crd", "crd(temperature: 0.5)", "crd(memory: queue)", "crd(momentum: 0, negatives: 9)"],
    ["fsp(projection: linear)", "2*fsp(projection: linear) + kd"],
    ["fitnet(layer: embedding)", "rsd(projection: linear)", "rrd(queue: 3, projection: linear)"],
  ])
  func firstValuesDoNotDependOnSettings(_ formulas: [String]) throws {
    var (student, teacher) = (student, teacher)
    for (index, name) in ["stage1", "stage2"].enumerated() {
      student.tensors[name] = noise([5, 2 + index, 2, 2], seed: 5)
      teacher.tensors[name] = noise([5, 4 - index, 2, 2], seed: 6)
    }
    student.indices = Array(0..<5)
    func weights(_ formula: String) throws -> [[Float]] {
      try Registry.linked.loss(formula)
        .initialState(student: student, teacher: teacher, seed: 7)
        .parameters.sorted { $0.key < $1.key }.filter { $0.key.hasSuffix("weight") }
        .map { $0.value.scalars }
    }
    let first = try weights(formulas[0])
    #expect(first.allSatisfy { $0.contains { $0 != 0 } } && !first.isEmpty)
    for formula in formulas.dropFirst() { #expect(try weights(formula) == first, "\(formula)") }
  }

  /// Another layer, another teacher and another tensor begin otherwise.
  @Test func firstValuesDependOnWhatIsRead() throws {
    var teacher = teacher
    teacher.tensors["embedding@2"] = teacher.tensors["embedding"]
    teacher.tensors["logits@2"] = teacher.tensors["logits"]
    for name in ["fitnet", "vid"] {
      let formulas = ["layer: embedding", "layer: logits", "layer: embedding, teacher: 2"]
      let weights = try formulas.map {
        try Registry.linked.loss("\(name)(\($0))")
          .initialState(student: student, teacher: teacher, seed: 7)
          .parameters.first { $0.key.hasSuffix(".weight") }?.value.scalars ?? []
      }
      #expect(Set(weights).count == 3 && weights.allSatisfy { $0.count == 9 }, "\(name)")
    }
    let crd = try LossGraph(CRD(features: 8)).initialState(
      student: Outputs(student.tensors, indices: Array(0..<5)), teacher: teacher, seed: 7)
    let (s, t) = (crd.parameters["crd.student.weight"], crd.parameters["crd.teacher.weight"])
    #expect(s?.shape == [8, 3] && s?.scalars != t?.scalars)
  }

  /// The student's embeddings times a number that is learned, after a change that text does not show.
  struct Changed: StatefulTerm, CustomStringConvertible {
    let id: Int
    let change: @Sendable (Tensor) -> Tensor

    static func == (one: Self, other: Self) -> Bool { one.id == other.id }

    var description: String { "changed" }
    var outputs: [OutputName] { ["embedding"] }

    func state(student: Outputs, teacher: Outputs) throws -> [StateTensor] {
      [StateTensor("factor", .parameter, shape: [1], initial: .normal(deviation: 1))]
    }

    func callAsFunction(
      student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
    ) throws -> Tensor {
      (change(try student["embedding"]) * state[0]).sum()
    }
  }

  /// Terms share their tensors if they are equal, and not if they look alike.
  @Test func termsOfOneTextAreTold() throws {
    struct Both: NamedTerm {
      static let standard = Self()
      static let equation = "L = both"
      var ids = [1, 2]
      var body: some LossTerm {
        Changed(id: ids[0]) { $0.squared() }
        Changed(id: ids[1]) { $0.abs() }
      }
    }
    func names(_ ids: [Int]) throws -> [String] {
      var both = Both()
      both.ids = ids
      return try LossGraph(both).initialState(student: student, teacher: teacher, seed: 7)
        .parameters.keys.sorted()
    }
    #expect(try names([1, 2]) == ["both.changed (2).factor", "both.changed.factor"])
    #expect(try names([1, 1]) == ["both.factor"])
  }

  /// A loss that learns or remembers is not evaluated as if it did neither.
  @Test func aStateIsNeeded() throws {
    let uncertainty = Uncertainty(KD(), match(.embedding, with: .meanSquare))
    let losses = try [
      ("'stretching' owns tensors", LossGraph(Stretching())),
      ("'uncertainty' owns tensors", LossGraph(uncertainty)),
      ("'stretching', 'uncertainty' own tensors", LossGraph(Stretching() + uncertainty)),
    ]
    for (owners, loss) in losses {
      let error = #expect(throws: DistillationError.self) {
        try loss.evaluate(student: student, teacher: teacher)
      }
      #expect(
        error?.description
          == "\(owners), which 'state:' gives: begin with initialState(student:teacher:seed:)")
      #expect(throws: DistillationError.self) {
        try loss.balance(student: student, teacher: teacher)
      }
      let state = try loss.initialState(student: student, teacher: teacher, seed: 7)
      _ = try loss.evaluate(student: student, teacher: teacher, state: state)
    }
  }

  /// An empty state stands for the first one.
  @Test func whatAStateLeavesOutHasItsFirstValue() throws {
    let loss = try LossGraph(Stretching())
    let state = try loss.initialState(student: student, teacher: teacher, seed: 7)
    let moment = Moment(seed: 7)
    #expect(
      try loss(student: student, teacher: teacher, at: moment, state: LossState()).total.scalar
        == loss(student: student, teacher: teacher, at: moment, state: state).total.scalar)
  }

  @Test func gradientsReachParameters() throws {
    let loss = try LossGraph(Stretching())
    func total(_ factors: Tensor) throws -> Tensor {
      let state = LossState(parameters: ["stretching.factors": factors])
      return try loss(student: student, teacher: teacher, state: state).total
    }
    let factors = Tensor([0.5, -1, 2], shape: [1, 3]).variable
    let gradient = gradients(of: [(try total(factors), 1)], withRespectTo: [factors])[0]
    for index in 0..<3 {
      func moved(by h: Float) throws -> Double {
        var scalars = factors.scalars
        scalars[index] += h
        return Double(try total(Tensor(scalars, shape: [1, 3])).scalar)
      }
      let slope = (try moved(by: 0.01) - moved(by: -0.01)) / 0.02
      #expect(abs(Double(gradient.scalars[index]) - slope) < 1e-3 * max(1, abs(slope)))
    }
  }

  @Test func memoryIsAResultAndAnArgument() throws {
    let loss = try LossGraph(match(.embedding, by: Recalled(), with: .meanSquare))
    let first = try loss(
      student: student.variables, teacher: teacher, state: LossState())
    #expect(first.total.scalar == 0)
    let name = "match(embedding, by: recalled, with: meanSquare).row"
    #expect(first.memory.keys.sorted() == [name])
    let row = try teacher["embedding"].rows([0])
    #expect(first.memory[name]?.scalars == row.scalars)

    let second = try loss(
      student: student, teacher: teacher, state: LossState(memory: first.memory))
    let (s, t) = (try student["embedding"] * row, try teacher["embedding"] * row)
    let expected = (s.sum(axis: 1) - t.sum(axis: 1)).squared().mean().scalar
    #expect(expected > 0.01 && abs(second.total.scalar - expected) < 1e-5 * expected)
  }

  /// With an empty memory, the gradient is 0, as if the term said nothing. It is tried after a batch.
  @Test func whatRemembersIsTriedAfterABatch() throws {
    let loss = try LossGraph(match(.embedding, by: Recalled(), with: .meanSquare))
    #expect(loss.uninformativeTerms(student: student, teacher: teacher).isEmpty)
  }

  /// A term of weight 0 keeps the memory that it has.
  @Test func whatIsNotEvaluatedKeepsItsMemory() throws {
    let loss = try LossGraph(
      KD() + Ramp(start: 0.5) { match(.embedding, by: Recalled(), with: .meanSquare) })
    let kept = [
      "match(embedding, by: recalled, with: meanSquare).row": Tensor([1, 2, 3], shape: [1, 3])
    ]
    let result = try loss(
      student: student, teacher: teacher, at: Moment(), state: LossState(memory: kept))
    #expect(result.memory.mapValues { $0.scalars } == kept.mapValues { $0.scalars })
  }

  /// A misspelt name would otherwise be a tensor that nothing learns.
  @Test func aTensorOfAnotherNameIsRefused() throws {
    let zeros = Tensor([0, 0])
    let cases = try [
      (
        LossGraph(Uncertainty(KD(), match(.embedding, with: .meanSquare))),
        "uncertainty.logVariance",
        """
        no tensor 'uncertainty.logVariance' (did you mean 'uncertainty.logVariances'?); the only one is \
        'uncertainty.logVariances'
        """
      ),
      (
        LossGraph(Stretching()), "stretching.factor",
        """
        no tensor 'stretching.factor' (did you mean 'stretching.factors'?); the only one is \
        'stretching.factors'
        """
      ),
      (LossGraph(KD()), "factors", "no tensor 'factors'; there are none"),
    ]
    for (loss, name, message) in cases {
      for state in [LossState(parameters: [name: zeros]), LossState(memory: [name: zeros])] {
        let error = #expect(throws: DistillationError.self) {
          try loss.evaluate(student: student, teacher: teacher, state: state)
        }
        #expect(error?.description == message)
      }
    }
    // A term that is not evaluated at this step keeps its tensors.
    let ramp = try LossGraph(KD() + Ramp(start: 0.5) { Stretching() })
    let state = LossState(parameters: ["stretching.factors": Tensor([1, 2, 3], shape: [1, 3])])
    _ = try ramp.evaluate(student: student, teacher: teacher, at: Moment(), state: state)
  }

  @Test func aTensorOfAnotherShapeIsRefused() throws {
    let state = LossState(parameters: ["stretching.factors": Tensor([1, 2], shape: [1, 2])])
    let error = #expect(throws: DistillationError.self) {
      try LossGraph(Stretching())(student: student, teacher: teacher, state: state)
    }
    #expect(
      error?.description
        == "stretching: 'stretching.factors' has shape [1, 3] for these outputs, but [1, 2] was given"
    )
  }

  @Test func theWeightsOfUncertaintyAreParameters() throws {
    let loss = try Registry.linked.loss(
      "uncertainty(kd, logits) + 2*uncertainty(sp(layer: embedding), kd)")
    let state = try loss.initialState(student: student, teacher: teacher, seed: 7)
    #expect(
      state.parameters.mapValues { $0.scalars }
        == ["uncertainty.logVariances": [0, 0], "uncertainty2.logVariances": [0, 0]])
    var moved = state
    moved.parameters["uncertainty2.logVariances"] = Tensor([1, 0], shape: [2])
    let (before, after) = (
      try loss(student: student, teacher: teacher, state: state),
      try loss(student: student, teacher: teacher, state: moved)
    )
    #expect(before.terms.map { $0.weight } == [0.5, 0.5, 1, 1])
    #expect(abs(after.terms[2].weight - (-1.0).exponential()) < 1e-6)
    #expect(after.terms[3].weight == 1)
    let evaluated = try loss.evaluate(student: student, teacher: teacher, state: moved)
    #expect(abs(evaluated.value - Double(after.total.scalar)) < 1e-4 * abs(evaluated.value))
  }
}
