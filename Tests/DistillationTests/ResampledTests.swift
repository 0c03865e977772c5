import Kindred
import TestSupport
import Testing

/// Tokens of square pictures are averaged to a grid, so that networks of other numbers of tokens can be compared.
@Suite struct ResampledTests {
  /// The tokens of pictures of `side` rows, of some examples, with other tokens before them.
  struct Picture: Sendable {
    let tokens: Tensor
    let first: Int
    var mask: [Float]?

    init(_ shape: [Int], after first: Int, seed: UInt64) {
      (tokens, self.first) = (noise(shape, seed: seed), first)
    }

    var count: Int { tokens.shape[1] }
    var side: Int { Int(Double(count - first).squareRoot()) }

    /// The tokens that count in each cell of a grid, example by example, as indices among all.
    func cells(_ g: Int) -> [[Int]] {
      var cells: [[Int]] = []
      for n in 0..<tokens.shape[0] {
        for i in 0..<g {
          for j in 0..<g {
            var cell: [Int] = []
            for y in 0..<side where y >= i * side / g && y * g < (i + 1) * side {
              for x in 0..<side where x >= j * side / g && x * g < (j + 1) * side {
                let index = n * count + first + y * side + x
                if mask.map({ $0[index] == 1 }) ?? true { cell.append(index) }
              }
            }
            cells.append(cell)
          }
        }
      }
      return cells
    }

    /// The mean of some tokens.
    func mean(_ cell: [Int]) -> [Double] {
      let width = tokens.shape[2]
      return (0..<width).map { d in
        cell.reduce(0) { $0 + Double(tokens.scalars[$1 * width + d]) } / Double(cell.count)
      }
    }

    /// The outputs of a network, whose masked tokens hold some number.
    func outputs(masked number: Float = .nan) -> Outputs {
      let width = tokens.shape[2]
      var outputs: Outputs = [
        "tokens": Tensor(
          tokens.scalars.enumerated().map { mask?[$0 / width] == 0 ? number : $1 },
          shape: tokens.shape)
      ]
      outputs.tensors["mask"] = mask.map { Tensor($0, shape: [tokens.shape[0], count]) }
      return outputs
    }
  }

  /// s, g and the places before the picture. A grid divides the picture, or not, or is as fine as the picture.
  static let sizes = [(4, 2, 0), (5, 2, 1), (5, 3, 0), (7, 4, 5), (3, 3, 0), (3, 3, 2), (3, 1, 1)]

  @Test(arguments: sizes) func cellsAreMeans(_ side: Int, _ grid: Int, _ first: Int) throws {
    let picture = Picture([2, side * side + first, 3], after: first, seed: 1)
    let variable = picture.tokens.variable
    let knowledge = Resampled(grid: grid, withoutFirst: first)
    let value = try knowledge(["tokens": variable])
    let cells = picture.cells(grid)
    #expect(value.shape == [2 * grid * grid, 3])
    expectClose(value.scalars, cells.flatMap(picture.mean), 1e-6, "value")
    // The gradient of Σ w y at a token is the sum of w/|cell| over the cells that hold it.
    let w = noise(value.shape, seed: 2)
    let slopes = gradients(of: [(value, w)], withRespectTo: [variable])[0]
    var expected = [Double](repeating: 0, count: picture.tokens.count)
    for (row, cell) in cells.enumerated() {
      for index in cell {
        for d in 0..<3 {
          expected[index * 3 + d] += Double(w.scalars[row * 3 + d]) / Double(cell.count)
        }
      }
    }
    expectClose(slopes.scalars, expected, 1e-6, "gradient")
  }

  /// Tokens are averaged as the pixels of maps are.
  @Test func cellsAreThoseOfMaps() throws {
    let tokens = noise([2, 25, 3], seed: 3)
    let maps = tokens.reshaped([50, 3]).transposed.reshaped([3, 2, 5, 5])
    let pooled = maps.averagePooled(height: 3, width: 3).reshaped([3, 18]).transposed
    let value = try Resampled(grid: 3)(["tokens": tokens])
    expectClose(value.scalars, pooled.scalars.map { Double($0) }, 1e-6, "value")
  }

  /// The networks have other numbers of tokens, and other ones before the picture.
  @Test func networksOfOtherNumbers() throws {
    let (s, t) = (Picture([2, 10, 3], after: 1, seed: 1), Picture([2, 27, 3], after: 2, seed: 2))
    let found = try Registry.linked.loss(
      "match(resampled(grid: 2, withoutFirst: 1), to: resampled(grid: 2, withoutFirst: 2), with: meanSquare)"
    ).evaluate(student: s.outputs(), teacher: t.outputs())
    let errors = zip(s.cells(2).flatMap(s.mean), t.cells(2).flatMap(t.mean)).map { $0 - $1 }
    let expected = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
    #expect(abs(found.value - expected) < 1e-6 * expected)
  }

