public import Distillation
public import Tensors

/// Pearson correlation of feature maps: the student's channels rise and fall with the teacher's,
/// whatever their size.
public struct PKD: PaperModule {
  public static let citation = Citation(
    "PKD: General Distillation Framework for Object Detectors via Pearson Correlation Coefficient",
    "Cao, Zhang, Gao, Cheng, Cheng, Cheng", "NeurIPS 2022", "https://arxiv.org/abs/2207.02039")

  public var layer = MatchedLayer.lastStage
  public init() {}

  public static let equation =
    "L = mean of (ẑˢ − ẑᵗ)² = 2 (1 − 1/C Σ_c ρ(s_c, t_c)),  ẑ_c = (x_c − mean) / deviation"
  public var body: some LossTerm {
    match(layer, by: Channels().then(Standardized()), with: .meanSquare)
  }

  public static let invariances: [Invariance] = [.scaling, .batchOrder]
  public static let brings: [any Part.Type] = [Channels.self, Standardized.self]
}

/// A channel's maps of all examples as a row: N×C×H×W to C×(N·H·W).
public struct Channels: Relation, Configurable {
  public init() {}
  public static let summary = "A channel's maps of all examples as a row."
  public var accepts: TensorKind { .maps }
  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public func layout(of x: [Layout]) -> Layout? { x.first?.joining([1], [0, 2, 3]) }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (n, c, pixels) = (x.shape[0], x.shape[1], x.shape[2] * x.shape[3])
    let order = (0..<c).flatMap { channel in (0..<n).map { $0 * c + channel } }
    return x.reshaped([n * c, pixels]).rows(order).reshaped([c, n * pixels])
  }
}

/// Each row shifted to mean 0 and divided by its standard deviation plus 10⁻⁶; a constant row
/// becomes 0.
public struct Standardized: Relation, Configurable {
  public init() {}
  public static let summary = "Each row with mean 0 and standard deviation 1."
  private static let ε = 1e-6
  public var smallestLength: Double? { Self.ε }
  public func gives(_ input: TensorKind) -> TensorKind { input.ofRows }
  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.flattened }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let length = Double(x.flattened.shape[1]).squareRoot()
    return Tensor(length) * x.flattened.centered(axis: 1).normalized(damping: Self.ε * length)
  }
}
