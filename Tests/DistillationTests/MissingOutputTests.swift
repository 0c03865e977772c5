import Kindred
import TestSupport
import Testing

@Suite struct MissingOutputTests {
  let flat: Outputs = ["embedding": noise([6, 3], seed: 1), "logits": noise([6, 4], seed: 2)]
  let deep: Outputs = [
    "embedding": noise([6, 3], seed: 3), "logits": noise([6, 4], seed: 4),
    "stage1": noise([6, 2, 3, 3], seed: 5),
  ]

  /// The error says which network lacks the output.
  @Test(arguments: [
    ("rkd.distance(layer: stage1)", "rkd.distance: the OWNER has no output 'stage1'"),
    (
      "match(stage1, by: pooled, with: huber)",
      "match(stage1, by: pooled, with: huber): the OWNER has no output 'stage1'"
    ),
    (
      "match(lastStage, by: gram, with: huber)",
      "match(lastStage, by: gram, with: huber): no output of the OWNER is a stage"
    ),
  ])
  func theNetworkIsNamed(_ formula: String, _ message: String) throws {
    let loss = try Registry.linked.loss(formula)
    for (owner, student, teacher) in [("student", flat, deep), ("teacher", deep, flat)] {
      let error = #expect(throws: DistillationError.self) {
        try loss.evaluate(student: student, teacher: teacher)
      }
      #expect(
        error?.description
          == message.replacing("OWNER", with: owner) + "; choose from 'embedding', 'logits'")
    }
  }

  /// A term that reads the last stage unless its layer is stated.
  @Test(arguments: [
    ("at", "at: "), ("adaptive(rkd.angle, sp)", "adaptive: sp: "), ("sp(reduction: sum)", "sp: "),
    ("sp + sp(reduction: sum)", "sp: "), ("sp(reduction: sum) + sp", "sp(reduction: sum): "),
  ])
  func aTermWithoutAStageMayReadAnotherOutput(_ formula: String, _ place: String) throws {
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss(formula).evaluate(student: flat, teacher: deep)
    }
    let name = formula.hasPrefix("at") ? "at" : "sp"
    #expect(
      error?.description == """
        \(place)no output of the student is a stage; choose from 'embedding', 'logits', as in \
        \(name)(layer: embedding) if '\(name)' has 'layer'
        """)
  }

  @Test func theNearestNameIsSuggested() throws {
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("rkd.distance(layer: embeding)")
        .evaluate(student: flat, teacher: flat)
    }
    #expect(
      error?.description == """
        rkd.distance: the student has no output 'embeding' (did you mean 'embedding'?); choose \
        from 'embedding', 'logits'
        """)
  }

  /// Terms that are no matches read outputs, too.
  @Test func theNetworkOfAPrimitiveTermIsNamed() throws {
    let error = #expect(throws: DistillationError.self) {
      try LossGraph(CrossEntropy()).evaluate(
        student: Outputs(["embedding": noise([2, 3], seed: 1)], labels: [0, 1]), teacher: [:])
    }
    #expect(
      error?.description
        == "ce: the student has no output 'logits'; the only one is 'embedding'")
  }

  /// Outputs that are no network's of a loss have no owner.
  @Test func outputsAloneHaveNoOwner() {
    for (name, message) in [
      ("stage1", "no output 'stage1'; choose from 'embedding', 'logits'"),
      ("lastStage", "no output is a stage; choose from 'embedding', 'logits'"),
      ("lastStage@virtual", "no output 'lastStage@virtual'; choose from 'embedding', 'logits'"),
    ] {
      let error = #expect(throws: DistillationError.self) { try flat.detached[name] }
      #expect(error?.description == message)
    }
  }

  private struct Refusing: Knowledge {
    static let summary = "Nothing."
    struct Refusal: Error, CustomStringConvertible { let description = "not today" }
    let outputs: [OutputName] = ["logits"]
    func callAsFunction(_ outputs: Outputs) throws -> Tensor { throw Refusal() }
  }

  /// An error of the user's own keeps its type, and says in which term it was thrown.
  @Test func anErrorOfAnotherTypeHasTheNameOfItsTerm() throws {
    let loss = try LossGraph {
      KD()
      match(Refusing(), with: .huber)
    }
    let error = #expect(throws: TermError.self) {
      try loss.evaluate(student: flat, teacher: flat)
    }
    #expect(error?.description == "match(refusing, with: huber): not today")
    #expect(error?.term == "match(refusing, with: huber)")
    #expect(error?.cause is Refusing.Refusal)
  }
}
