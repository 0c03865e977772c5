import Kindred
import Testing

/// Outputs of any rank are compared, or refused in words, and the memory that a loss needs is
/// estimated beforehand.
@Suite struct AnyRankTests {
  static let shapes = [[4], [4, 6], [4, 3, 48], [4, 3, 2, 3], [4, 3, 2, 3, 2], []]

  @Test(arguments: Registry.linked.terms.keys.sorted())
  func areComparedOrRefused(_ name: String) throws {
    try expectWords(of: name)
  }

  @Test(arguments: [
    "channelMaps.gram", "attention.gram", "channels.gram", "channelGram.rowNormalized",
    "selectivity.rowNormalized", "pooled.softmax.transposed",
  ])
  func chainsToo(_ relation: String) throws {
    try expectWords(of: "match(output(layer: other), by: \(relation), with: meanSquare)")
  }

  @Test func aChainThatCannotBeIsRefusedAtOnce() {
    #expect(throws: DistillationError.self) {
      try Registry.linked.loss(
        "match(output(layer: other), by: gram.channelMaps, with: meanSquare)")
    }
  }

  private func expectWords(of formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    var compared = 0
    for student in Self.shapes {
      for teacher in Self.shapes {
        let (s, t) = (outputs(of: .student, student, loss), outputs(of: .teacher, teacher, loss))
        #expect(loss.estimatedBytes(student: s, teacher: t) >= 0)
        _ = loss.uninformativeTerms(student: s, teacher: t)
        do {
          let value = try loss.evaluate(student: s, teacher: t, at: Moment(), state: LossState())
            .value
          compared += 1
          #expect(value.isFinite, "\(formula): \(student), \(teacher)")
        } catch let error as DistillationError {
          #expect(!error.description.isEmpty)
        }
      }
    }
    #expect(compared > 0, "\(formula) refuses every shape")
  }

  private func outputs(of role: Role, _ shape: [Int], _ loss: LossGraph) -> Outputs {
    let named = loss.outputs(of: role).map { name in
      var random = Random(seed: 1, role.rawValue, "\(name)")
      return (name == .lastStage ? "stage3" : "\(name)", random.normal(shape: shape))
    }
    return Outputs(
      Dictionary(named) { first, _ in first }, labels: [0, 1, 0, 1],
      indices: [0, 1, 2, 3])
  }
}
