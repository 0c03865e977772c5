import Tensors

/// Terms whose weights follow from each other.
package struct WeightGroup: Sendable {
  package enum Kind: String, Sendable { case gradientNorm, uncertainty }

  let kind: Kind
  /// The formulas of its arguments. Each argument has one weight.
  let arguments: [String]
  /// The number before it.
  var weight: Double
  /// The schedules that it follows as a whole.
  var schedules: [WeightSchedule] = []

  /// The scalars that it learns, one for each argument.
  var parameter: StateTensor? {
    kind == .uncertainty ? StateTensor("logVariances", .parameter, shape: [arguments.count]) : nil
  }
}

extension Terms {
  /// The name of a group's scalars. From the second group on, a number is added.
  private func name(of parameter: StateTensor, ofGroup index: Int) -> String {
    let number = groups[...index].count { $0.parameter != nil }
    return "\(groups[index].kind)\(number == 1 ? "" : "\(number)").\(parameter.name)"
  }

  /// The scalars that groups learn: their name, the index of their group, and their declaration.
  var scalarsOfGroups: [(name: String, group: Int, declared: StateTensor)] {
    groups.indices.compactMap { index in
      groups[index].parameter.map { (name(of: $0, ofGroup: index), index, $0) }
    }
  }

  /// The first values of the scalars that groups learn.
  var groupParameters: [String: Tensor] {
    let all = scalarsOfGroups.map { name, group, declared in
      (name, declared.initialValue(of: "\(groups[group].kind)", seed: 0))
    }
    return Dictionary(uniqueKeysWithValues: all)
  }

  /// Whether a group learns scalars.
  var learnsWeights: Bool { groups.contains { $0.parameter != nil } }

  /// The scalars of a group, K×1.
  func scalars(of index: Int, in state: LossState) throws -> Tensor {
    guard let parameter = groups[index].parameter else { return Tensor(0.0) }
    let name = name(of: parameter, ofGroup: index)
    let given =
      state.parameters[name] ?? parameter.initialValue(of: "\(groups[index].kind)", seed: 0)
    guard given.shape == parameter.shape else {
      throw DistillationError.unfitState(name, expected: parameter.shapeInWords, given: given.shape)
    }
    return given.reshaped([given.count, 1])
  }
}

extension LossGraph.Summand {
  /// The place of a term in a group.
  struct Place: Sendable {
    var group: Int
    let kind: WeightGroup.Kind
    /// The index of the group's argument to which it belongs.
    let argument: Int
    /// The number before it in that argument.
    var weight: Double
    /// How many of its schedules, counted from the last, are within the argument.
    let schedules: Int
  }

  /// Whether its weight changes from step to step.
  public var isMoving: Bool { !schedules.isEmpty || place != nil }

  /// The rules that its weight follows beside the number, from the outermost to the innermost.
  package var weighting: [WeightRule] {
    let within = place?.schedules ?? schedules.count
    return schedules.dropLast(within).map { .schedule($0) }
      + (place.map { [.group($0.kind)] } ?? []) + schedules.suffix(within).map { .schedule($0) }
  }

  /// The largest magnitude that its weight may have by its number and its schedules.
  var largestWeight: Double { schedules.reduce(abs(weight)) { $0 * $1.largest } }

  /// The number before it, times the weights of its schedules.
  func scheduledWeight(at moment: Moment) -> Double {
    schedules.reduce(weight) { $0 * $1.weight(at: moment.progress) }
  }
}

/// A rule that a term's weight follows.
package enum WeightRule: Sendable, CustomStringConvertible {
  case schedule(WeightSchedule)
  case group(WeightGroup.Kind)

  /// The rule as formulas name it: `ramp(to: 25)`, `uncertainty`.
  package var description: String {
    switch self {
    case .schedule(let schedule): "\(schedule)"
    case .group(let kind): kind.rawValue
    }
  }
}

extension LossGraph {
  /// Appends terms that share a rule for their weights, which gives each argument one weight.
  ///
  /// A single argument is refused, and so is an argument that has such a rule of its own.
  mutating func append(
    _ kind: WeightGroup.Kind, of arguments: [any LossTerm], weight: Double
  ) {
    if arguments.count < 2 { refuse("expected two terms or more", in: kind.rawValue) }
    let arguments = arguments.map { term in collect { term._append(to: &$0, weight: 1) } }
    checkShareNoWeights(arguments, within: kind.rawValue)
    terms.groups.append(
      WeightGroup(kind: kind, arguments: arguments.map { $0.formula }, weight: weight))
    for (index, argument) in arguments.enumerated() {
      for var summand in argument.summands {
        summand.place = Summand.Place(
          group: terms.groups.count - 1, kind: kind, argument: index, weight: summand.weight,
          schedules: summand.schedules.count)
        summand.weight *= weight
        terms.summands.append(summand)
      }
    }
  }

  /// Appends a term whose weight follows a schedule.
  mutating func append(_ term: any LossTerm, weight: Double, following schedule: WeightSchedule) {
    let inner = collect { term._append(to: &$0, weight: 1) }
    if let problem = schedule.problem {
      refuse("\(schedule.shape): \(problem)", in: schedule.call(inner.formula))
    }
    terms.append(inner, weight: weight, following: schedule)
  }

  /// Notes an argument whose terms share a rule for their weights. Such a rule cannot be within another.
  mutating func checkShareNoWeights(_ arguments: [Terms], within name: String) {
    guard let group = arguments.lazy.flatMap({ $0.groups }).first else { return }
    refuse("'\(group.kind)' shares out weights, and cannot be within '\(name)'", in: name)
  }
}

extension Terms {
  /// Appends all terms of another sum, times a number, with a schedule if one is given.
  mutating func append(
    _ inner: Terms, weight: Double, following schedule: WeightSchedule? = nil
  ) {
    let outer = schedule.map { [$0] } ?? []
    for var summand in inner.summands {
      summand.weight *= weight
      summand.schedules = outer + summand.schedules
      summand.place?.group += groups.count
      summands.append(summand)
    }
    for var group in inner.groups {
      group.weight *= weight
      group.schedules = outer + group.schedules
      groups.append(group)
    }
  }

  /// The largest magnitude that a term's weight may have by its number and its schedules.
  var largestWeight: Double { summands.map { $0.largestWeight }.max() ?? 0 }

  /// The formula of the sum. A group is written in the place of its first term.
  var formula: String {
    var written: Set<Int> = []
    let products: [(weight: Double, term: String)] = summands.compactMap { summand in
      guard let group = summand.place?.group else {
        return (summand.weight, wrapped(summand.formula, summand.schedules[...]))
      }
      return written.insert(group).inserted ? product(of: groups[group]) : nil
    }
    var text = ""
    for (index, (weight, term)) in products.enumerated() {
      let isSubtracted = weight.sign == .minus
      text += index > 0 ? (isSubtracted ? " - " : " + ") : isSubtracted ? "-" : ""
      text += times(weight.magnitude, term)
    }
    return text
  }

  private func product(of group: WeightGroup) -> (weight: Double, term: String) {
    let call = "\(group.kind.rawValue)(\(group.arguments.joined(separator: ", ")))"
    return (group.weight, wrapped(call, group.schedules[...]))
  }

  private func wrapped(_ term: String, _ schedules: ArraySlice<WeightSchedule>) -> String {
    schedules.reversed().reduce(term) { $1.call($0) }
  }

  private func times(_ weight: Double, _ term: String) -> String {
    weight == 1 ? term : "\(describe(weight))*\(term)"
  }
}
