import Foundation
import Kindred
import KindredCLI
import TestSupport
import Testing

/// `kindred score` of losses that learn and remember.
@Suite struct ScoreParametersTests {
  let folder: ScoreFolder

  init() throws {
    folder = try ScoreFolder()
    try folder.write(
      ["embedding": noise([4, 3], seed: 1), "stage2": noise([4, 3], seed: 2)], "student.npz")
    try folder.write(
      ["embedding": noise([4, 3], seed: 3), "stage2": noise([4, 5], seed: 4)], "teacher.npz")
    try folder.write(map, "fitnet.npz")
    try folder.write(["rrd.queue": noise([6, 3], seed: 7)], "queue.npz")
  }

  let map = ["fitnet.weight": noise([5, 3], seed: 5), "fitnet.bias": noise([5], seed: 6)]

  private func score(_ loss: String, _ parameters: String, gradient: String = "g.npz") -> (
    code: ExitCode, output: String, errors: String
  ) {
    folder.score(
      loss, in: .linked, "--parameters", parameters, "--gradient", gradient, "--format", "json")
  }

  private func value(_ output: String) throws -> Double {
    struct Score: Decodable { let value: Double }
    return try JSONDecoder().decode(Score.self, from: Data(output.utf8)).value
  }

  @Test func gradientsOfParametersHaveTheirNames() throws {
    let result = score("2*fitnet + rrd", "fitnet.npz")
    #expect(result.code == .done && result.errors == "")
    let loss = try Registry.linked.loss("2*fitnet + rrd")
    let (student, teacher) = (
      Outputs(try folder.read("student.npz")), Outputs(try folder.read("teacher.npz"))
    )
    let expected = try loss.evaluate(
      student: student, teacher: teacher, state: LossState(parameters: map))
    #expect(try value(result.output) == expected.value && expected.value > 0.1)
    let written = try folder.read("g.npz")
    #expect(written.keys.sorted() == ["embedding", "fitnet.bias", "fitnet.weight", "stage2"])
    #expect(written["fitnet.weight"]?.shape == [5, 3])
    for (name, gradient) in expected.gradients.tensors.merging(
      expected.parameterGradients, uniquingKeysWith: { one, _ in one })
    {
      #expect(written[name]?.scalars == gradient.scalars, "\(name)")
    }
    #expect(written["fitnet.bias"]?.scalars.allSatisfy { $0 != 0 } == true)
  }

  /// A memory is compared with, and has no gradient.
  @Test func aQueueIsRead() throws {
    let result = score("rrd", "queue.npz")
    #expect(result.code == .done && result.errors == "")
    #expect(try value(result.output) > 0.1)
    #expect(try folder.read("g.npz").keys.sorted() == ["embedding", "stage2"])
    #expect(try folder.read("g.npz")["embedding"]?.scalars.contains { $0 != 0 } == true)

    // An array without a name is the only tensor that the loss owns.
    try folder.write(["": noise([6, 3], seed: 7)], "queue.npy")
    #expect(score("rrd", "queue.npy", gradient: "other.npz").output == result.output)
  }

  @Test func withoutAFileTheMemoryIsEmpty() throws {
    let result = folder.score("rrd", in: .linked, "--gradient", "g.npz", "--format", "json")
    #expect(result.code == .done)
    #expect(try value(result.output) == 0)
    let gradient = try folder.read("g.npz")["embedding"]
    #expect(gradient?.scalars == [Float](repeating: 0, count: 12))
  }

