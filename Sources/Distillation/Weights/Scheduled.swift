/// A term whose weight changes during training. It goes from `from` to `to` between the shares `start` and
/// `end` of the training, and is constant before and after.
///
///     t = clamp((p − start) / (end − start), 0, 1)
///
/// p is ``Moment/progress``. In between, the weight of a ``Ramp`` follows a straight line and that of a
/// ``CosineRamp`` half a cosine. While the weight is exactly 0, the term is not evaluated.
///
///     CrossEntropy()
///     Ramp(to: 25, end: 0.2) { RKD() }
///     CosineRamp(from: 0.9) { KD() }
public struct Scheduled<Shape: ScheduleShape>: LossTerm {
  let schedule: WeightSchedule
  let term: any LossTerm

  /// Makes a sum of terms whose weight changes.
  ///
  /// - Parameters:
  ///   - from: The weight up to `start`.
  ///   - to: The weight from `end` on.
  ///   - start: The share of the training at which the weight begins to change, from 0 to 1.
  ///   - end: The share of the training at which the weight stops changing, from `start` to 1.
  ///   - term: The terms, one on each line.
  public init(
    from: Double = Shape.from, to: Double = Shape.to, start: Double = Shape.start,
    end: Double = Shape.end,
    @LossBuilder _ term: () -> some LossTerm
  ) {
    self.init(
      Settings.standard.with(\.from, from).with(\.to, to).with(\.start, start).with(\.end, end),
      [term()])
  }

  package init(_ settings: Settings, _ terms: [any LossTerm]) {
    (schedule, term) = (WeightSchedule(Shape.shape, settings), terms[0])
  }

  public func _append(to graph: inout LossGraph, weight: Double) {
    graph.append(term, weight: weight, following: schedule)
  }

  package struct Settings: ScheduleSettings {
    /// The weight before it begins to change.
    package var from = Shape.from

    /// The weight after it has changed.
    package var to = Shape.to

    /// The share of the training at which the weight begins to change.
    package var start = Shape.start

    /// The share of the training at which the weight stops changing.
    package var end = Shape.end

    package static var standard: Self { Self() }
  }
}

/// w = from + (to − from) t, a straight line.
public typealias Ramp = Scheduled<StraightLine>

/// w = to + (from − to) (1 + cos πt) / 2, half a cosine.
public typealias CosineRamp = Scheduled<HalfCosine>

/// The way in which a weight goes from one number to another.
public protocol ScheduleShape: Sendable {
  /// The curve between the two numbers.
  static var shape: WeightSchedule.Shape { get }

  /// The weight before it begins to change, unless stated.
  static var from: Double { get }

  /// The weight after it has changed, unless stated.
  static var to: Double { get }
}

extension ScheduleShape {
  /// The share of the training at which the weight begins to change, unless stated.
  public static var start: Double { 0 }

  /// The share of the training at which the weight stops changing, unless stated.
  public static var end: Double { 1 }
}

/// A straight line, from 0 to 1 unless stated.
public enum StraightLine: ScheduleShape {
  public static let shape = WeightSchedule.Shape.ramp
  public static let (from, to) = (0.0, 1.0)
}

/// Half a cosine, from 1 to 0 unless stated.
public enum HalfCosine: ScheduleShape {
  public static let shape = WeightSchedule.Shape.cosineRamp
  public static let (from, to) = (1.0, 0.0)
}

extension Scheduled: Weighting {
  package static var name: String { Shape.shape.rawValue }
  package static var aliases: [String] { Shape.shape == .cosineRamp ? ["cosine"] : [] }
  package static var equation: String {
    "L = w ℓ,  \(Shape.shape.equation),  t = clamp((p − start) / (end − start), 0, 1)"
  }
  package static var call: String { "\(name)(term, \(Shape.shape.example))" }
  package static var kind: String { "weight" }
  package static var takesOne: Bool { true }
  package static var takes: String {
    "a term or a sum; p is the share of the training that is over: \(Shape.shape.exampleCall)"
  }
}

extension WeightSchedule.Shape {
  fileprivate var equation: String {
    switch self {
    case .ramp: "w = from + (to − from) t"
    case .cosineRamp: "w = to + (from − to) (1 + cos πt) / 2"
    }
  }

  fileprivate var example: String { self == .ramp ? "to: …" : "from: …" }

  fileprivate var exampleCall: String {
    self == .ramp ? "ramp(rkd, to: 25, end: 0.2)" : "cosineRamp(rkd, from: 25, end: 0.5)"
  }
}
