/// An error in the composition of a loss, which no outputs can mend.
public struct CompositionError: Error, Hashable, CustomStringConvertible {
  /// The problem, in words.
  public let problem: String

  /// The term with the error, as a formula would write it; `nil` if it is the whole loss.
  public let formula: String?

  public var description: String { formula.map { "\(problem), in \($0)" } ?? problem }
}

extension LossGraph {
  /// Notes a parameter that is outside its range, and a range that is of no parameter.
  mutating func checkRanges(of part: some Configurable, as formula: String) {
    if let error = part.outOfRange { refuse("\(error)", in: formula) }
  }

  /// Notes a relation or a matcher that cannot take what comes before it, whatever its shape, and
  /// parameters of the parts that are outside their ranges.
  mutating func checkFit(of match: Match) {
    if nodes.relations(to: match.teacher).contains(where: { ($0 as? LearnedMap)?.side == .teacher })
    {
      if case .entries = match.strategy {
      } else {
        refuse(
          """
          'projected' of the teacher's layer is learned, and '\(match.matcher.formula)' holds the teacher \
          constant here: compare entry by entry, by 'meanSquare' for example
          """, in: match.formula)
      }
    }
    for index in Set([match.student, match.teacher]).sorted() {
      let (knowledge, relations) = (nodes.knowledge(of: index), nodes.relations(to: index))
      let parts = [knowledge as any Named] + relations + [match.matcher]
      for case let part as any Configurable in parts { checkRanges(of: part, as: match.formula) }
      for name in knowledge.outputs where Outputs.descriptions.contains("\(name)") {
        refuse(
          "'\(name)' says what counts of a batch, and is no output of a network", in: match.formula)
      }
      var (kind, before) = (knowledge.kind, knowledge.formula)
      func problem(of formula: String, _ accepted: TensorKind) -> String? {
        accepted.problem(of: formula, after: kind, of: before)
      }
      for relation in relations {
        if let problem = problem(of: relation.formula, relation.accepts) {
          refuse(problem, in: match.formula)
        }
        (kind, before) = (relation.gives(kind), relation.formula)
      }
      if let problem = problem(of: match.matcher.formula, match.matcher.accepts) {
        refuse(problem, in: match.formula)
      }
    }
  }
}

extension TensorKind {
  /// Why a part that takes this kind cannot take a value of another; `nil` if it may.
  func problem(of part: String, after kind: TensorKind, of before: String) -> String? {
    kind.mayBe(self) ? nil : "'\(part)' takes \(self), and '\(before)' is \(kind)"
  }
}