  @Test func whatALossLearnsMustBeGiven() throws {
    let before = try folder.files.sorted()
    let result = folder.score("fitnet", in: .linked, "--gradient", "g.npz")
    #expect(result.code == .usage && result.output == "")
    #expect(
      result.errors.hasPrefix(
        """
        kindred: missing --parameters FILE: the loss learns 'fitnet.bias' [5] and 'fitnet.weight' \
        [5, 3]

        """), "\(result.errors)")
    #expect(try folder.files.sorted() == before)
  }

  /// What is wrong in the file of parameters, and what is said about it.
  static let mistakes: [(String, [String: Tensor], String)] = [
    (
      "fitnet", ["fitnet.weight": noise([5, 3], seed: 5)],
      "'p.npz' has no 'fitnet.bias', which the loss learns; it has 'fitnet.weight'"
    ),
    (
      "fitnet", ["fitnet.weight": noise([5, 2], seed: 5), "fitnet.bias": noise([5], seed: 6)],
      "'p.npz': 'fitnet.weight' has shape [5, 3] for these outputs, but [5, 2] was given"
    ),
    (
      "fitnet", ["fitnet.weight": noise([4, 3], seed: 5), "fitnet.bias": noise([4], seed: 6)],
      "'p.npz': 'fitnet.weight' has shape [5, 3] for these outputs, but [4, 3] was given"
    ),
    (
      "fitnet", ["fitnet.weigth": noise([5, 3], seed: 5), "fitnet.bias": noise([5], seed: 6)],
      """
      'p.npz': no tensor 'fitnet.weigth' (did you mean 'fitnet.weight'?); choose from \
      'fitnet.bias', 'fitnet.weight'
      """
    ),
    (
      "fitnet",
      [
        "fitnet.weight": noise([5, 3], seed: 5),
        "fitnet.bias": Tensor([0, 1, .nan, 0, 0], shape: [5]),
      ], "'p.npz', tensor 'fitnet.bias' holds NaN at [2]"
    ),
    (
      "rrd", ["rrd.queue": noise([6, 4], seed: 7)],
      "'p.npz': 'rrd.queue' has shape [16384, 3] or fewer rows for these outputs, but [6, 4] was given"
    ),
    (
      "rrd(queue: 5)", ["rrd.queue": noise([6, 3], seed: 7)],
      "'p.npz': 'rrd.queue' has shape [5, 3] or fewer rows for these outputs, but [6, 3] was given"
    ),
    (
      "rrd", ["rrd.queue": Tensor([1, 0, 0, 0, .infinity, 0], shape: [2, 3])],
      "'p.npz', tensor 'rrd.queue' holds inf at [1, 1]"
    ),
    (
      "match(stage2, by: gram, with: meanSquare)", ["fitnet.bias": noise([5], seed: 6)],
      "'p.npz': the loss owns no tensor, and the file has 'fitnet.bias'"
    ),
  ]

  @Test(arguments: mistakes)
  func mistakesAreNamed(_ loss: String, _ tensors: [String: Tensor], _ message: String) throws {
    try folder.write(tensors, "p.npz")
    let before = try folder.files.sorted()
    let result = score(loss, "p.npz")
    #expect(result.code == .badData && result.output == "")
    #expect(result.errors == "kindred: \(message)\n")
    #expect(try folder.files.sorted() == before)
  }

  /// An `.npy` file holds one array, and this gradient has several.
  @Test func aLoneArrayDoesNotHoldTheGradients() throws {
    for name in ["student", "teacher"] {
      try folder.write(["stage2": noise([4, name == "student" ? 3 : 5], seed: 2)], "\(name).npz")
    }
    let before = try folder.files.sorted()
    let result = score("fitnet", "fitnet.npz", gradient: "g.npy")
    #expect(result.code == .badData && result.output == "")
    #expect(
      result.errors
        == "kindred: 'g.npy': found 3 arrays for .npy; possible: one, or any number in .npz\n")
    #expect(try folder.files.sorted() == before)
  }

  /// The gradient never replaces the parameters.
  @Test func parametersAreNotOverwritten() throws {
    let result = folder.score(
      "fitnet", in: .linked, "--parameters", "fitnet.npz", "--gradient", "fitnet.npz", "--force")
    #expect(result.code == .inputOutput && result.output == "")
    #expect(
      result.errors
        == "kindred: 'fitnet.npz' is the file of --parameters, which is not replaced: name another\n"
    )
    #expect(try folder.read("fitnet.npz").keys.sorted() == ["fitnet.bias", "fitnet.weight"])
  }
}
