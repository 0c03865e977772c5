import Distillation
import Tensors
import Testing

@testable import Training

/// Networks that a program adds, and what every network must keep.
@Suite struct OwnNetworkTests {
  /// A linear classifier of the pixels, with something wrong.
  struct Line: NamedNetwork {
    static let pattern = "line:<width>"
    static let example = Line(width: 3, classes: 10, inputs: 784)

    enum Mistake { case none, gradient, output, missing, rows, twice, statistics, batch }

    let width, classes, inputs: Int
    var mistake = Mistake.none

    init(width: Int, classes: Int, inputs: Int, mistake: Mistake = .none) {
      (self.width, self.classes, self.inputs) = (width, classes, inputs)
      self.mistake = mistake
    }

    init(sizes: [Int], classes: Int, images: ImageShape) throws {
      guard sizes[0] < images.count else {
        throw UnfitSizes("\(sizes[0]) features of \(images.count) pixels; fewer are possible")
      }
      self.init(width: sizes[0], classes: classes, inputs: images.count)
    }

    var name: String { "line:\(width)" }
    var outputNames: [String] { ["embedding", "logits"] }

    func initialWeights(using random: inout Random) -> Weights {
      var weights = Weights()
      weights.appendLinear("hidden", inputs: inputs, outputs: width, using: &random)
      let name = mistake == .twice ? "hidden" : "logits"
      weights.appendLinear(name, inputs: width, outputs: classes, using: &random)
      if mistake == .statistics { weights.statistics["count"] = .zeros([1]) }
      return weights
    }

    func callAsFunction(
      _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
    ) -> (outputs: Outputs, statistics: [String: Tensor]) {
      let layers = Layers(weights, pass, examples: images.shape[0])
      var x = layers.linear(images.flattened, "hidden")
      if mistake == .gradient { x = x.detached }
      if mistake == .batch { x = x + x.sum() }
      var logits = layers.linear(x, "logits")
      if mistake == .rows { logits = logits.rows([0]) }
      var tensors = ["embedding": x, "logits": logits]
      if mistake == .output {
        tensors["extra"] = x
      } else {
        tensors = tensors.filter { names.contains($0.key) }
      }
      if mistake == .missing { tensors["embedding"] = nil }
      return (Outputs(tensors), mistake == .statistics ? ["count": .ones([1])] : [:])
    }
  }

  private let networks = Networks.standard.adding([Line.self])
  private let shape = ImageShape(height: 4, width: 5)

  @Test func aProgramsNetworkIsNamedLikeKindreds() throws {
    let network = try networks.named("line:6", classes: 3, shape: shape)
    #expect(network.name == "line:6")
    #expect((network as? Line)?.inputs == 20)
    #expect(try networks.named("mlp:6", classes: 3, shape: shape) is MLP)
    #expect(networks.kinds.last?.pattern == "line:<width>")
    #expect(throws: TrainingError.self) {
      try Networks.standard.named("line:6", classes: 3, shape: shape)
    }
  }

  @Test(arguments: [
    (
      "lin:6",
      """
      no network 'lin:6' (did you mean 'line:6'?); choose from resnet<6n+2>:<width>, \
      wrn<6n+4>-<k>:<width>, mobilenetv2:<width>, vit:<dim>:<depth>:<heads>:<patch>, \
      mlp:<width>:<width>…, line:<width>, such as resnet8:16 or mlp:64
      """
    ),
    ("line:20", "the network 'line:20': 20 features of 20 pixels; fewer are possible"),
    ("resent14:8", "no network 'resent14:8' (did you mean 'resnet14:8'?);"),
    ("wnr16-2", "no network 'wnr16-2' (did you mean 'wrn<6n+4>-<k>:<width>'?);"),
    ("mobilenet:8", "no network 'mobilenet:8' (did you mean 'mobilenetv2:8'?);"),
    ("mlp", "no network 'mlp' (did you mean 'mlp:<width>:<width>…'?);"),
    ("vgg", "no network 'vgg'; choose from"),
  ])
  func errorsNameWhatIsPossible(_ name: String, _ text: String) {
    do {
      let network = try networks.named(name, classes: 3, shape: shape)
      Issue.record("\(network.name)")
    } catch {
      #expect("\(error)".hasPrefix(text))
    }
  }

  @Test(arguments: [
    (Line.Mistake.none, [String]()),
    (.gradient, ["the gradient at 'hidden.weight' says ", "the gradient at 'hidden.bias' says "]),
    (.output, ["asked for 'embedding', 'logits', it gives 'embedding', 'extra', 'logits'"]),
    (.missing, ["asked for 'embedding', 'logits', it gives 'logits'"]),
    (.rows, ["'logits' of 4 images has shape [1, 3], and not [4, 3]"]),
    (.twice, ["several parameters or statistics have the name 'hidden.bias', 'hidden.weight'"]),
    (.statistics, ["inference changes the running statistics"]),
    (
      .batch,
      ["embedding", "logits"].map {
        "in inference, '\($0)' of an image depends on the images beside it"
      }
    ),
  ])
  func problemsAreFound(_ mistake: Line.Mistake, _ expected: [String]) {
    let line = Line(width: 6, classes: 3, inputs: 20, mistake: mistake)
    let problems = line.problems(on: shape, classes: 3)
    #expect(problems.count == expected.count)
    for (problem, expected) in zip(problems, expected) { #expect(problem.hasPrefix(expected)) }
  }

  @Test(arguments: [
    "resnet8:2", "wrn10-1:2", "vit:8:1:2:4", "mlp:6:4", "line:6",
  ])
  func networksHaveNoProblems(_ name: String) throws {
    let shape = ImageShape(channels: 3, height: 8, width: 8)
    let network = try networks.named(name, classes: 5, shape: shape)
    #expect(network.problems(on: shape, classes: 5) == [])
  }

  @Test(
    arguments: [
      ("a<k>-<n>:<w>", "a1-2:3", [1, 2, 3]), ("a<k>-<n>:<w>", "a1-2", nil),
      ("a", "a", []), ("a", "a1", nil), ("a<k>b", "a7b", [7]), ("a<k>b", "a7", nil),
      ("a:<k>:<k>…", "a:1", [1]), ("a:<k>:<k>…", "a:1:2:3", [1, 2, 3]),
      ("a:<k>:<k>…", "a", nil), ("a:<k>", "a:-1", nil),
      ("a:<k>", "a:+1", nil), ("a:<k>", "a:1:", nil),
    ] as [(String, String, [Int]?)])
  func patternsFindSizes(_ pattern: String, _ name: String, _ sizes: [Int]?) {
    #expect(NetworkPattern(pattern).sizes(in: name) == sizes)
  }

  @Test func aLastSizeMayBeLeftOut() {
    let pattern = NetworkPattern("a<k>:<w>")
    #expect(pattern.sizes(in: "a3", last: 16) == [3, 16])
    #expect(pattern.sizes(in: "a3:4", last: 16) == [3, 4])
    #expect(pattern.sizes(in: "a3:", last: 16) == nil)
    #expect(pattern.sizes(in: "a", last: 16) == nil)
  }
}
