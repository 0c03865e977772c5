import Kindred
import TestSupport
import Testing

/// The teacher's layer may differ from the student's in every term that has a layer.
@Suite struct TeacherLayerTests {
  /// The names of every registered term's parameters.
  static let parameters = Registry.linked.terms.mapValues { type in
    type.standard.parameters.map { $0.name }
  }

  /// The terms that read the teacher: all but the triplet loss.
  static let withLayer = parameters.filter { name, names in
    names.contains("layer") && Registry.linked.terms[name]?.readsTheTeacher == true
  }.keys.sorted()

  @Test func someHaveALayer() {
    #expect(Self.withLayer.count >= 16, "\(Self.withLayer)")
    #expect(!Self.withLayer.contains("triplet"))
  }

  @Test(arguments: withLayer) func whatHasALayerHasOneOfTheTeacher(_ term: String) {
    #expect(Self.parameters[term]?.contains("teacherLayer") == true)
  }

  @Test(arguments: parameters.filter { $0.value.contains("from") }.keys.sorted())
  func whatHasTwoLayersHasTwoOfTheTeacher(_ term: String) {
    #expect(Self.parameters[term]?.contains("teacherFrom") == true)
    #expect(Self.parameters[term]?.contains("teacherTo") == true)
  }

  /// Reading the teacher's other layer gives the value for a teacher whose layers have swapped
  /// names.
  @Test(arguments: withLayer) func theTeachersLayerIsRead(_ term: String) throws {
    let areTokens = term == "gramAnchoring"
    let student = outputs(seed: 1, areTokens: areTokens)
    let teacher = outputs(seed: 10, areTokens: areTokens)
    var renamed = teacher
    (renamed["stage1"], renamed["stage2"]) = (teacher["stage2"], teacher["stage1"])
    func loss(_ arguments: String) throws -> LossGraph {
      // The whole loss of IRG reads other layers as well.
      let others = term == "irg" ? ", transform: 0" : ""
      return try Registry.linked.loss("\(term)(\(arguments)\(others))")
    }
    // What is learned and remembered is the same for all.
    let first = try loss("layer: stage1, teacherLayer: stage2")
    var state = try first.initialState(
      student: Outputs(student, indices: Array(0..<5)), teacher: Outputs(teacher), seed: 1)
    state.memory = try first(
      student: Outputs(student, indices: Array(0..<5)), teacher: Outputs(teacher), at: Moment(),
      state: state
    ).memory
    func value(_ arguments: String, _ teacher: [String: Tensor]) throws -> Double {
      try loss(arguments).evaluate(
        student: Outputs(student, indices: Array(0..<5)), teacher: Outputs(teacher), at: Moment(),
        state: state
      ).value
    }
    let crossed = try value("layer: stage1, teacherLayer: stage2", teacher)
    #expect(try crossed == value("layer: stage1", renamed))
    #expect(try crossed != value("layer: stage1", teacher))
    #expect(
      try value("teacherLayer: stage2, layer: stage1", teacher)
        == value("layer: stage1, teacherLayer: stage2", teacher))
  }

  @Test func bothLayersOfTheTeacherAreRead() throws {
    let (student, teacher) = (outputs(seed: 1), outputs(seed: 10))
    var renamed = teacher
    (renamed["stage1"], renamed["stage2"]) = (teacher["stage2"], teacher["embedding"])
    for term in ["fsp", "irg.transform", "irg.transform(pooled: false", "irg"] {
      func value(_ arguments: String, _ teacher: [String: Tensor]) throws -> Double {
        let open = term.contains("(") ? ", " : "("
        return try Registry.linked.loss("\(term)\(open)from: stage1, to: stage2\(arguments))")
          .evaluate(
            student: Outputs(student, indices: Array(0..<5)), teacher: Outputs(teacher),
            at: Moment()
          ).value
      }
      #expect(
        try value(", teacherFrom: stage2, teacherTo: embedding", teacher) == value("", renamed))
      #expect(
        try value(", teacherFrom: stage2, teacherTo: embedding", teacher) != value("", teacher))
    }
  }

  private func outputs(seed: UInt64, areTokens: Bool = false) -> [String: Tensor] {
    let shape = areTokens ? [5, 3, 4] : [5, 3, 2, 2]
    return [
      "stage1": noise(shape, seed: seed), "stage2": noise(shape, seed: seed + 1),
      "embedding": noise(shape, seed: seed + 2), "logits": noise([5, 3], seed: seed + 3),
    ]
  }
}

extension NamedTerm {
  fileprivate static var readsTheTeacher: Bool {
    !LossGraph(unchecked: standard).outputs(of: .teacher).isEmpty
  }
}
