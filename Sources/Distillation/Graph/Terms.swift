/// A weighted sum of terms, some of which may share a rule for their weights.
struct Terms: Sendable {
  var summands: [LossGraph.Summand] = []

  /// The rules by which several terms share their weight.
  var groups: [WeightGroup] = []

  /// The terms that count: all except those whose weight is always 0.
  private var counting: [LossGraph.Summand] { summands.filter { $0.weight != 0 } }

  /// The outputs that the terms read of one network.
  func outputs(of role: Role) -> [OutputName] {
    let read = counting.flatMap { role == .student ? $0.studentOutputs : $0.teacherOutputs }
    return Set(read).sorted()
  }

  /// The outputs that the terms read of the student and of the teacher.
  var outputs: ([OutputName], [OutputName]) { (outputs(of: .student), outputs(of: .teacher)) }

  /// Whether each of them is a match that is 0 for one example, as far as its parts tell.
  var areZeroForOneExample: Bool {
    counting.allSatisfy { term in
      term.primitives.isEmpty && term.matches.allSatisfy { $0.match.isZeroForOneExample }
    }
  }

  /// Equal terms become one, with the sum of their weights. Other terms of one name are told apart by their
  /// arguments, then by what their weights follow, and finally by a number.
  mutating func mergeEqual() {
    var merged: [LossGraph.Summand] = []
    for summand in summands {
      if let known = merged.firstIndex(where: { $0.isEqual(to: summand) }) {
        merged[known].weight += summand.weight
        merged[known].place?.weight += summand.place?.weight ?? 0
      } else {
        merged.append(summand)
      }
    }
    summands = merged
    for i in indicesOfSharedNames { summands[i].name = summands[i].formula }
    for i in indicesOfSharedNames where summands[i].isMoving {
      let names = [summands[i].formula] + summands[i].weighting.map { "\($0)" }
      summands[i].name = names.joined(separator: " by ")
    }
    for i in indicesOfSharedNames { summands[i].name += " (\(i + 1))" }
  }

  private var indicesOfSharedNames: [Int] {
    let counts = Dictionary(summands.map { ($0.name, 1) }, uniquingKeysWith: +)
    return summands.indices.filter { counts[summands[$0].name, default: 0] > 1 }
  }
}

extension LossGraph.Summand {
  /// Whether another term is the same up to its number.
  fileprivate func isEqual(to other: Self) -> Bool {
    formula == other.formula && hasEqualContent(to: other) && schedules == other.schedules
      && place?.group == other.place?.group && place?.argument == other.place?.argument
  }

  /// Whether another term of the same formula computes the same. A primitive term without a name may hold
  /// something that its formula does not say.
  private func hasEqualContent(to other: Self) -> Bool {
    switch (content, other.content) {
    case (.match(let match), .match(let other)):
      match.student == other.student && match.teacher == other.teacher
        && match.matcher.isEqual(to: other.matcher)
        && match.selection.isEqual(to: other.selection)
    case (.sum, .sum):
      // The type of a named term and its parameters say all of it.
      hasEqualSettings(to: other)
    case (.mixture(let arguments, _), .mixture(let others, _)):
      hasEqualSettings(to: other)
        && arguments.elementsEqual(others) { sum, other in
          sum.elementsEqual(other) { $0.weight == $1.weight && $0.isEqual(to: $1) }
        }
    default: false
    }
  }

  private func hasEqualSettings(to other: Self) -> Bool {
    guard let settings, let others = other.settings else { return false }
    return settings.isEqual(to: others)
  }
}

extension LossGraph.Match.Selection? {
  /// Whether another selection is the same. One that cannot be compared may hold something that its formula
  /// does not say, so it equals none.
  fileprivate func isEqual(to other: Self) -> Bool {
    switch (self, other) {
    case (nil, nil): true
    case (.ofTensor(let a as any Hashable), .ofTensor(let b as any Hashable)),
      (.ofLayers(let a as any Hashable), .ofLayers(let b as any Hashable)):
      AnyHashable(a) == AnyHashable(b)
    default: false
    }
  }
}

extension Configurable {
  /// Whether other settings are of this type, and equal.
  fileprivate func isEqual(to other: any Configurable) -> Bool { other as? Self == self }
}

extension LossGraph {
  /// Whether each term is a match that is 0 for one example, as far as its parts tell.
  var isZeroForOneExample: Bool { terms.areZeroForOneExample }

  /// The least ε that some part adds to a divisor that may be 0; `nil` if none does.
  package var smallestDivisor: Double? {
    reportedSummands.flatMap { summand in
      summand.matches.compactMap { $0.match.smallestDivisor }
        + summand.primitives.compactMap { $0.smallestDivisor }
    }
    .min()
  }

  /// The largest ε that some part sets beside a length; `nil` if none does.
  package var smallestLength: Double? {
    reportedSummands.flatMap { $0.matches.compactMap { $0.match.smallestLength } }.max()
  }
}
