import Foundation
import KindredCLI
import Tensors
import TestSupport
import Testing

/// The command reads a mask beside the student's outputs.
@Suite struct ScoreMaskTests {
  private let folder: ScoreFolder
  private let s = noise([2, 3, 4], seed: 1), t = noise([2, 3, 4], seed: 2)
  private let mask = Tensor([1, 0, 1, 0, 1, 1], shape: [2, 3])

  init() throws {
    folder = try ScoreFolder()
    try folder.write(["logits": s, "mask": mask], "s.npz")
    try folder.write(["logits": t], "t.npz")
  }

  private func rubbish(_ x: Tensor) -> Tensor {
    Tensor(
      x.scalars.enumerated().map { mask.scalars[$0 / 4] == 1 ? $1 : .nan }, shape: x.shape)
  }

  @Test func maskedTokensMayHoldAnything() throws {
    let kept = [0, 2, 4, 5]
    func rows(_ x: Tensor) -> Tensor { x.reshaped([6, 4]).rows(kept) }
    try folder.write(["logits": rows(s)], "rows-s.npz")
    try folder.write(["logits": rows(t)], "rows-t.npz")
    let expected = folder.score(
      "kd", student: "rows-s.npz", teacher: "rows-t.npz", "--gradient", "rows.npz")
    try folder.write(["logits": rubbish(s), "mask": mask], "s.npz")
    try folder.write(["logits": rubbish(t)], "t.npz")
    let found = folder.score("kd", student: "s.npz", teacher: "t.npz", "--gradient", "g.npz")
    #expect(found.code == .done && found.output == expected.output, "\(found.errors)")
    let gradients = try folder.read("g.npz")
    #expect(Array(gradients.keys) == ["logits"])
    let gradient = try #require(gradients["logits"])
    #expect(rows(gradient).scalars == (try folder.read("rows.npz")["logits"]?.scalars))
    #expect(gradient.reshaped([6, 4]).rows([1, 3]).scalars.allSatisfy { $0 == 0 })
  }

  /// A number that counts is named by its place in the file.
  @Test func otherTokensMayNot() throws {
    var scalars = rubbish(t).scalars
    scalars[4 * 5 + 2] = .infinity
    try folder.write(["logits": Tensor(scalars, shape: t.shape)], "t.npz")
    let found = folder.score("kd", student: "s.npz", teacher: "t.npz", "--gradient", "g.npz")
    #expect(found.code == .badData)
    #expect(found.errors == "kindred: 't.npz', tensor 'logits' holds inf at [1, 2, 2]\n")
    #expect(try !folder.files.contains("g.npz"))
  }

