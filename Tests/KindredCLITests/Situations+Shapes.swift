extension Situation {
  /// Logits of a batch of sequences, whose last axis counts the classes: they score as their rows do. Other
  /// tokens are no maps.
  static let tokens: [Situation] =
    ["s", "s-rows"].flatMap { student in
      let teacher = student == "s" ? "t" : "t-rows"
      return [
        ("dist.inter(temperature: 1)", 1.867093), ("kd(temperature: 1)", 1.150421),
        ("mlld(temperatures: [1])", 1.759409), ("match(probabilities, with: meanSquare)", 0.220578),
      ].map { loss, value in
        Situation.score("tokens", loss, "\(student).npz", "\(teacher).npz", is: .value(value))
      } + [
        .score(
          "tokens", "ce", "\(student).npz", nil, labels: "labels.npy", is: .value(1.907606))
      ]
    } + [
      .score(
        "tokens", "match(embedding, by: pooled.cosines, with: meanSquare)", "s-features.npz",
        "t-features.npz",
        is: .refusal(["tensor 'embedding'", "pooled takes", "[1, 2, 3] is tokens N×T×D"]))
    ]

  /// Maps that have as many pixels as the other's, and not where those are.
  static let unequalMaps: [Situation] = [
    ("2x3", "[1, 1, 2, 3]", "3x2", "[1, 1, 3, 2]"),
    ("2x8", "[2, 4, 2, 8]", "4x4", "[2, 4, 4, 4]"),
    ("4x4", "[2, 4, 4, 4]", "1x16", "[2, 4, 1, 16]"),
  ].flatMap { student, shape, teacher, other in
    [
      "at", "cwd(layer: stage1)", "nst", "pkd(layer: stage1)", "match(stage1, with: meanSquare)",
    ].map {
      .score(
        "maps", $0, "\(student).npz", "\(teacher).npz",
        is: .refusal([
          "'\(student).npz', tensor 'stage1'", "'\(teacher).npz', tensor 'stage1'", shape, other,
        ]))
    }
  }

  /// Shapes are called as they stand in the files.
  static let unequalShapes: [Situation] =
    ["at", "nst", "cwd(layer: stage2)", "match(stage2, with: meanSquare)"].map {
      .score(
        "maps", $0, "8-channels-4x4.npz", "16-channels-8x8.npz",
        is: .refusal([
          "'8-channels-4x4.npz', tensor 'stage2'", "'16-channels-8x8.npz', tensor 'stage2'",
          "[4, 8, 4, 4]", "[4, 16, 8, 8]",
        ]))
    }
    + ["kd", "dist", "mlld", "logits", "dist.inter"].map {
      .score(
        "maps", $0, "8-channels-4x4.npz", "16-channels-8x8.npz",
        is: .refusal(["tensor 'logits'", "[4, 10]", "[4, 12]"]))
    } + [
      .score(
        "maps", "kd", "8-channels-4x4.npz", "three-examples.npz",
        is: .refusal(["'three-examples.npz', tensor 'logits'", "3", "'8-channels-4x4.npz'", "4"]))
    ]

  /// Terms that are the same whatever the networks give, which is said.
  static let termsThatTellNothing: [Situation] =
    [
      .score("one-class", "kd(temperature: 1)", "s-two.npz", "t-two.npz", is: .value(1.523196)),
      .score("one-class", "kd(temperature: 1)", "s.npz", "t.npz", is: .still(0, saying: ["kd"])),
      .score("one-class", "ce", "s.npz", "t.npz", is: .still(0, saying: ["ce"])),
      .score("few-examples", "rkd.distance", "s.npz", "t.npz", is: .value(0.227307)),
      .score("few-examples", "irg.edge", "s.npz", "t.npz", is: .value(0.266868)),
    ]
    + ["rkd.distance", "irg.edge", "dcor"].map {
      .score("few-examples", $0, "s-two.npz", "t-two.npz", is: .still(0, saying: [$0]))
    }
    + ["rkd.distance", "irg.edge", "cckd"].map {
      .score("few-examples", $0, "s-one.npz", "t-one.npz", is: .still(0, saying: [$0]))
    }
}
