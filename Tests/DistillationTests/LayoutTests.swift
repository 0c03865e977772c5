import Kindred
import Testing

/// Values are compared by the axes that they were made from, not by how many entries they have.
@Suite struct LayoutTests {
  @Test func axesAreJoinedInOrder() {
    let maps = Layout([8, 16, 4, 2])
    #expect(maps.shape == [8, 16, 4, 2] && maps.count == 1024)
    #expect(maps.flattened.axes == [[8], [16, 4, 2]] && maps.flattened.shape == [8, 128])
    #expect(maps.flattened.unjoined == maps.unjoined)
    #expect(maps.pairs == Layout([8, 8]) && maps.flattened != Layout([8, 128]))
    #expect(Layout([1 << 40, 1 << 40]).count == .max)
  }

  /// Maps of 2×8 and of 4×4 pixels have equally many entries, and so do maps of 2×3 and of 3×2.
  @Test(arguments: [
    (
      "at", "meanSquare",
      "the student's 'stage1' of shape [2, 4, 2, 8] gives [2, 2, 8] and the "
        + "teacher's 'stage1' of shape [2, 4, 4, 4] gives [2, 4, 4]"
    ),
    (
      "nst", "meanSquaredDistance",
      "the student's 'stage1' of shape [2, 4, 2, 8] gives "
        + "[2, 2, 8, 2, 8] and the teacher's 'stage1' of shape [2, 4, 4, 4] gives [2, 4, 4, 4, 4]"
    ),
    (
      "pkd", "meanSquare",
      "the student's 'stage1' of shape [2, 4, 2, 8] gives [4, 2, 2, 8] and the "
        + "teacher's 'stage1' of shape [2, 4, 4, 4] gives [4, 2, 4, 4]"
    ),
    (
      "cwd", "klDivergence(temperature: 4)",
      "the student's value has shape [2, 4, 2, 8] and the teacher's [2, 4, 4, 4]"
    ),
    (
      "match(stage1, by: rowNormalized, with: meanSquare)", "meanSquare",
      "the student's value has shape [2, 4, 2, 8] and the teacher's [2, 4, 4, 4]"
    ),
    (
      "match(stage1, by: softmax, with: huber)", "huber",
      "the student's value has shape [2, 4, 2, 8] and the teacher's [2, 4, 4, 4]"
    ),
    (
      "match(stage1, by: centered.rowNormalized, with: cosine)", "cosine",
      "the student's value has shape [2, 4, 2, 8] and the teacher's [2, 4, 4, 4]"
    ),
    (
      "match(stage1, by: transposed, with: pearson)", "pearson",
      "the student's 'stage1' of shape [2, 4, 2, 8] gives [4, 2, 8, 2] and the teacher's 'stage1' "
        + "of shape [2, 4, 4, 4] gives [4, 4, 4, 2]"
    ),
    (
      "match(stage1, by: transposed.cosines, with: meanSquare)", "meanSquare",
      "the student's 'stage1' of shape [2, 4, 2, 8] gives [4, 2, 8, 4, 2, 8] and the teacher's "
        + "'stage1' of shape [2, 4, 4, 4] gives [4, 4, 4, 4, 4, 4]"
    ),
    // The Gram matrix of the channels' maps sums over the pixels.
    ("match(stage1, by: channelMaps.gram, with: huber)", "", ""),
    ("match(stage1, by: gram.rowNormalized, with: meanSquare)", "", ""),
    ("match(stage1, by: pooled, with: meanSquare)", "", ""),
    ("ickd", "", ""), ("rkd", "", ""),
  ])
  func mapsOfOneArea(_ formula: String, _ matcher: String, _ shapes: String) throws {
    let layer = formula.contains("(") ? formula : "\(formula)(layer: stage1)"
    try expect(
      layer, student: ["stage1": maps([2, 4, 2, 8], 1)],
      teacher: ["stage1": maps([2, 4, 4, 4], 2)],
      matcher.isEmpty ? nil : (matcher, shapes))
  }

  @Test(arguments: ["dist.inter", "dist.intra", "match(probabilities, by: gram, with: meanSquare)"])
  func densePredictionsOfOneArea(_ formula: String) throws {
    let error = #expect(throws: DistillationError.self) {
      _ = try Registry.linked.loss(formula).evaluate(
        student: ["logits": maps([2, 3, 2, 8], 1)], teacher: ["logits": maps([2, 3, 4, 4], 2)])
    }
    let message = try #require(error?.description)
    #expect(
      message.contains("'logits' of shape [2, 3, 2, 8] gives")
        && message.contains("'logits' of shape [2, 3, 4, 4] gives"), "\(message)")
  }

  /// Maps of equal shape are compared by the terms that refuse those of unequal shape.
  @Test func mapsOfOneShape() throws {
    for formula in ["at", "nst", "pkd", "cwd"] {
      let (s, t) = (maps([2, 4, 2, 3], 1), maps([2, 4, 2, 3], 2))
      let value = try Registry.linked.loss("\(formula)(layer: stage1)").evaluate(
        student: ["stage1": s], teacher: ["stage1": t]
      ).value
      #expect(value > 0)
    }
  }

  /// A part of examples refuses the tokens N×T×D.
  @Test(arguments: [
    ("match(embedding, by: pooled.cosines, with: meanSquare)", "embedding", "pooled"),
    ("match(embedding, by: unitScale.gram, with: meanSquare)", "embedding", "unitScale"),
    ("at(layer: embedding)", "embedding", "attention"),
    ("cwd(layer: embedding)", "embedding", "channelMaps"),
    ("sp", "stage3", "gram"), ("rkd.distance", "embedding", "distances"),
    ("rkd.angle", "embedding", "angles"), ("triplet", "embedding", "this term"),
    ("cckd", "embedding", "correlation"), ("cka", "embedding", "centered"),
    ("irg.transform(from: stage3, to: stage3)", "stage3", "layers(from: stage3, to: stage3)"),
    ("pairRanking", "embedding", "cosines"),
  ])
  func tokensAreNoExamplesAndNoMaps(_ formula: String, _ output: String, _ part: String) throws {
    let (s, t) = (maps([2, 5, 3], 1), maps([2, 5, 3], 2))
    let error = #expect(throws: DistillationError.self) {
      _ = try Registry.linked.loss(formula).evaluate(
        student: Outputs([output: s], labels: [0, 1]), teacher: [output: t], at: Moment())
    }
    let message = try #require(error?.description)
    #expect(
      message.contains(": \(part) takes ")
        && message.hasSuffix(
          """
          the student's '\(output)' of shape [2, 5, 3] is tokens N×T×D: tokens(layer: \(output)) has a row \
          for each token, and meanToken(…) and firstToken(…) have one for each example
          """),
      "\(message)")
  }

  private func expect(
    _ formula: String, student: Outputs, teacher: Outputs, _ refusal: (String, String)?
  ) throws {
    let loss = try Registry.linked.loss(formula)
    guard let (matcher, shapes) = refusal else {
      #expect(try loss.evaluate(student: student, teacher: teacher).value.isFinite)
      return
    }
    let error = #expect(throws: DistillationError.self) {
      _ = try loss.evaluate(student: student, teacher: teacher)
    }
    #expect(
      error?.description
        == "\(loss.summands[0].name): \(matcher) compares entry by entry, but \(shapes)")
  }

  private func maps(_ shape: [Int], _ seed: UInt64) -> Tensor {
    var random = Random(seed: seed, "maps")
    return random.normal(shape: shape)
  }
}
