public import Tensors

/// ℓ_δ(s − t), which is e²/2 for errors up to δ and grows linearly beyond, averaged or summed over
/// entries.
public struct Huber: ElementwiseMatcher, Configurable {
  /// δ, the error from which on the penalty is linear.
  public var delta: Double

  /// The divisor of the sum over entries.
  public var reduction: Reduction

  /// How many entries, drawn by chance at each step, are compared; all of them unless stated.
  public var tuples: Int?

  public static let summary = "ℓ_δ(s − t), which is e²/2 near zero and linear beyond δ."

  /// Makes the matcher with these parameters.
  public init(delta: Double = 1, reduction: Reduction = .all, tuples: Int? = nil) {
    (self.delta, self.reduction, self.tuples) = (delta, reduction, tuples)
  }
  public static let standard = Self()

  public static var ranges: [String: ClosedRange<Double>] {
    ["delta": .huberDelta, "tuples": .tuples]
  }

  public var penalty: Penalty { .huber(delta: delta) }
}

/// (s − t)², averaged or summed over entries.
public struct MeanSquare: ElementwiseMatcher, Configurable {
  /// The divisor of the sum over entries.
  public var reduction: Reduction

  /// How many entries, drawn by chance at each step, are compared; all of them unless stated.
  public var tuples: Int?

  public static let summary = "(s − t)², averaged or summed over entries."

  /// Makes the matcher with these parameters.
  public init(reduction: Reduction = .all, tuples: Int? = nil) {
    (self.reduction, self.tuples) = (reduction, tuples)
  }
  public static let standard = Self()

  public static var ranges: [String: ClosedRange<Double>] { ["tuples": .tuples] }

  public var penalty: Penalty { .square }
}

/// |s − t|, averaged or summed over entries.
public struct MeanAbsolute: ElementwiseMatcher, Configurable {
  /// The divisor of the sum over entries.
  public var reduction: Reduction

  /// How many entries, drawn by chance at each step, are compared; all of them unless stated.
  public var tuples: Int?

  public static let summary = "|s − t|, averaged or summed over entries."

  /// Makes the matcher with these parameters.
  public init(reduction: Reduction = .all, tuples: Int? = nil) {
    (self.reduction, self.tuples) = (reduction, tuples)
  }
  public static let standard = Self()

  public static var ranges: [String: ClosedRange<Double>] { ["tuples": .tuples] }

  public var penalty: Penalty { .absolute }
}

/// ‖S − T‖²_F: the sum of (s − t)² over all entries.
public struct Frobenius: Matcher, Configurable {
  public static let summary = "‖S − T‖²_F, the sum of (s − t)² over all entries."

  /// Makes the matcher.
  public init() {}
  public static let standard = Self()

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    Penalty.square.total(student: s, teacher: t)
  }
}

/// The mean over rows of KL(softmax(t / τ) ‖ softmax(s / τ)). It takes logits N×C, not probabilities.
public struct KLDivergence: WeightedMatcher, Configurable {
  /// τ, the temperature of both softmaxes.
  public var temperature: Double

  public static let summary = "KL(softmax(t / τ) ‖ softmax(s / τ)), averaged over rows."

  /// Makes the matcher at this temperature.
  public init(temperature: Double = 1) { self.temperature = temperature }
  public static let standard = Self()

  public static var ranges: [String: ClosedRange<Double>] { ["temperature": .temperature] }

  public var accepts: TensorKind { .matrix }

  public func callAsFunction(student s: Tensor, teacher t: Tensor, weight: Double) -> Tensor {
    s.klDivergence(fromTeacher: t, temperature: temperature, weight: weight)
  }
}
