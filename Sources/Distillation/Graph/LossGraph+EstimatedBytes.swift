import Tensors

extension LossGraph {
  /// About how many bytes an evaluation with its gradient takes beside the outputs themselves.
  ///
  /// The estimate follows only from the shapes of the outputs and of the relations' values; nothing is
  /// evaluated. It is meant to be too large rather than too small. For registered losses, it is up to
  /// three times the memory that was measured. Relations that state no ``Layout`` do not count.
  ///
  /// - Parameters:
  ///   - student: The student's outputs on a batch. Only their shapes matter.
  ///   - teacher: The teacher's outputs. Only their shapes matter.
  /// - Returns: The number of bytes; the largest integer if there are more.
  public func estimatedBytes(student: Outputs, teacher: Outputs) -> Int {
    var held: [Holder: Int] = [:]
    for summand in reportedSummands { count(summand, student, teacher, in: &held) }
    let outputs = student.shapes(of: outputs(of: .student)).map { Layout($0.shape).count }
    let scalars = (Array(held.values) + outputs).reduce(0) { $0.addedOrMost($1) }
    // Each value and its gradient, and a quarter more for rounded sizes of buffers, indices and sums.
    return (scalars / 2).multipliedOrMost(by: 5 * MemoryLayout<Tensor.Scalar>.size)
  }

  /// The name of the term that takes most of these bytes.
  package func dearestTerm(student: Outputs, teacher: Outputs) -> String? {
    zip(summands, summandsAlone).filter { $0.0.weight != 0 }.max {
      $0.1.estimatedBytes(student: student, teacher: teacher)
        < $1.1.estimatedBytes(student: student, teacher: teacher)
    }?.0.name
  }

  /// A holder of scalars while a loss is evaluated. If several terms share one, it counts once.
  private enum Holder: Hashable {
    case node(Int, Role)
    /// A matcher of whole values makes others on its way.
    case matcher(String, of: Int)
    /// A match goes through the rows of a node in tiles, with copies of the rows of both networks.
    case tiles(String, of: Int)
    case primitive(String)
  }

  private func count(
    _ summand: Summand, _ student: Outputs, _ teacher: Outputs, in held: inout [Holder: Int]
  ) {
    switch summand.content {
    case .primitive(let term, _): held[.primitive(summand.name)] = term.scalarsHeld(for: student)
    case .sum(let terms):
      for term in terms where term.weight != 0 { count(term, student, teacher, in: &held) }
    case .mixture(let arguments, _):
      for term in arguments.flatMap({ $0 }) where term.weight != 0 {
        count(term, student, teacher, in: &held)
      }
    case .match(let match):
      guard !count(tilesOf: match, student, teacher, in: &held) else { return }
      let value = count(to: match.student, student, of: .student, in: &held)
      count(to: match.teacher, teacher, of: .teacher, in: &held)
      if !(match.matcher is any ElementwiseMatcher) {
        held[.matcher(match.matcher.formula, of: match.student)] = value?.count ?? 0
      }
    }
  }

  /// Counts what a match takes that goes through pairs of examples in tiles; false if it does not.
  private func count(
    tilesOf match: Match, _ student: Outputs, _ teacher: Outputs, in held: inout [Holder: Int]
  ) -> Bool {
    guard let input = nodes.inputOfProducts(to: match.student),
      let other = nodes.inputOfProducts(to: match.teacher)
    else { return false }
    var inputs: [Holder: Int] = [:]
    guard let rows = count(to: input, student, of: .student, in: &inputs),
      let others = count(to: other, teacher, of: .teacher, in: &inputs),
      pairMatrices(of: match, examples: rows.shape.first ?? 0) == .tiled
    else { return false }
    held.merge(inputs) { $1 }
    held[.tiles(match.formula, of: input)] = rows.count.addedOrMost(others.count)
    return true
  }

  /// Counts the nodes from a knowledge to a relation of it.
  ///
  /// - Returns: The layout of the value of the last node; `nil` if it is not known.
  @discardableResult private func count(
    to index: Int, _ outputs: Outputs, of role: Role, in held: inout [Holder: Int]
  ) -> Layout? {
    let knowledge = nodes.knowledge(of: index)
    let known = (try? knowledge.layout(in: outputs)).flatMap { $0 }.map { [$0] }
    var layouts: [Layout]? = known ?? outputs.shapes(of: knowledge.outputs).map { Layout($0.shape) }
    for node in nodes.path(to: index) {
      guard let relation = nodes[node].relation else { continue }
      let inputs = layouts ?? []
      held[.node(node, role)] = relation.accepts(inputs) ? relation.scalarsHeld(for: inputs) : 0
      layouts = relation.knownLayout(of: inputs).map { [$0] }
    }
    return layouts?.first
  }
}

extension Int {
  /// The sum, or the largest integer if it is greater.
  fileprivate func addedOrMost(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
