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

  /// Pictures of 3×3 and of 5×5 tokens, averaged to 2×2.
  static let resampled = Reference(
    "gramAnchoring(grid: 2)", on: "tokens", [2, 9, 3], [2, 25, 4]
  ) { s, t in
    let (s, t) = (resampled(s, 2), resampled(t, 2))
    return mean(
      (0..<2).flatMap { i in
        zip(
          cosines(s, i, removingNegatives: false), cosines(t, i, removingNegatives: false)
        ).map { ($0 - $1) * ($0 - $1) }
      })
  }

  /// Tokens of square pictures, averaged as maps are.
  private static func resampled(_ x: Values, _ grid: Int) -> Values {
    let (n, count, width) = (x.shape[0], x.shape[1], x.shape[2])
    let side = Int(Double(count).squareRoot())
    func exchanged(_ x: Values, _ first: Int, _ second: Int) -> [Double] {
      x.rows.flatMap { row in
        (0..<second).flatMap { j in (0..<first).map { row[$0 * second + j] } }
      }
    }
    let maps = Values(shape: [n, width, side, side], scalars: exchanged(x, count, width))
    let cells = grid * grid
    return Values(
      shape: [n, cells, width], scalars: exchanged(maps.pooled(grid, grid), width, cells))
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

  @Test(arguments: references + [resampled]) func isTheReference(_ reference: Reference) throws {
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
        gramAnchoring: gramAnchoring without a 'grid' compares entry by entry, but the student's value has \
        shape [2, 3, 4] and the teacher's [2, 4, 4]
        """)
  }

  /// A cell counts if it does in both networks, and each mean runs over the tokens that count.
  @Test func masksOfBothNetworks() throws {
    let (s, t) = (noise([1, 4, 3], seed: 1), noise([1, 16, 5], seed: 2))
    var scalars = t.scalars
    for place in [0, 2, 3, 6, 7] {
      for d in 0..<5 { scalars[place * 5 + d] = .nan }
    }
    let loss = try Registry.linked.loss("gramAnchoring(grid: 2)")
    let found = try loss.evaluate(
      student: ["tokens": s, "mask": [[1, 1, 0, 1]]],
      teacher: [
        "tokens": Tensor(scalars, shape: t.shape),
        "mask": Tensor((0..<16).map { [0, 2, 3, 6, 7].contains($0) ? 0 : 1 }, shape: [1, 16]),
      ])
    // Cells 0 and 3 are left.
    func cosine(_ u: [Double], _ v: [Double]) -> Double { dot(unit(u), unit(v)) }
    let (x, y) = (Values(s.reshaped([4, 3])).rows, Values(t.reshaped([16, 5])).rows)
    func means(_ places: [Int]) -> [Double] { columns(places.map { y[$0] }).map(mean) }
    let error = cosine(x[0], x[3]) - cosine(means([1, 4, 5]), means([10, 11, 14, 15]))
    #expect(abs(found.value - 2 * error * error / 4) < 1e-6)
    let gradient = try found.gradients["tokens"].scalars
    #expect(gradient[3..<9].allSatisfy { $0 == 0 } && gradient[0] != 0 && gradient[11] != 0)
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
