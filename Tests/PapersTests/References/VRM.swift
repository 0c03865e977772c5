import Foundation
import Kindred
import TestSupport
import Testing

/// The loss as it was reconstructed from the abstract and reading notes, in plain loops.
@Suite struct VRMTests {
  struct Setting: Sendable, CustomTestStringConvertible {
    var edges = "inter", keep = 1.0, delta = 1.0, reduction = "edge", standardize = false
    var unreliable = "entropy", huber = "smooth"

    var shared: String {
      """
      delta: \(delta), reduction: \(reduction), standardize: \(standardize), huber: \(huber)
      """
    }
    var sample: String {
      "vrm.sample(edges: \(edges), keep: \(keep), unreliable: \(unreliable), \(shared))"
    }
    var classes: String { "vrm.class(\(shared))" }
    var testDescription: String { sample }

    /// The mean of the penalties of all edges.
    func penalty(_ edges: [(student: [Double], teacher: [Double])]) -> Double {
      mean(
        edges.map { edge in
          let h = difference(edge.student, edge.teacher).map { e in
            huber == "truncated" && abs(e) > delta ? 0 : PapersTests.huber(e, delta)
          }
          return reduction == "edge" ? sum(h) : mean(h)
        })
    }

    /// The logits of both views.
    func views(_ network: Reference.Network) -> [[Double]] {
      network["logits"].rows + network["logits@virtual"].rows
    }

    func prepared(_ network: Reference.Network) -> [[Double]] {
      guard standardize else { return views(network) }
      return views(network).map { row in
        let centered = row.map { $0 - mean(row) }
        let deviation = (dot(centered, centered) / Double(row.count - 1)).squareRoot()
        return centered.map { $0 / (deviation + 1e-7) }
      }
    }

    /// The ends of the edges in [z; z̃], in the order that breaks ties.
    func pairs(_ batch: Int) -> [(Int, Int)] {
      (0..<2 * batch).flatMap { i in (0..<2 * batch).map { (i, $0) } }
        .filter { i, j in edges == "inter" ? i < batch && j >= batch : i < j }
    }

    func sampleLoss(_ s: Reference.Network, _ t: Reference.Network, mask: [Int]) -> Double {
      let (x, y) = (prepared(s), prepared(t))
      let pairs = pairs(x.count / 2)
      return penalty(
        mask.map { m in
          let (i, j) = pairs[m]
          return (unit(difference(x[i], x[j])), unit(difference(y[i], y[j])))
        })
    }

    /// The kept edges. The decision is a constant that finite differences must not move.
    func mask(_ s: Reference.Network) -> [Int] {
      let p = views(s).map { softmax($0, 1) }
      let pairs = pairs(p.count / 2)
      let joint = pairs.map { i, j in
        guard unreliable == "discrepancy" else { return entropy(p[i]) + entropy(p[j]) }
        let mean = zip(p[i], p[j]).map { ($0 + $1) / 2 }
        return entropy(mean) - (entropy(p[i]) + entropy(p[j])) / 2
      }
      let count = max(1, Int((keep * Double(pairs.count) - 1e-9).rounded(.up)))
      return Array(pairs.indices.sorted { (joint[$0], $0) < (joint[$1], $1) }.prefix(count))
    }

    private func entropy(_ p: [Double]) -> Double { -sum(p.map { $0 > 0 ? $0 * log($0) : 0 }) }

    func classLoss(_ s: Reference.Network, _ t: Reference.Network) -> Double {
      let (x, y) = (columns(prepared(s)), columns(prepared(t)))
      return penalty(
        x.indices.flatMap { k in
          (k + 1..<x.count).map { l in
            (unit(difference(x[k], x[l])), unit(difference(y[k], y[l])))
          }
        })
    }
  }

  private func outputs(_ n: Int, _ classes: Int, seed: UInt64) -> [String: Tensor] {
    [
      "logits": noise([n, classes], in: -3...3, seed: seed),
      "logits@virtual": noise([n, classes], in: -3...3, seed: seed + 1),
    ]
  }

