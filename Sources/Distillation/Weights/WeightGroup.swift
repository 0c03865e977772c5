/// Terms whose weights follow from one another.
struct WeightGroup: Sendable {
  enum Kind: String, Sendable { case gradientNorm, uncertainty }

  let kind: Kind
  /// The formulas of what it was given, each of which has one weight.
  let arguments: [String]
  /// The number before it.
  var weight: Double
  /// What it follows as a whole.
  var schedules: [WeightSchedule] = []

  /// How many scalars are learned with the student.
  var learnedCount: Int { kind == .uncertainty ? arguments.count : 0 }
}

extension LossGraph.Summand {
  /// Where a term belongs that is in a group.
  struct Place: Sendable {
    var group: Int
    let kind: WeightGroup.Kind
    /// Which of the group's arguments it is a part of.
    let argument: Int
    /// The number before it in that argument.
    var weight: Double
    /// How many of its schedules are within the argument, as the last of them.
    let schedules: Int
  }

  /// Whether its weight is another at other steps.
  public var isMoving: Bool { !schedules.isEmpty || place != nil }

  /// What its weight follows beside the number, as formulas name it: `ramp(to: 25)`,
  /// `uncertainty`.
  public var weighting: [String] {
    let within = place?.schedules ?? schedules.count
    return schedules.dropLast(within).map { "\($0)" }
      + (place.map { [$0.kind.rawValue] } ?? []) + schedules.suffix(within).map { "\($0)" }
  }

  /// The number before it, times what its schedules say.
  func scheduledWeight(at step: Step) -> Double {
    schedules.reduce(weight) { $0 * $1.weight(at: step.progress) }
  }
}

extension LossGraph {
  /// Appends terms that share a rule for their weights: one for each argument.
  ///
  /// - Precondition: No argument has such a rule of its own, and there are two or more.
  mutating func append(_ kind: WeightGroup.Kind, of arguments: [LossGraph], weight: Double) {
    precondition(arguments.count > 1, "[\(kind)] \(arguments.count) terms")
    precondition(
      arguments.allSatisfy { $0.groups.isEmpty },
      "[\(kind)] a term that is itself weighed by gradientNorm or uncertainty")
    groups.append(
      WeightGroup(kind: kind, arguments: arguments.map { $0.formula }, weight: weight))
    for (index, argument) in arguments.enumerated() {
      for var summand in argument.summands {
        summand.place = Summand.Place(
          group: groups.count - 1, kind: kind, argument: index, weight: summand.weight,
          schedules: summand.schedules.count)
        summand.weight *= weight
        append(summand)
      }
    }
  }

  /// Appends all terms of another graph, times a number and what it follows.
  mutating func append(
    _ inner: LossGraph, weight: Double, following schedule: WeightSchedule? = nil
  ) {
    let outer = schedule.map { [$0] } ?? []
    for var summand in inner.summands {
      summand.weight *= weight
      summand.schedules = outer + summand.schedules
      summand.place?.group += groups.count
      append(summand)
    }
    for var group in inner.groups {
      group.weight *= weight
      group.schedules = outer + group.schedules
      groups.append(group)
    }
  }

  /// The largest weight that a term may have by its number and its schedules, whatever its sign.
  var largestWeight: Double {
    summands.map { $0.schedules.reduce(abs($0.weight)) { $0 * $1.largest } }.max() ?? 0
  }

  /// The formula of a sum, in which a group is written where its first term is.
  var formulaOfSum: String {
    var written: Set<Int> = []
    return summands.compactMap { summand in
      guard let group = summand.place?.group else {
        return times(summand.weight, wrapped(summand.formula, summand.schedules[...]))
      }
      return written.insert(group).inserted ? formula(of: groups[group]) : nil
    }
    .joined(separator: " + ")
  }

  private func formula(of group: WeightGroup) -> String {
    let call = "\(group.kind.rawValue)(\(group.arguments.joined(separator: ", ")))"
    return times(group.weight, wrapped(call, group.schedules[...]))
  }

  private func wrapped(_ term: String, _ schedules: ArraySlice<WeightSchedule>) -> String {
    schedules.reversed().reduce(term) { $1.call($0) }
  }

  private func times(_ weight: Double, _ term: String) -> String {
    weight == 1 ? term : "\(describe(weight))*\(term)"
  }
}