  /// Some tokens of each network count. Cell 1 of the first example has none in the student, and cell 3 of the
  /// second none in the teacher.
  static func masked(sameNumber: Bool = false) -> (Picture, Picture) {
    var s = Picture([2, 17, 3], after: 1, seed: 1)
    var t = Picture([2, sameNumber ? 17 : 25, 3], after: sameNumber ? 1 : 0, seed: 2)
    var own = [Float](repeating: 1, count: 34)
    for index in [0, 3, 4, 7, 8, 10, 17 + 16] { own[index] = 0 }
    s.mask = own
    if sameNumber {
      t.mask = own
    } else {
      var other = [Float](repeating: 1, count: 50)
      for y in 2..<5 {
        for x in 2..<5 { other[25 + 5 * y + x] = 0 }
      }
      other[6] = 0
      t.mask = other
    }
    return (s, t)
  }

  @Test(arguments: [true, false]) func maskedTokensCountNowhere(_ sameNumber: Bool) throws {
    let (s, t) = Self.masked(sameNumber: sameNumber)
    let to = sameNumber ? "" : "to: resampled(grid: 2), "
    let loss = try Registry.linked.loss(
      "match(resampled(grid: 2, withoutFirst: 1), \(to)with: meanSquare)")
    let found = try loss.evaluate(student: s.outputs(), teacher: t.outputs())
    let cells = zip(s.cells(2), t.cells(2)).filter { !$0.isEmpty && !$1.isEmpty }
    #expect(cells.count == (sameNumber ? 7 : 6))
    let errors = cells.flatMap { zip(s.mean($0), t.mean($1)).map { $0 - $1 } }
    let expected = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
    #expect(abs(found.value - expected) < 1e-6 * expected)
    let other = try loss.evaluate(
      student: s.outputs(masked: 1e30), teacher: t.outputs(masked: -7))
    #expect(other.value == found.value)
    let gradient = try found.gradients["tokens"]
    #expect(try other.gradients["tokens"].scalars == gradient.scalars)
    let mask = try #require(s.mask)
    for (index, slope) in gradient.scalars.enumerated() where mask[index / 3] == 0 {
      #expect(slope == 0)
    }
    #expect(gradient.scalars.contains { $0 != 0 })
  }

  @Test func relationsAreOfTheCellsThatCount() throws {
    let (s, t) = Self.masked()
    let found = try Registry.linked.loss(
      "match(resampled(grid: 2, withoutFirst: 1), to: resampled(grid: 2), by: gram, with: meanSquare)"
    ).evaluate(student: s.outputs(), teacher: t.outputs()).value
    let cells = zip(s.cells(2), t.cells(2)).filter { !$0.isEmpty && !$1.isEmpty }
    let (a, b) = (cells.map { s.mean($0.0) }, cells.map { t.mean($0.1) })
    func gram(_ x: [[Double]]) -> [Double] {
      x.flatMap { u in x.map { v in zip(u, v).reduce(0) { $0 + $1.0 * $1.1 } } }
    }
    let errors = zip(gram(a), gram(b)).map { ($0 - $1) * ($0 - $1) }
    let expected = errors.reduce(0, +) / Double(errors.count)
    #expect(abs(found - expected) < 1e-6 * expected)
  }

  @Test func withoutACommonCellTheLossIsZero() throws {
    var (s, t) = Self.masked()
    s.mask = (0..<34).map { $0 % 17 == 1 ? 1 : 0 }
    t.mask = (0..<50).map { $0 % 25 == 24 ? 1 : 0 }
    for formula in [
      "match(resampled(grid: 2, withoutFirst: 1), to: resampled(grid: 2), by: cosines, with: huber)",
      "match(resampled(grid: 2, withoutFirst: 1, projection: linear), to: resampled(grid: 2), with: meanSquare)",
    ] {
      let loss = try Registry.linked.loss(formula)
      let state = try loss.initialState(student: s.outputs(), teacher: t.outputs(), seed: 1)
      let found = try loss.evaluate(student: s.outputs(), teacher: t.outputs(), state: state)
      #expect(found.value == 0)
      #expect(try found.gradients["tokens"].scalars.allSatisfy { $0 == 0 })
    }
  }

