import Distillation
import Kindred
import TestSupport
import Testing

/// A loss knows the names of its tensors before there are outputs, and some sizes.
@Suite struct KnownTensorsTests {
  /// Outputs of other widths than those on which parts are asked for their tensors.
  static func outputs(_ more: Int) -> Outputs {
    var outputs = Outputs([:], labels: [0, 1, 2, 0, 1], indices: Array(0..<5))
    for suffix in ["", "@2"] {
      for (index, name) in ["stage1", "stage2", "stage3"].enumerated() {
        outputs.tensors[name + suffix] = noise([5, 10 + index + more, 11, 11], seed: 1)
      }
      outputs.tensors["embedding" + suffix] = noise([5, 12], seed: 2)
      outputs.tensors["logits" + suffix] = noise([5, 13], seed: 3)
      outputs.tensors["tokens" + suffix] = noise([5, 16, 14 + more], seed: 4)
    }
    return outputs
  }

  /// They are those of the first state, with the sizes that they have there.
  @Test(arguments: [
    "crd", "crd(memory: queue, negatives: 40, features: 9)", "vid(layer: embedding)",
    "ce + rrd(queue: 9, projection: linear) + 0.5*vid", "fsp(projection: linear) + simkd + fitnet",
    "pkd(projection: mlp) + cwd(projection: linear) + ickd(projection: linear)",
    "match(projected(stage1), to: stage3, by: resized, with: meanSquare)",
    "match(resampled(grid: 2, projection: linear), with: meanSquare)",
    "match(stage2, to: projected(stage2, side: teacher, form: mlp), with: meanSquare)",
    "fitnet(teacher: 2) + vid(layer: lastStage, teacher: 2) + vid(layer: lastStage)",
    "adaptive(fitnet, simkd, rsd(projection: linear))", "fitnet + 2*fitnet(layer: stage1)",
    "fitnet + match(projected(stage2), to: stage2, by: gram, with: meanSquare)",
    "uncertainty(fitnet, kd) + 2*uncertainty(ce, sp) + crd", "kd + 0*crd",
  ])
  func areThoseOfTheFirstState(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    let state = try loss.initialState(
      student: Self.outputs(0), teacher: Self.outputs(1), seed: 0)
    let known = loss.knownTensors
    func names(_ purpose: StateTensor.Purpose) -> [String] {
      known.filter { $0.purpose == purpose }.map { $0.name }.sorted()
    }
    #expect(names(.parameter) == state.parameters.keys.sorted())
    #expect(names(.memory) == state.memory.keys.sorted())
    #expect(known.isEmpty == (formula == "kd + 0*crd"))
    for tensor in known {
      let shape = (state.parameters[tensor.name] ?? state.memory[tensor.name])?.shape
      switch tensor.size {
      case .shape(let known): #expect(shape == known)
      case .rows, .rowOfEachExample: #expect(shape?.first == 0)
      case nil: #expect(shape?.first != 0)
      }
    }
  }

  @Test func termsAndSizes() throws {
    func lines(_ formula: String) throws -> [String] {
      try Registry.linked.loss(formula).knownTensors.map {
        "\($0.name) of \($0.terms.joined(separator: ", ")): \($0.size.map { "\($0)" } ?? "unknown")"
      }
    }
    #expect(
      try lines("crd(memory: queue, negatives: 40, features: 9) + rrd(queue: 9)") == [
        "crd.student.weight of crd: unknown", "crd.student.bias of crd: shape([9])",
        "crd.teacher.weight of crd: unknown", "crd.teacher.bias of crd: shape([9])",
        "crd.student.memory of crd: rows(atMost: 40)",
        "crd.teacher.memory of crd: rows(atMost: 40)", "crd.scale of crd: rows(atMost: 1)",
        "rrd.queue of rrd: rows(atMost: 9)",
      ])
    #expect(try lines("crd").contains("crd.student.memory of crd: rowOfEachExample"))
    let match = "match(projected(layer: stage2), to: stage2, by: gram, with: meanSquare)"
    #expect(
      try lines("fitnet + \(match)") == [
        "fitnet.weight of fitnet, \(match): unknown", "fitnet.bias of fitnet, \(match): unknown",
      ])
    #expect(
      try lines("uncertainty(ce, kd) + uncertainty(sp, 2*rkd)") == [
        "uncertainty.logVariances of ce, kd: shape([2])",
        "uncertainty2.logVariances of sp, rkd.distance, rkd.angle: shape([2])",
      ])
  }

  /// A relation that takes values of these ranks alone, and names its tensor for a size if it is asked to.
  struct Ranked: StatefulRelation {
    static let summary = "Values of some ranks."
    var accepts = TensorKind.any
    var ranks = 2...4
    var isNamedForSize = false

    func admits(_ x: Tensor) -> Bool { ranks ~= x.rank && accepts.admits(x.shape) }

    func state(student: [Int], teacher: [Int]) -> [StateTensor] {
      let last = student[ranks.lowerBound - 1]
      return [StateTensor(isNamedForSize ? "of\(last)" : "own", .memory, shape: [3, last])]
    }

    func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor { x }
  }

  /// A term that reads the last axis of tokens without looking whether there is one, and a label.
  struct OfTokens: StatefulTerm {
    var outputs: [OutputName] { ["features"] }
    var teacherOutputs: [OutputName] { ["features", "others"] }

    func state(student: Outputs, teacher: Outputs) throws -> [StateTensor] {
      let width = try student["features"].shape[2] + teacher["others"].shape[1]
      return [StateTensor("own", .parameter, shape: [width])]
    }

    func callAsFunction(
      student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
    ) throws -> Tensor { try student["features"].sum() }
  }

  /// Parts of one's own are asked only for values that they take; and what depends on a size is not said.
  @Test func partsOfOnesOwn() throws {
    func known(_ relation: Ranked) throws -> [LossGraph.KnownTensor] {
      try LossGraph(match(.output("features"), by: relation, with: .meanSquare)).knownTensors
    }
    for ranked in [
      Ranked(), Ranked(ranks: 4...4), Ranked(ranks: 3...3), Ranked(ranks: 2...2),
      Ranked(accepts: .square), Ranked(accepts: .stack, ranks: 3...3),
    ] {
      #expect(try known(ranked).map { $0.name.suffix(4) } == [".own"], "\(ranked)")
      #expect(try known(ranked).map { $0.size } == [nil], "\(ranked)")
    }
    #expect(try known(Ranked(ranks: 5...5)).isEmpty)
    #expect(try known(Ranked(isNamedForSize: true)).isEmpty)
    #expect(try LossGraph(OfTokens()).knownTensors.map { $0.name } == ["OfTokens.own"])
  }
}
