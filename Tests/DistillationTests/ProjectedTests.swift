import Kindred
import TestSupport
import Testing

/// Layers of other widths are compared through a map that is learned with the student.
@Suite struct ProjectedTests {
  let student: Outputs = [
    "embedding": noise([5, 3], seed: 1), "stage1": noise([5, 3, 4, 6], seed: 2),
  ]
  let teacher: Outputs = [
    "embedding": noise([5, 4], seed: 3), "stage1": noise([5, 4, 2, 3], seed: 4),
    "stage2": noise([5, 2, 4, 6], seed: 5),
  ]

  private func loss(_ formula: String) throws -> LossGraph { try Registry.linked.loss(formula) }

  private func firstState(_ formula: String, seed: UInt64 = 7) throws -> LossState {
    try loss(formula).initialState(student: student, teacher: teacher, seed: seed)
  }

  @Test func aLinearMapIsAppliedToTheStudent() throws {
    let graph = try loss("match(projected(embedding), with: meanSquare)")
    let weight = noise([4, 3], seed: 6)
    let bias = noise([4], seed: 7)
    let name = "match(projected, to: embedding, with: meanSquare)"
    let state = LossState(parameters: ["\(name).weight": weight, "\(name).bias": bias])
    let (s, t) = (try student["embedding"], try teacher["embedding"])
    let expected = (s.matmul(weight.transposed) + bias - t).squared().mean()
    let result = try graph.evaluate(student: student, teacher: teacher, state: state)
    #expect(abs(result.value - Double(expected.scalar)) < 1e-6)
    #expect(result.parameterGradients.keys.sorted() == ["\(name).bias", "\(name).weight"])
    // ∂L/∂b is twice the mean residual, over the number of features.
    let slope = (s.matmul(weight.transposed) + bias - t).sum(axis: 0) * Tensor(2.0 / 20)
    let found = try #require(result.parameterGradients["\(name).bias"])
    for (a, b) in zip(found.scalars, slope.scalars) { #expect(abs(a - b) < 1e-6) }
  }

  /// The channels of maps are mapped pixel by pixel, as a 1×1 convolution does.
  @Test func channelsAreMappedPixelByPixel() throws {
    let x = try student["stage1"]
    let (weight, bias) = (noise([2, 3], seed: 8), noise([2], seed: 9))
    let mapped = x.projected(weight: weight, bias: bias)
    #expect(mapped.shape == [5, 2, 4, 6])
    for n in 0..<5 {
      for o in 0..<2 {
        for pixel in 0..<24 {
          let sum = (0..<3).reduce(bias.scalars[o]) { sum, c in
            sum + weight.scalars[o * 3 + c] * x.scalars[(n * 3 + c) * 24 + pixel]
          }
          #expect(abs(mapped.scalars[(n * 2 + o) * 24 + pixel] - sum) < 1e-5)
        }
      }
    }
  }

  @Test func shapesFollowFromBothNetworks() throws {
    func shapes(_ formula: String) throws -> [String: [Int]] {
      Dictionary(
        uniqueKeysWithValues: try firstState(formula).parameters.map {
          (String($0.key.drop { $0 != "." }.dropFirst()), $0.value.shape)
        })
    }
    #expect(try shapes("fitnet(layer: embedding)") == ["weight": [4, 3], "bias": [4]])
    #expect(
      try shapes("fitnet(layer: embedding, projection: mlp)") == [
        "hidden.weight": [8, 3], "hidden.bias": [8], "weight": [4, 8], "bias": [4],
      ])
    #expect(
      try shapes("fitnet(layer: stage1, teacherLayer: stage2)") == ["weight": [2, 3], "bias": [2]])
    #expect(
      try firstState("match(embedding, to: projected(embedding, side: teacher), with: huber)")
        .parameters.values.map { $0.shape }.sorted { $0.count > $1.count } == [[3, 4], [3]])
    #expect(try firstState("fitnet(layer: embedding, projection: none)").parameters.isEmpty)
  }

  /// Equal maps are one, and another term changes no first value.
  @Test func equalMapsAreOne() throws {
    let alone = try firstState("fitnet(layer: embedding)")
    #expect(alone.parameters.keys.sorted() == ["fitnet.bias", "fitnet.weight"])
    let both = try firstState(
      "rsd + fitnet(layer: embedding) + match(projected(embedding), by: gram, with: huber)"
        .replacing("rsd + ", with: ""))
    #expect(both.parameters.keys.sorted() == ["fitnet.bias", "fitnet.weight"])
    #expect(
      both.parameters["fitnet.weight"]?.scalars == alone.parameters["fitnet.weight"]?.scalars)
    let other = try firstState("fitnet(layer: embedding)", seed: 8)
    #expect(
      other.parameters["fitnet.weight"]?.scalars != alone.parameters["fitnet.weight"]?.scalars)
  }

  @Test func theLargerMapsAreResized() throws {
    let graph = try loss("match(projected(stage1), by: resized, with: meanSquare)")
    let state = try graph.initialState(student: student, teacher: teacher, seed: 7)
    let parameters = state.parameters.sorted { $0.key < $1.key }.map { $0.value }
    let mapped = try student["stage1"].projected(weight: parameters[1], bias: parameters[0])
      .averagePooled(height: 2, width: 3)
    let expected = (mapped - (try teacher["stage1"])).squared().mean()
    let value = try graph.evaluate(student: student, teacher: teacher, state: state).value
    #expect(abs(value - Double(expected.scalar)) < 1e-6)
  }

  @Test(arguments: [
    "match(projected(layer: stage1), to: stage2, with: meanSquare)",
    "match(embedding, to: projected(side: teacher), by: gram, with: huber)",
    "match(projected(layer: stage1, form: mlp, rate: 10), to: stage1, by: resized, with: huber)",
  ])
  func formulasAreWrittenAsTheyAreRead(_ formula: String) throws {
    #expect(try loss(formula).formula == formula)
  }

  @Test func aMapOfTheOtherSideIsRefused() {
    let formula = "match(embedding, to: projected(embedding), with: huber)"
    let error = #expect(throws: DistillationError.self) { try loss(formula) }
    #expect(
      error?.description == "'projected' of the teacher's layer needs 'side: teacher', in projected"
    )
  }

  /// Most matchers hold the teacher constant, so that its map would stay as it was drawn.
  @Test func aMapOfTheTeacherNeedsAGradient() throws {
    let formula =
      "match(embedding, to: projected(embedding, side: teacher), by: softmax, with: klDivergence)"
    let error = #expect(throws: DistillationError.self) { try loss(formula) }
    #expect(
      error?.description == """
        'projected' of the teacher's layer is learned, and 'klDivergence' holds the teacher constant \
        here: compare entry by entry, by 'meanSquare' for example, in \
        match(embedding, to: projected(side: teacher), by: softmax, with: klDivergence)
        """)
  }

  /// Tokens are mapped one by one; if the mask leaves none, the loss is 0.
  @Test func tokensAreMapped() throws {
    let graph = try loss("fitnet(layer: tokens)")
    let (x, t) = (noise([2, 3, 4], seed: 1), noise([2, 3, 5], seed: 2))
    let (weight, bias) = (noise([5, 4], seed: 3), noise([5], seed: 4))
    let state = LossState(parameters: ["fitnet.weight": weight, "fitnet.bias": bias])
    func result(_ mask: [Float]) throws -> LossEvaluation {
      try graph.evaluate(
        student: ["tokens": x, "mask": Tensor(mask, shape: [2, 3])], teacher: ["tokens": t],
        state: state)
    }
    let kept = [0, 4, 5]
    let mapped = x.reshaped([6, 4]).rows(kept).projected(weight: weight, bias: bias)
    let expected = (mapped - t.reshaped([6, 5]).rows(kept)).squared().mean()
    #expect(abs(try result([1, 0, 0, 0, 1, 1]).value - Double(expected.scalar)) < 1e-5)
    let nothing = try result([0, 0, 0, 0, 0, 0])
    #expect(nothing.value == 0)
    #expect(nothing.gradients.tensors["tokens"]?.scalars.allSatisfy { $0 == 0 } == true)
    #expect(nothing.parameterGradients["fitnet.weight"]?.scalars.allSatisfy { $0 == 0 } == true)
    let first = try graph.initialState(
      student: ["tokens": x, "mask": Tensor(repeating: 0, shape: [2, 3])],
      teacher: ["tokens": t], seed: 1)
    #expect(first.parameters["fitnet.weight"]?.shape == [5, 4])
  }

  @Test func anUnknownWidthIsRefused() throws {
    let graph = try loss("fitnet(layer: embedding)")
    let state = LossState(parameters: [
      "fitnet.weight": noise([4, 2], seed: 1), "fitnet.bias": noise([4], seed: 1),
    ])
    let error = #expect(throws: DistillationError.self) {
      try graph.evaluate(student: student, teacher: teacher, state: state)
    }
    #expect(
      error?.description
        == "fitnet: 'fitnet.weight' has shape [4, 3] for these outputs, but [4, 2] was given")
  }
}