  @Test(
    arguments: ["inter", "upper"].flatMap { edges in
      [
        Setting(edges: edges), Setting(edges: edges, reduction: "element"),
        Setting(edges: edges, delta: 0.2), Setting(edges: edges, standardize: true),
        Setting(edges: edges, keep: 0.6), Setting(edges: edges, keep: 1e-6),
        Setting(edges: edges, keep: 0.3, delta: 0.5, reduction: "element", standardize: true),
        Setting(edges: edges, keep: 0.6, unreliable: "discrepancy"),
        Setting(edges: edges, keep: 0.3, standardize: true, unreliable: "discrepancy"),
        Setting(edges: edges, delta: 0.2, huber: "truncated"),
        Setting(edges: edges, delta: 0.4, reduction: "element", huber: "truncated"),
      ]
    })
  func termsAreTheReferences(_ setting: Setting) throws {
    for (n, classes) in [(1, 3), (2, 2), (4, 3), (3, 5)] {
      // The standardised logits of two classes are ±1/√2, and many edges have no length.
      guard !setting.standardize || classes > 2 else { continue }
      let (student, teacher) = (outputs(n, classes, seed: 1), outputs(n, classes, seed: 5))
      let mask = setting.mask(Reference.Network(student))
      // An edge of two classes is ±1/√2 for any logits: its gradient is rounding.
      try expectReference(setting.sample, student: student, teacher: teacher, floor: 1e-5) { s, t in
        setting.sampleLoss(s, t, mask: mask)
      }
      try expectReference(setting.classes, student: student, teacher: teacher) { s, t in
        setting.classLoss(s, t)
      }
    }
  }

  /// Every setting of the whole loss reaches its parts.
  @Test func wholeLoss() throws {
    let setting = Setting(
      edges: "upper", keep: 0.5, delta: 0.3, reduction: "element", standardize: true,
      unreliable: "discrepancy", huber: "truncated")
    let (student, teacher) = (outputs(3, 4, seed: 1), outputs(3, 4, seed: 5))
    let mask = setting.mask(Reference.Network(student))
    try expectReference(
      "vrm(sample: 2, class: 3, edges: upper, keep: 0.5, unreliable: discrepancy, \(setting.shared))",
      student: student,
      teacher: teacher
    ) { s, t in
      2 * setting.sampleLoss(s, t, mask: mask) + 3 * setting.classLoss(s, t)
    }
  }

  /// The defaults are z-scores, the discrepancy and the whole Huber penalty.
  @Test func defaults() throws {
    let (student, teacher) = (Outputs(outputs(4, 3, seed: 1)), Outputs(outputs(4, 3, seed: 5)))
    func value(_ formula: String) throws -> Double {
      try Registry.linked.loss(formula).evaluate(student: student, teacher: teacher).value
    }
    let written = try value(
      "vrm(keep: 0.5, unreliable: discrepancy, huber: smooth, standardize: true)")
    #expect(try value("vrm(keep: 0.5)") == written)
    for other in ["unreliable: entropy", "standardize: false", "huber: truncated, delta: 0.1"] {
      #expect(try value("vrm(keep: 0.5, \(other))") != written, "\(other)")
    }
    // With all edges kept, no measure is read.
    #expect(try value("vrm(unreliable: entropy)") == value("vrm"))
  }

  /// Edges between predictions that agree are kept, however uncertain both are.
  @Test func discrepancyKeepsPredictionsThatAgree() {
    // Two equally uncertain predictions, two equally certain ones, and two certain ones that
    // disagree.
    let z = Tensor([0, 0.1, 9, 0, 9, 0], shape: [3, 2])
    let other = Tensor([0.1, 0, 9, 0, 0, 9], shape: [3, 2])
    func kept(_ measure: ReliableEdges.Measure, _ share: Double) -> [Int]? {
      ReliableEdges(share, of: .inter, unreliable: measure).rows(of: TensorPair(z, other))
    }
    // Edge 3·i + j from example i of one view to example j of the other.
    #expect(kept(.discrepancy, 3 / 9) == [0, 4, 7])
    #expect(kept(.entropy, 4 / 9) == [4, 5, 7, 8])
    #expect(kept(.discrepancy, 1) == nil)
  }

