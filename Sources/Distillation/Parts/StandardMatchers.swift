public import Tensors

/// ℓ_δ(s − t): e²/2 near zero, linear beyond δ.
public struct Huber: ElementwiseMatcher, Configurable {
  public var delta = 1.0
  public var reduction = Reduction.all
  public var tuples: Int?

  public static let summary = "ℓ_δ(s − t), which is e²/2 near zero and linear beyond δ."

  public init() {}

  public static var ranges: [String: ClosedRange<Double>] {
    ["delta": .huberDelta, "tuples": .tuples]
  }

  public var penalty: Penalty { .huber(delta: delta) }
}

/// (s − t)².
public struct MeanSquare: ElementwiseMatcher, Configurable {
  public var reduction = Reduction.all
  public var tuples: Int?

  public static let summary = "(s − t)², averaged or summed over entries."

  public init() {}

  public static var ranges: [String: ClosedRange<Double>] { ["tuples": .tuples] }

  public var penalty: Penalty { .square }
}

/// |s − t|.
public struct MeanAbsolute: ElementwiseMatcher, Configurable {
  public var reduction = Reduction.all
  public var tuples: Int?

  public static let summary = "|s − t|, averaged or summed over entries."

  public init() {}

  public static var ranges: [String: ClosedRange<Double>] { ["tuples": .tuples] }

  public var penalty: Penalty { .absolute }
}

/// ‖S − T‖²_F: the sum of (s − t)² over all entries.
public struct Frobenius: Matcher, Configurable {
  public static let summary = "‖S − T‖²_F, the sum of (s − t)² over all entries."

  public init() {}

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    Penalty.square.total(student: s, teacher: t)
  }
}

/// The mean over rows of KL(softmax(t / τ) ‖ softmax(s / τ)). It takes logits, not probabilities.
public struct KLDivergence: WeightedMatcher, Configurable {
  public var temperature = 1.0

  public static let summary = "KL(softmax(t / τ) ‖ softmax(s / τ)), averaged over rows."

  public init() {}

  public static var ranges: [String: ClosedRange<Double>] { ["temperature": .temperature] }

  public var accepts: TensorKind { .matrix }

  public func callAsFunction(student s: Tensor, teacher t: Tensor, weight: Double) -> Tensor {
    s.klDivergence(fromTeacher: t, temperature: temperature, weight: weight)
  }
}

extension Matcher where Self == Huber {
  public static func huber(
    delta: Double = 1, reduction: Reduction = .all, tuples: Int? = nil
  ) -> Huber {
    var matcher = Huber()
    (matcher.delta, matcher.reduction, matcher.tuples) = (delta, reduction, tuples)
    return matcher
  }
}

extension Matcher where Self == MeanSquare {
  public static var meanSquare: MeanSquare { MeanSquare() }

  public static func meanSquare(reduction: Reduction, tuples: Int? = nil) -> MeanSquare {
    var matcher = MeanSquare()
    (matcher.reduction, matcher.tuples) = (reduction, tuples)
    return matcher
  }
}

extension Matcher where Self == Frobenius {
  public static var frobenius: Frobenius { Frobenius() }
}

extension Matcher where Self == KLDivergence {
  public static func klDivergence(temperature: Double) -> KLDivergence {
    var matcher = KLDivergence()
    matcher.temperature = temperature
    return matcher
  }
}
