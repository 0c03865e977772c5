import Kindred
import TestSupport
import Testing

@Suite struct GramAnchoringTests {
  static let references = ["none", "both", "teacher"].flatMap { negatives in
    [[1, 3, 2], [3, 4, 5]].map { shape in
      Reference(
        "gramAnchoring(removeNegatives: \(negatives))", on: "tokens", shape,
        [shape[0], shape[1], 3]
      ) { s, t in
        mean(
          (0..<shape[0]).flatMap { i in
            zip(
              cosines(s, i, removingNegatives: negatives == "both"),
              cosines(t, i, removingNegatives: negatives != "none")
            ).map { ($0 - $1) * ($0 - $1) }
          })
      }
    }
  }

  /// The cosines of every two tokens of an example.
  private static func cosines(
    _ x: Values, _ example: Int, removingNegatives: Bool
  ) -> [Double] {
    let (count, width) = (x.shape[1], x.shape[2])
    let tokens = (0..<count).map { token in (0..<width).map { x[example, token, $0] } }
    return tokens.flatMap { a in
      tokens.map { b in
        let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
        return removingNegatives ? max(cosine, 0) : cosine
      }
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// The mean is over the pairs of all images together: one of two tokens has four of five.
  @Test func theMeanIsOverAllPairs() throws {
    let (s, t) = (noise([2, 2, 3], seed: 1), noise([2, 2, 3], seed: 2))
    func value(_ images: [Int], mask: [Float]? = nil) throws -> Double {
      var student: Outputs = ["tokens": s.rows(images)]
      student.tensors["mask"] = mask.map { Tensor($0, shape: [images.count, 2]) }
      return try LossGraph(GramAnchoring())
        .evaluate(student: student, teacher: ["tokens": t.rows(images)]).value
    }
    #expect(abs(try value([0, 1], mask: [1, 1, 1, 0]) - 4 / 5 * value([0])) < 1e-6)
    #expect(try value([0], mask: [0, 1]) == 0)
  }

  @Test func unequalNumbersOfTokensAreRefused() throws {
    let error = #expect(throws: DistillationError.self) {
      try LossGraph(GramAnchoring()).evaluate(
        student: ["tokens": noise([2, 3, 4], seed: 1)],
        teacher: ["tokens": noise([2, 4, 4], seed: 2)])
    }
    #expect(
      error?.description == """
        gramAnchoring: gramAnchoring compares entry by entry, but the student's value has shape [2, 3, 4] \
        and the teacher's [2, 4, 4]
        """)
  }

  /// A part is computed with its gradient before the next one, with the same bits on any number of cores.
  @Test(arguments: ["gramAnchoring(layer: queries)", "minilm(heads: 4)"])
  func anyNumberOfCores(_ formula: String) throws {
    let names = ["queries", "keys", "values"]
    func outputs(_ seed: UInt64) -> Outputs {
      Outputs(
        Dictionary(
          uniqueKeysWithValues: names.map {
            ($0, noise([5, 32, 16], seed: seed + UInt64($0.count)))
          }
        ))
    }
    var student = outputs(1)
    student.tensors["mask"] = Tensor((0..<160).map { $0 % 7 == 0 ? 0 : 1 }, shape: [5, 32])
    let runs = try [1, 2, 3].map { threads in
      try Parallel.$threads.withValue(threads) {
        try Registry.linked.loss(formula).evaluate(student: student, teacher: outputs(9))
      }
    }
    for run in runs.dropFirst() {
      #expect(run.value == runs[0].value && run.value > 0)
      for (name, gradient) in runs[0].gradients.tensors {
        #expect(try run.gradients[name].scalars == gradient.scalars)
      }
    }
  }
}