  @Test(arguments: [
    (
      Tensor([1, 0, 1, 1], shape: [2, 2]),
      "'s.npz': 'mask' takes a 0 or a 1 for each token, of shape [N, T], but has shape [2, 2], and the "
        + "student's 'logits' of shape [2, 3, 4]"
    ),
    (
      Tensor([1, 0, 1, 2, 1, 1], shape: [2, 3]),
      "'s.npz': 'mask' takes a 0 or a 1 for each token, of shape [N, T], but has 2.0 at [1, 0]"
    ),
    (
      Tensor([1, 0, 1], shape: [1, 3]),
      "'t.npz', tensor 'logits' has 2 examples, but 's.npz', tensor 'logits' has 1"
    ),
  ])
  func otherMasksAreRefused(_ mask: Tensor, _ message: String) throws {
    try folder.write(["logits": s, "mask": mask], "s.npz")
    let found = folder.score("kd", student: "s.npz", teacher: "t.npz", "--gradient", "g.npz")
    #expect(found.code == .badData && found.output.isEmpty)
    #expect(
      found.errors == "kindred: \(message)\n"
        || found.errors
          == "kindred: 's.npz', tensor 'mask' has 1 examples, but 's.npz', tensor 'logits' has 2\n",
      "\(found.errors)")
    #expect(try !folder.files.contains("g.npz"))
  }

  /// Relations of examples say what they take.
  @Test func tokensAreNoExamples() throws {
    try folder.write(["embedding": s, "mask": mask], "s.npz")
    try folder.write(["embedding": t], "t.npz")
    let found = folder.score("rkd.distance", student: "s.npz", teacher: "t.npz")
    #expect(found.code == .badData)
    #expect(
      found.errors == """
        kindred: 's.npz', tensor 'embedding': rkd.distance: distances takes one row or map an example, but \
        the student's 'embedding' of shape [2, 3, 4] is tokens N×T×D: tokens(layer: embedding) has a row for \
        each token, and meanToken(…) and firstToken(…) have one for each example

        """)
  }

  /// A teacher with more tokens has a mask of its own, and both are pictures.
  @Test func masksOfBothFiles() throws {
    let (s, t) = (noise([1, 4, 3], seed: 1), noise([1, 16, 3], seed: 2))
    var scalars = t.scalars
    for place in [0, 2, 3, 6, 7] {
      for d in 0..<3 { scalars[place * 3 + d] = .nan }
    }
    let teacher = Tensor(scalars, shape: t.shape)
    let ones = Tensor((0..<16).map { [0, 2, 3, 6, 7].contains($0) ? 0 : 1 }, shape: [1, 16])
    try folder.write(["tokens": s, "mask": [[1, 1, 0, 1]]], "s.npz")
    try folder.write(["tokens": teacher, "mask": ones], "t.npz")
    let formula = "match(resampled(grid: 2), with: meanSquare)"
    let found = folder.score(formula, student: "s.npz", teacher: "t.npz", "--gradient", "g.npz")
    #expect(found.code == .done, "\(found.errors)")
    // Cells 0 and 3 are left.
    let rows = t.reshaped([16, 3])
    let means = [[1, 4, 5], [10, 11, 14, 15]].map { rows.rows($0).mean(axis: 0) }
    let e = s.reshaped([4, 3]).rows([0, 3]) - .stacked(means)
    #expect(found.output.contains("\(e.squared().mean().scalar)".prefix(6)), "\(found.output)")
    let gradient = try #require(try folder.read("g.npz")["tokens"]).scalars
    #expect(try Array(folder.read("g.npz").keys) == ["tokens"])
    #expect(gradient[3..<9].allSatisfy { $0 == 0 } && gradient[0] != 0)

    func errors(_ mask: Tensor?, _ tokens: Tensor = teacher) throws -> String {
      var arrays = ["tokens": tokens]
      arrays["mask"] = mask
      try folder.write(arrays, "t.npz")
      let found = folder.score(formula, student: "s.npz", teacher: "t.npz")
      #expect(found.code == .badData && found.output.isEmpty)
      return found.errors
    }
    #expect(
      try errors(nil) == """
        kindred: 's.npz': 'mask' takes a 0 or a 1 for each token, of shape [N, T], but has shape [1, 4], and the \
        teacher's 'tokens' of shape [1, 16, 3], which takes a mask of its own

        """)
    #expect(
      try errors(3 * ones) == """
        kindred: 't.npz': the teacher's 'mask' takes a 0 or a 1 for each token, of shape [N, T], but has 3.0 at \
        [0, 1]

        """)
    #expect(
      try errors(Tensor(repeating: 1, shape: [1, 16]))
        == "kindred: 't.npz', tensor 'tokens' holds NaN at [0, 0, 0]\n")
    #expect(
      try errors(Tensor(repeating: 1, shape: [1, 12]), noise([1, 12, 3], seed: 1)) == """
        kindred: 't.npz', tensor 'tokens': \(formula): resampled(grid: 2) takes square pictures of 2×2 tokens or \
        more, but the teacher's value has shape [1, 12, 3]: 12 are no square, and without the first 3 they are \
        3×3

        """)
  }

  /// Labels of tokens have the shape of the tokens; others are named.
  @Test func labelsOfTokens() throws {
    try folder.write(["": Tensor([0, 1, 3, 2, -100, 1], shape: [2, 3])], "y.npy")
    let found = folder.score("ce", student: "s.npz", teacher: "t.npz", "--labels", "y.npy")
    #expect(found.code == .done, "\(found.errors)")
    let kept = [(0, 0), (2, 3), (5, 1)].map { row, label in
      s.reshaped([6, 4]).rows([row]).crossEntropy(labels: [label], smoothing: 0).scalar
    }
    let expected = kept.reduce(0, +) / 3
    #expect(found.output.contains("\(expected)".prefix(6)), "\(found.output)")

    try folder.write(["": Tensor([0, 1, 3, 2, -100, 1], shape: [3, 2])], "y.npy")
    let other = folder.score("ce", student: "s.npz", teacher: "t.npz", "--labels", "y.npy")
    #expect(
      other.errors
        == "kindred: 'y.npy' has shape [3, 2]; labels are one whole number an example\n")
    try folder.write(["": Tensor([0, 1, 3, 2, -100, 4], shape: [2, 3])], "y.npy")
    let large = folder.score("ce", student: "s.npz", teacher: "t.npz", "--labels", "y.npy")
    #expect(
      large.errors
        == "kindred: 'y.npy': label 4 of token 2 of example 1 is not one of the classes 0..<4\n")
  }
}
