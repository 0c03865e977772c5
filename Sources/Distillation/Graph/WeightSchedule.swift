import Tensors

/// The dependence of a term's weight on the progress p of a training, from 0 to 1:
///
///     t = clamp((p − start) / (end − start), 0, 1)
///     ramp        w = from + (to − from) t
///     cosineRamp  w = to + (from − to) (1 + cos πt) / 2
///
/// If `start` is `end`, the weight is `to` from there on.
public struct WeightSchedule: Hashable, Sendable {
  /// The curve of the weight between `start` and `end`.
  public enum Shape: String, Sendable {
    /// A straight line.
    case ramp
    /// Half a cosine.
    case cosineRamp
  }

  /// The curve between `start` and `end`.
  public let shape: Shape
  /// The weight up to `start`.
  public let from: Double
  /// The weight from `end` on.
  public let to: Double
  /// The progress at which the weight begins to change.
  public let start: Double
  /// The progress at which the weight stops changing.
  public let end: Double

  /// The arguments that formulas write behind the term: `, to: 25`.
  let arguments: String

  /// The problem of its parameters; `nil` if there is none.
  let problem: String?

  init(_ shape: Shape, _ settings: some ScheduleSettings) {
    (self.shape, problem) = (shape, settings.problem)
    (from, to, start, end) = (settings.from, settings.to, settings.start, settings.end)
    let changed = settings.argumentsInFormula.dropFirst().dropLast()
    arguments = changed.isEmpty ? "" : ", \(changed)"
  }

  /// The weight at a share of the training, from 0 to 1. It is exactly `from` before it begins to change and
  /// exactly `to` afterwards.
  public func weight(at progress: Double) -> Double {
    if progress >= end { return to }
    if progress <= start { return from }
    let t = (progress - start) / (end - start)
    switch shape {
    case .ramp: return from + (to - from) * t
    case .cosineRamp: return to + (from - to) * (1 + (.pi * t).cosine()) / 2
    }
  }

  /// The largest magnitude of the weight.
  var largest: Double { max(abs(from), abs(to)) }

  /// A term with this weight as a formula writes it.
  func call(_ term: String) -> String { "\(shape.rawValue)(\(term)\(arguments))" }
}

extension WeightSchedule: CustomStringConvertible {
  /// The schedule as formulas write it, without the term: `ramp(to: 25)`.
  public var description: String {
    arguments.isEmpty ? shape.rawValue : "\(shape.rawValue)(\(arguments.dropFirst(2)))"
  }
}

/// The parameters of a schedule: from which weight to which, over which part of a training.
package protocol ScheduleSettings: Configurable {
  var from: Double { get set }
  var to: Double { get set }
  var start: Double { get set }
  var end: Double { get set }
}

extension ScheduleSettings {
  package static var ranges: [String: ClosedRange<Double>] {
    ["from": -1e30...1e30, "to": -1e30...1e30, "start": 0...1, "end": 0...1]
  }

  /// The problem of these settings; `nil` if there is none.
  var problem: String? {
    if let error = outOfRange { return "\(error)" }
    guard start > end else { return nil }
    let (start, end) = (describe(start), describe(end))
    return "expected an end at \(start), its start, or later, not at \(end)"
  }
}
