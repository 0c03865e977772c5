extension Situation {
  private static let scales = ["1", "5e-7", "1e-9", "1e-12"]

  /// A loss that no scale changes is the same for features of any size.
  static let smallFeatures: [Situation] = scales.flatMap { scale -> [Situation] in
    [
      .score("small-features", "cka", "s-\(scale).npz", "t.npz", is: .value(0)),
      .score("small-features", "cka", "s-line-\(scale).npz", "t-line.npz", is: .value(0.392804)),
      .score("small-features", "dcor", "s-\(scale).npz", "t.npz", is: .value(0)),
      .score("small-features", "cckd", "s-\(scale).npz", "s-1.npz", is: .value(0)),
    ]
      + ["at", "ickd(layer: stage1)", "nst"].map {
        .score("small-features", $0, "s-maps-\(scale).npz", "t-maps.npz", is: .value(0))
      }
  }

  /// Losses that keep the smallest number which the authors' code tells from 0 say so below it.
  static let tooSmallFeatures: [Situation] =
    [
      .score(
        "small-features", "rkd.distance", "s-line-1.npz", "t-line.npz", is: .value(0.227307)),
      .score("small-features", "sp(layer: embedding)", "s-1.npz", "t.npz", is: .value(0)),
    ]
    + scales.dropFirst().flatMap { scale -> [Situation] in
      [
        .score(
          "small-features", "rkd.distance", "s-line-\(scale).npz", "t-line.npz",
          is: .warning(["'rkd.distance' is", "and 0.2273", "are too small for it"])),
        .score(
          "small-features", "sp(layer: embedding)", "s-\(scale).npz", "t.npz",
          is: .warning(["'sp' is", "and 0.0", "are too small for it"])),
      ]
    }

  /// Logits that are masked by a large number. KL([0.9, 0.1] ‖ [0.5, 0.5]) is 0.9 ln 1.8 + 0.1 ln 0.2.
  static let maskedLogits: [Situation] =
    ["1e9", "1e30", "largest"].map {
      .score(
        "masked-logits", "kd(temperature: 1)", "s-\($0).npz", "t-\($0).npz", is: .value(0.3680642))
    } + [
      .score(
        "masked-logits", "kd(temperature: 1)", "s-inf.npz", "t-inf.npz",
        is: .refusal(["'s-inf.npz', tensor 'logits' holds -inf at [0, 2]"]))
    ]

  /// Rows of zeros, Float16, and points whose differences are small beside them.
  static let zerosAndOffsets: [Situation] = [
    .score(
      "zeros-and-halves", "match(embedding, by: cosines, with: meanSquare)", "s.npz", "t.npz",
      is: .value(2.0 / 9)),
    .score(
      "zeros-and-halves", "sp(layer: embedding)", "s.npz", "t.npz",
      is: .value((4 - 2 * 2.0.squareRoot()) / 9)),
    .score(
      "zeros-and-halves", "rkd + cka + sp(layer: embedding)", "s-large.npz", "t-large.npz",
      is: .value(0)),
    .score(
      "far-from-the-origin", "rkd.distance + rkd.angle", "s.npy", "even.npy",
      is: .value(0, saying: ["rkd.angle"])),
    .score("far-from-the-origin", "rkd.distance", "s.npy", "t.npy", is: .value(1.0 / 72)),
    .score(
      "far-from-the-origin", "rkd.distance + cka + dcor", "s64.npy", "t64.npy", is: .value(0)),
  ]
}
