import Foundation
import Tensors
import TestSupport
import Testing

/// docs/words.md: what it writes in Kindred's column stands here, where the compiler sees it.
@Suite struct WordsTests {
  @Test func makingAndReading() {
    let a: [Float] = [1, 2, 3, 4]
    let x: Tensor = [[1, 2], [3, 4]]
    let same = [Tensor([[1, 2], [3, 4]]), Tensor(a, shape: [2, 2])]
    #expect(same.allSatisfy { $0.scalars == a && $0.shape == x.shape })
    #expect(Tensor(a).shape == [4])
    #expect(
      Tensor.zeros([2, 3]).scalars + Tensor.ones([2, 3]).scalars
        == [0, 1].flatMap {
          [Float](repeating: $0, count: 6)
        })
    #expect(Tensor(repeating: 0.5, shape: [2, 3]).scalars == Array(repeating: 0.5, count: 6))
    var random = Random(seed: 0)
    #expect(random.normal(shape: [2, 3]).shape == [2, 3])
    #expect((x.shape, x.rank, x.count) == ([2, 2], 2, 4))
    #expect(x.sum().scalar == 10)
    #expect(x.scalars == x.withUnsafeBufferPointer { Array($0) })
  }

  @Test func entryByEntry() {
    let (x, y): (Tensor, Tensor) = ([0.25, -4], [2, 0])
    for z in [x + y, x - y, x * y, x / [2, 1], x + (2 as Double), (2 as Float) * x] {
      #expect(z.shape == [2])
    }
    expectClose(x.exp().scalars, [exp(0.25), exp(-4)], 1e-6, "exp")
    expectClose(Array(x.log().scalars.prefix(1)), [log(0.25)], 1e-6, "log")
    #expect(x.sqrt().scalars[0] == 0.5)
    #expect((x.squared().scalars, x.abs().scalars) == ([0.0625, 16], [0.25, 4]))
    #expect(x.relu().scalars == [0.25, 0])
    for z in [x.sigmoid(), x.tanh(), x.gelu()] { #expect(z.firstNonFinite == nil) }
    #expect(x.capped(at: 6).scalars == x.scalars)
    #expect((x - y).huber(delta: 1).scalars == [1.25, 3.5])
    #expect(x.reciprocalOrZero().scalars == [4, -0.25])
    #expect(x.dividedOrZero(by: y).scalars == [0.125, 0])
  }

  @Test func sumsAndShapes() {
    let x: Tensor = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    let (y, i) = (-x, [5, 0])
    #expect((x.sum().scalar, x.mean().scalar, x.maximum().scalar) == (45, 5, 9))
    #expect(x.sum(axis: 1).scalars == [6, 15, 24])
    #expect(x.mean(axis: 1).scalars == [2, 5, 8])
    #expect(x.sum(axis: 1, keepingDimensions: true).shape == [3, 1])
    expectClose(x.norm(axis: 1).scalars, [14, 77, 194].map { sqrt($0) }, 1e-6, "norm")
    #expect(x.centered(axis: 1).scalars == [-1, 0, 1, -1, 0, 1, -1, 0, 1])
    expectClose(x.normalized().norm(axis: 1).scalars, [1, 1, 1], 1e-6, "normalized")
    func rowsOf64(_ x: Tensor) -> Tensor { x.reshaped([-1, 64]) }
    #expect(rowsOf64(noise([4, 32], seed: 1)).shape == [2, 64])
    func fourTimes(_ x: Tensor) -> Tensor { x.broadcast(to: [4, 3]) }
    #expect(fourTimes([[1, 2, 3]]).shape == [4, 3])
    #expect(Tensor.stacked([x, y]).shape == [2, 3, 3])
    func examples(_ x: Tensor) -> Tensor { x.flattened }
    #expect(examples(Tensor.stacked([x, y])).shape == [2, 9])
    #expect(Tensor.concatenated([x, y]).shape == [6, 3])
    #expect(x.transposed.scalars == [1, 4, 7, 2, 5, 8, 3, 6, 9])
    #expect(x.rows([2, 0]).scalars == [7, 8, 9, 1, 2, 3])
    #expect(x.replacingRows([2, 0, 1], with: y).rows([2, 0, 1]).scalars == y.scalars)
    #expect(x.columns(1..<3).scalars == [2, 3, 5, 6, 8, 9])
    #expect(x.gathered(i, shape: [2]).scalars == [6, 1])
  }

  @Test func productsNetworksAndLosses() {
    let (x, y, t) = (noise([3, 3], seed: 1), noise([3, 3], seed: 2), noise([3, 3], seed: 3))
    let labels = [0, 1, 2]
    #expect((x • y).scalars == x.matmul(y).scalars)
    #expect(Tensor.matmul(x, y, transposingSecond: true).scalars == (x • y.transposed).scalars)
    #expect(x.gram.scalars == Tensor.matmul(x, x, transposingSecond: true).scalars)
    #expect(x.pairwiseSquaredDistances.shape == [3, 3])
    #expect(InnerProducts(of: x).cosines.shape == [3, 3])
    let products = InnerProducts(of: x)
    let same = [
      (products.gram, x.gram), (products.cosines, x.normalized().gram),
      (products.squaredDistances, x.pairwiseSquaredDistances),
    ]
    for (product, tensor) in same {
      expectClose(product.scalars, tensor.scalars.map { Double($0) }, 1e-6, "products")
    }
    #expect(abs(x.softmax(temperature: 1).sum().scalar - 3) < 1e-5)
    #expect(x.logSoftmax().maximum().scalar < 0)
    #expect(x.logMeanExp(temperature: 1).shape == [3])
    #expect(x.omitting(columns: labels).shape == [3, 2])
    #expect(x.crossEntropy(labels: labels).scalar > 0)
    #expect(x.klDivergence(fromTeacher: t, temperature: 4).scalar > 0)
    let (n, w) = (4, noise([2, 3, 3, 3], seed: 5))
    let (γ, β) = (Tensor.ones([2]), Tensor.zeros([2]))
    func convolved(_ x: Tensor) -> Tensor { x.packedLanes().convolved(with: w) }
    func normalized(_ x: Tensor) -> Tensor {
      x.batchNormalized(examples: n, scale: γ, shift: β).result
    }
    let maps = normalized(convolved(noise([4, 3, 5, 5], seed: 4)))
    #expect(maps.unpackedLanes(examples: n).shape == [4, 2, 3, 3])
  }

  @Test func layersOfTransformers() {
    func tokens(_ x: Tensor) -> Tensor { x.patches(side: 4) }
    let x = tokens(noise([2, 3, 8, 8], seed: 1))
    #expect(x.shape == [2, 4, 48])
    let (w, b) = (noise([6, 48], seed: 2), noise([6], seed: 3))
    let (γ, β) = (Tensor.ones([6]), Tensor.zeros([6]))
    func linear(_ x: Tensor) -> Tensor { x.linear(weight: w, bias: b) }
    func normalized(_ x: Tensor) -> Tensor { x.layerNormalized(scale: γ, shift: β) }
    func attended(_ x: Tensor) -> Tensor { x.attention(heads: 2) }
    #expect(attended(normalized(linear(x))).shape == [2, 4, 2])
    let v = noise([3, 1, 3, 3], seed: 4)
    func convolved(_ x: Tensor) -> Tensor { x.packedLanes().depthwiseConvolved(with: v) }
    let maps = convolved(noise([2, 3, 8, 8], seed: 1))
    #expect(maps.unpackedLanes(examples: 2).shape == [2, 3, 6, 6])
  }

  @Test func gradientsAndTraining() {
    var weights: [Tensor] = [[3, 4]]
    let w = weights[0]
    let value = valueWithGradient(at: w) { w in w.squared().sum() }
    #expect((value.value.scalar, value.gradient.scalars) == (25, [6, 8]))
    func made(_ x: Tensor) -> Tensor { x.variable }
    let x = made(w)
    let (y, dy): (Tensor, Tensor) = (x.squared(), [1, 10])
    #expect(gradients(of: [(y, dy)], withRespectTo: [x])[0].scalars == [6, 80])
    #expect(x.detached.isConstant)
    let operation = Tensor.operation(inputs:value:pullback:)
    #expect(operation([w], y) { [$0] }.scalars == [9, 16])
    var optimizer = SGD(learningRate: 0.5)
    let gradients = [value.gradient]
    optimizer.step(&weights, gradients)
    #expect(weights[0].scalars == [0, 0])
    _ = (SGD.self, Adam.self, AdamW.self)
    #expect(Parallel.$threads.withValue(1) { Parallel.threads } == 1)
  }

  /// What the page says of a value that depends on no variable.
  @Test func aValueOfNoVariableTraps() async {
    expect(
      "[gradient] the value was computed from no variable: compute it from what the closure is given",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = valueWithGradient(at: [3, 4]) { $0.detached.squared().sum() }
      })
    let (_, gradients) = valueWithGradient(at: [[3, 4], [1, 2]]) { $0[0].squared().sum() }
    #expect(gradients.map { $0.scalars } == [[6, 8], [0, 0]])
  }

  @Test func theWordsOfThePageAreHere() throws {
    let here = URL(filePath: #filePath)
    func dense(_ text: some StringProtocol) -> String {
      String(text.filter { !$0.isWhitespace })
    }
    let source = dense(try String(contentsOf: here, encoding: .utf8))
    let page = try String(
      contentsOf: here.appending(path: "../../../docs/words.md").standardized, encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| |") }
      .map { $0.components(separatedBy: " | ") }
    let cells = rows.filter { $0[0] != "| " }.map { $0[3] }
    let words = cells.flatMap { cell in
      cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map {
        $0.element
      }
    }
    #expect(words.count > 70)
    for word in words {
      // An ellipsis stands for any text.
      var rest = source[...]
      for piece in dense(word).split(separator: "…") {
        let found = rest.firstRange(of: piece)
        #expect(found != nil, "\(word)")
        rest = found.map { rest[$0.upperBound...] } ?? ""
      }
    }
  }
}