  /// The student's cells go through a learned map.
  @Test func aLearnedMap() throws {
    let (s, t) = (Picture([2, 9, 3], after: 0, seed: 1), Picture([2, 16, 5], after: 0, seed: 2))
    let formula = "match(resampled(grid: 2, projection: linear), with: meanSquare)"
    let loss = try Registry.linked.loss(formula)
    let name =
      "match(resampled(grid: 2, projection: linear), to: resampled(grid: 2), with: meanSquare)"
    #expect(loss.summands[0].name == name)
    let state = LossState(parameters: [
      "\(name).weight": noise([5, 3], seed: 3), "\(name).bias": noise([5], seed: 4),
    ])
    let shapes = try loss.initialState(student: s.outputs(), teacher: t.outputs(), seed: 1)
      .parameters.mapValues { $0.shape }
    #expect(shapes == state.parameters.mapValues { $0.shape })
    let found = try loss.evaluate(student: s.outputs(), teacher: t.outputs(), state: state)
    let x = try Resampled(grid: 2)(s.outputs()), y = try Resampled(grid: 2)(t.outputs())
    let mapped = x.projected(
      weight: noise([5, 3], seed: 3), bias: noise([5], seed: 4))
    let expected = Double((mapped - y).squared().mean().scalar)
    #expect(abs(found.value - expected) < 1e-6 * expected)
    // Swift and formulas compose the same loss, and the formula is read again.
    let inSwift = try LossGraph(match(.resampled(grid: 2, projection: .linear), with: .meanSquare))
    #expect(inSwift.formula == loss.formula)
    #expect(try Registry.linked.loss(loss.formula).formula == loss.formula)
  }

  /// The teacher's tokens are mapped only by `projected`.
  @Test func theTeachersTokensHaveNoMap() {
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("match(tokens, to: resampled(projection: mlp), with: meanSquare)")
    }
    #expect(
      error?.description == """
        'projection' maps the student's tokens, and these are the teacher's, in resampled(projection: mlp)
        """)
  }

  @Test(arguments: [
    (
      "resampled(grid: 2)", [2, 12, 3],
      """
      resampled(grid: 2) takes square pictures of 2×2 tokens or more, but the student's value has shape \
      [2, 12, 3]: 12 are no square, and without the first 3 they are 3×3
      """
    ),
    (
      "resampled(grid: 4)", [2, 17, 3],
      """
      resampled(grid: 4) takes square pictures of 4×4 tokens or more, but the student's value has shape \
      [2, 17, 3]: 17 are no square, and without the first one they are 4×4
      """
    ),
    (
      "resampled(grid: 3, withoutFirst: 2)", [2, 30, 3],
      """
      resampled(grid: 3, withoutFirst: 2) takes square pictures of 3×3 tokens or more after the first 2 of each \
      example, but the student's value has shape [2, 30, 3]: 28 are no square, and without the first 5 they \
      are 5×5
      """
    ),
    (
      "resampled(grid: 4)", [2, 9, 3],
      """
      resampled(grid: 4) takes square pictures of 4×4 tokens or more, but the student's value has shape \
      [2, 9, 3]: these are 3×3
      """
    ),
    (
      "resampled(grid: 1, withoutFirst: 9)", [2, 9, 3],
      """
      resampled(grid: 1, withoutFirst: 9) takes square pictures of 1×1 tokens or more after the first 9 of each \
      example, but the student's value has shape [2, 9, 3]: no token is left
      """
    ),
  ])
  func othersAreRefused(_ knowledge: String, _ shape: [Int], _ message: String) throws {
    let loss = try Registry.linked.loss("match(\(knowledge), with: meanSquare)")
    let error = #expect(throws: DistillationError.self) {
      try loss.evaluate(
        student: ["tokens": noise(shape, seed: 1)], teacher: ["tokens": noise(shape, seed: 2)])
    }
    #expect(error?.description == "match(\(knowledge), with: meanSquare): \(message)")
  }

  /// Networks whose grids differ do not fit, nor do their widths; the shapes are those of the cells.
  @Test func unequalShapes() throws {
    let (s, t) = (Picture([2, 9, 3], after: 0, seed: 1), Picture([2, 16, 5], after: 0, seed: 2))
    func message(_ formula: String) throws -> String? {
      let loss = try Registry.linked.loss(formula)
      return #expect(throws: DistillationError.self) {
        try loss.evaluate(student: s.outputs(), teacher: t.outputs())
      }?.description
    }
    let formula = "match(resampled(grid: 2), with: meanSquare)"
    #expect(
      try message(formula) == """
        \(formula): meanSquare compares entry by entry, but the student's 'tokens' of shape [2, 9, 3] gives \
        [2, 4, 3] and the teacher's 'tokens' of shape [2, 16, 5] gives [2, 4, 5]
        """)
    let other = "match(tokens, by: cosines, with: meanSquare)"
    #expect(
      try message(other) == """
        \(other): meanSquare compares entry by entry, but the student's 'tokens' of shape [2, 9, 3] gives \
        [2, 9, 2, 9] and the teacher's 'tokens' of shape [2, 16, 5] gives [2, 16, 2, 16]; \
        'grid' averages square pictures of tokens to one number, as in resampled(grid: 7)
        """)
  }
}