  /// The student's predictions decide at each step which edges are unreliable.
  @Test(arguments: ["discrepancy", "entropy"])
  func pruningFollowsTheStudent(_ measure: String) throws {
    let loss = try Registry.linked.loss("vrm.sample(keep: 0.125, unreliable: \(measure))")
    let teacher = outputs(4, 3, seed: 5)
    let untouched = try [UInt64](1...4).map { seed -> [Bool] in
      let gradients = try loss.evaluate(
        student: Outputs(outputs(4, 3, seed: seed)), teacher: Outputs(teacher)
      ).gradients
      return try gradients["logits"].rows([0, 1, 2, 3]).squared().sum(axis: 1).scalars
        .map { $0 == 0 }
    }
    #expect(Set(untouched).count > 1, "\(untouched)")
    // Without pruning, every edge has a gradient.
    let all = try Registry.linked.loss("vrm.sample").evaluate(
      student: Outputs(outputs(4, 3, seed: 1)), teacher: Outputs(teacher))
    #expect(try all.gradients["logits"].scalars.allSatisfy { $0 != 0 })
  }

  /// If the virtual view equals the real one, edges have no length and entropies tie.
  @Test func equalViewsPullOnNothing() throws {
    var student = outputs(4, 3, seed: 1)
    student["logits@virtual"] = student["logits"]
    let teacher = outputs(4, 3, seed: 5)
    for formula in ["vrm", "vrm(keep: 0.7)", "vrm(edges: upper)"] {
      let result = try Registry.linked.loss(formula)
        .evaluate(student: Outputs(student), teacher: Outputs(teacher))
      #expect(result.value.isFinite)
      for gradient in result.gradients.tensors.values {
        #expect(gradient.scalars.allSatisfy { abs($0) < 100 })
      }
    }
    let setting = Setting(keep: 0.7)
    let mask = setting.mask(Reference.Network(student))
    let value = try Registry.linked.loss(setting.sample)
      .evaluate(student: Outputs(student), teacher: Outputs(teacher)).value
    let expected = setting.sampleLoss(
      Reference.Network(student), Reference.Network(teacher), mask: mask)
    #expect(abs(value - expected) < 1e-5)
  }

  @Test func aMatchReachesTheEdges() throws {
    let (student, teacher) = (Outputs(outputs(4, 3, seed: 1)), Outputs(outputs(4, 3, seed: 5)))
    let views = "layers(from: logits, to: \"logits@virtual\")"
    for (term, match) in [
      (
        "vrm.sample", "match(\(views), by: interSampleEdges, with: edgeHuber)"
      ),
      (
        "vrm.class(delta: 0.2, huber: truncated, standardize: false)",
        """
        match(\(views), by: interClassEdges(standardize: false), \
        with: edgeHuber(delta: 0.2, huber: truncated))
        """
      ),
    ] {
      let expected = try Registry.linked.loss(term).evaluate(student: student, teacher: teacher)
      let found = try Registry.linked.loss(match).evaluate(student: student, teacher: teacher)
      #expect(found.value == expected.value)
    }
  }

  @Test func viewsMustBeOfOneShape() throws {
    var student = outputs(4, 3, seed: 1)
    student["logits@virtual"] = noise([4, 2], seed: 3)
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("vrm").evaluate(
        student: Outputs(student), teacher: Outputs(outputs(4, 3, seed: 5)))
    }
    #expect(
      error?.description == """
        vrm.sample: interSampleEdges takes two views of logits N×C, of two classes or more, but the \
        student's value has shapes [4, 3] and [4, 2]
        """)
  }

  /// A loss without any edge would not be a loss.
  @Test(arguments: ["vrm(keep: 0)", "vrm.sample(keep: 0)"])
  func whatIsAlwaysZeroIsRefused(_ formula: String) {
    #expect(throws: DistillationError.self) { try Registry.linked.loss(formula) }
  }
}
