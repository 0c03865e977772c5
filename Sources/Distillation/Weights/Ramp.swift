/// A term whose weight changes in a straight line while training goes on: from `from` to `to`
/// between the shares `start` and `end` of the training, and constant before and after.
///
///     w = from + (to − from) t,  t = clamp((p − start) / (end − start), 0, 1)
///
/// p is ``Step/progress``. Where the weight is exactly 0 the term is not evaluated.
///
///     CrossEntropy() + Ramp(to: 25, end: 0.2) { RKD() }
public struct Ramp: LossTerm, Weighting {
  public static let name = "ramp"
  public static let equation =
    "L = w ℓ,  w = from + (to − from) t,  t = clamp((p − start) / (end − start), 0, 1)"
  package static let call = "ramp(term, to: …)"
  package static let kind = "weight"
  package static let takesOne = true
  package static let takes =
    "a term or a sum; p is the share of the training that is over: ramp(rkd, to: 25, end: 0.2)"

  package struct Settings: ScheduleSettings {
    package var from = 0.0
    package var to = 1.0
    package var start = 0.0
    package var end = 1.0

    package init() {}
  }

  let schedule: WeightSchedule
  let term: any LossTerm

  /// The terms, one a line; `start` and `end` are from 0 to 1.
  public init(
    from: Double = 0, to: Double = 1, start: Double = 0, end: Double = 1,
    @LossBuilder _ term: () -> some LossTerm
  ) {
    self.init(Settings().set(from, to, start, end), [term()])
  }

  package init(_ settings: Settings, _ terms: [any LossTerm]) {
    (schedule, term) = (WeightSchedule(.ramp, settings), terms[0])
  }

  public func _append(to graph: inout LossGraph, weight: Double) {
    graph.append(term, weight: weight, following: schedule)
  }
}
