import Kindred
import TestSupport
import Testing

/// Every composition gives a finite loss or an error: never a trap, never NaN.
@Suite struct CompositionTests {
  static let shapes: [(student: [Int], teacher: [Int])] = [
    ([4, 3], [4, 3]), ([4, 3], [4, 5]), ([3, 3], [3, 3]), ([1, 3], [1, 3]), ([2, 3], [2, 4]),
    ([4, 2, 2, 2], [4, 3, 2, 2]), ([4, 2, 2, 2], [4, 2, 2, 2]), ([4, 0], [4, 0]),
    ([0, 3], [0, 3]), ([4], [4]), ([], []), ([4, 3], [5, 3]), ([2, 3, 2], [2, 3, 2]),
    ([2, 0, 2, 2], [2, 1, 2, 2]), ([2, 3, 48], [2, 3, 48]),
  ]

  static let relations = Registry.linked.relations.keys.sorted()
  static let matchers = Registry.linked.matchers.keys.sorted()

  /// Relations that take a matrix of relations between examples, and so cannot come first.
  static let relationsOfRelations = ["dividedByMean", "doublyCentered"]

  /// Relations that only follow one relation of two layers, which gives what they take.
  static let relationsOfFlows = ["projectedFlow"]

  /// Each relation is tried with every matcher, and each pair of relations with one matcher in five. The next
  /// pair is tried with others. At least a third of these compositions must give a loss: if all were refused,
  /// nothing would be tried.
  @Test(arguments: relations)
  func everyRelationAndPairOfThem(_ first: String) throws {
    func accepted(_ relation: String, _ matchers: [String]) -> Int {
      matchers.count { matcher in
        ["embedding", "layers"].contains { knowledge in
          shapesAccepted(by: "match(\(knowledge), by: \(relation), with: \(matcher))") > 0
        }
      }
    }
    let place = try #require(Self.relations.firstIndex(of: first))
    let alone = accepted(first, Self.matchers)
    var (count, all) = (0, 0)
    for (index, second) in Self.relations.enumerated() {
      let matchers = Self.matchers.indices.filter { ($0 + place + index) % 5 == 0 }
        .map { Self.matchers[$0] }
      count += accepted("\(first).\(second)", matchers)
      all += matchers.count
    }
    if (Self.relationsOfRelations + Self.relationsOfFlows).contains(first) {
      #expect(alone + count == 0)
    } else {
      #expect(alone > 0)
      #expect(3 * count > all, "\(count) of \(all)")
    }
  }

  @Test(arguments: relationsOfRelations)
  func relationsOfRelationsFollowOthers(_ second: String) {
    for first in ["distances", "gram"] {
      #expect(shapesAccepted(by: "match(embedding, by: \(first).\(second), with: meanSquare)") > 0)
    }
  }

  @Test(arguments: Registry.linked.terms.keys.sorted())
  func everyTerm(_ term: String) { #expect(shapesAccepted(by: term) > 0) }

  /// Evaluates a formula on every pair of shapes, and returns how many gave a loss. The others must
  /// be refused in words.
  private func shapesAccepted(by formula: String) -> Int {
    do {
      let loss = try Registry.linked.loss(formula)
      return Self.shapes.count { isAccepted($0, by: loss) }
    } catch {
      #expect(error is DistillationError, "\(formula): \(error)")
      return 0
    }
  }

  private func isAccepted(_ shapes: (student: [Int], teacher: [Int]), by loss: LossGraph) -> Bool {
    func outputs(_ role: Role, _ shape: [Int]) -> Outputs {
      let named = loss.outputs(of: role).enumerated().map { index, name in
        let seed = UInt64(2 * index + (role == .student ? 1 : 2))
        return (name == .lastStage ? "stage3" : "\(name)", noise(shape, seed: seed))
      }
      let labels = [Int](repeating: 0, count: shape.first ?? 0)
      return Outputs(
        Dictionary(named) { first, _ in first }, labels: labels, indices: Array(labels.indices))
    }
    do {
      let result = try loss.evaluate(
        student: outputs(.student, shapes.student), teacher: outputs(.teacher, shapes.teacher),
        at: Moment(), state: LossState())
      #expect(result.value.isFinite, "\(loss.formula) of \(shapes)")
      for gradient in result.gradients.tensors.values {
        #expect(gradient.firstNonFiniteIndex == nil, "\(loss.formula) of \(shapes)")
      }
      return true
    } catch {
      #expect(error is DistillationError, "\(loss.formula) of \(shapes): \(error)")
      return false
    }
  }

  @Test(
    arguments: [
      "rkd.distance", "rkd.angle", "kd", "logits", "pkt", "cka", "dcor", "darkrank", "mlld",
    ])
  func notANumberIsNotHidden(_ term: String) throws {
    var scalars = noise([6, 4], seed: 1).scalars
    scalars[7] = .nan
    let x = Tensor(scalars, shape: [6, 4])
    let y = noise([6, 4], seed: 2)
    let result = try Registry.linked.loss(term).evaluate(
      student: ["logits": x, "embedding": x], teacher: ["logits": y, "embedding": y])
    #expect(!result.value.isFinite)
  }
}
