import Foundation
import Kindred
import KindredCLI
import TestSupport
import Testing

/// What `kindred score` takes the arrays of a file for, by their names.
@Suite struct ScoreNamesTests {
  private let folder: ScoreFolder
  private let s = noise([4, 5], seed: 1), t = noise([4, 5], seed: 2)

  init() throws {
    folder = try ScoreFolder()
    try folder.write(["logits": t], "t.npz")
  }

  private func score(_ loss: String) -> (code: ExitCode, output: String, errors: String) {
    folder.score(
      loss, student: "s.npz", teacher: "t.npz", in: .linked, "--gradient", "g.npz", "--force")
  }

  /// The keys of a text's tokens are an output, and identify no example.
  @Test func keysOfTokensAreAnOutput() throws {
    try folder.write(["logits": s, "keys": noise([4, 3, 6], seed: 3)], "s.npz")
    try folder.write(["logits": t, "keys": noise([4, 3, 6], seed: 4)], "t.npz")
    let found = score("kd")
    #expect(found.code == .done && found.errors == "")
    let shapes = try folder.read("g.npz").mapValues { $0.shape }
    #expect(shapes == ["keys": [4, 3, 6], "logits": [4, 5]])

    try folder.write(["logits": s, "keys": Tensor([1, 2, 3, 4], shape: [4])], "s.npz")
    try folder.write(["logits": t, "keys": Tensor([1, 2, 3, 5], shape: [4, 1])], "t.npz")
    #expect(
      score("kd").errors
        == "kindred: the 'keys' of 's.npz' and 't.npz' disagree: example 3 is 4 in the first and 5 "
        + "in the second\n")
  }

  /// Indices that do not fit matter only to a loss that remembers examples by them.
  @Test func indicesMatterOnlyWhereTheyAreRead() throws {
    for indices in [noise([4], seed: 5), noise([3], seed: 6), Tensor([-1, 0, 1, 2], shape: [4])] {
      try folder.write(["logits": s, "indices": indices], "s.npz")
      #expect(score("kd").code == .done)
      let found = score("crd(layer: logits)")
      #expect(found.code == .badData)
      #expect(
        found.errors
          == "kindred: 's.npz', tensor 'indices': indices are whole numbers from 0, one an example\n"
      )
    }
    try folder.write(["logits": s], "s.npz")
    #expect(
      score("crd(layer: logits)").errors == """
        kindred: 'crd' remembers each example and needs its index in the data: an array 'indices' in \
        's.npz' gives them, or take a queue, crd(memory: queue)

        """)
  }

  @Test func theMeanOfTeachersIsMade() throws {
    let u = noise([4, 5], seed: 7)
    try folder.write(["logits": s], "s.npz")
    try folder.write(["logits": t, "logits@2": u], "t.npz")
    let found = folder.score(
      "kd(teacher: mean)", student: "s.npz", teacher: "t.npz", in: .linked, "--format", "json")
    #expect(found.code == .done && found.errors == "")
    struct Score: Decodable { let value: Double }
    let value = try JSONDecoder().decode(Score.self, from: Data(found.output.utf8)).value
    var mean = [Float](repeating: 0, count: 20)
    for teacher in [t, u] {
      for row in 0..<4 {
        let z = teacher.scalars[5 * row..<5 * row + 5].map { exp(Double($0)) }
        for column in 0..<5 { mean[5 * row + column] += Float(z[column] / z.reduce(0, +) / 2) }
      }
    }
    let logits = Tensor(mean.map { Float(log(Double($0))) }, shape: [4, 5])
    let expected = try LossGraph { KD() }.evaluate(
      student: ["logits": s], teacher: ["logits": logits])
    #expect(abs(value - expected.value) < 1e-6 && value > 0.1)

    try folder.write(["logits": t, "logits@2": noise([4, 3], seed: 7)], "t.npz")
    #expect(
      score("kd(teacher: mean)").errors
        == "kindred: 't.npz': 'logits' of shape [4, 5] and 'logits@2' of shape [4, 3] have no "
        + "mean\n")
  }

  @Test func aTeachersLastStageIsItsOwn() throws {
    try folder.write(["stage2": noise([4, 3], seed: 8)], "s.npz")
    try folder.write(
      ["stage1": noise([4, 3], seed: 9), "stage3@2": noise([4, 6], seed: 9)], "t.npz")
    let found = score("sp(teacher: 2)")
    #expect(found.code == .done && found.errors == "")
  }

  /// Shapes that do not fit are said before a file of parameters is asked for.
  @Test func shapesAreCheckedBeforeParametersAreAskedFor() throws {
    try folder.write(["stage2": noise([4, 3, 4, 4], seed: 8)], "s.npz")
    try folder.write(["stage2": noise([4, 6, 2, 2], seed: 9)], "t.npz")
    let found = score("fitnet")
    #expect(found.code == .badData)
    #expect(found.errors.contains("meanSquare compares entry by entry"), "\(found.errors)")
    try folder.write(["stage2": noise([4, 6, 4, 4], seed: 9)], "t.npz")
    #expect(score("fitnet").code == .usage)
  }

  @Test func whatDescribesABatchIsNoOutput() throws {
    for name in ["mask", "weights"] {
      let error = #expect(throws: DistillationError.self) {
        try Registry.linked.loss("match(output(\(name)), with: huber)")
      }
      #expect(
        "\(try #require(error))".hasPrefix(
          "'\(name)' says what counts of a batch, and is no output of a network"))
    }
  }
}
