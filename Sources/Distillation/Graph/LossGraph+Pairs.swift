import Tensors

extension LossGraph {
  /// How the matrices of every two examples are computed that follow from inner products.
  package enum PairMatrices: String, Codable, Sendable {
    /// Whole, as tensors N×N.
    case held
    /// A tile at a time, in memory that grows with N.
    case tiled
  }

  /// How the matrices of a term's matches are computed for so many examples; `nil` if it has none. If one is held, they
  /// count as held.
  package func pairMatrices(of summand: Summand, examples: Int) -> PairMatrices? {
    let forms = summand.matches.filter { $0.coefficient != 0 }
      .compactMap { pairMatrices(of: $0.match, examples: examples) }
    return forms.isEmpty ? nil : forms.contains(.held) ? .held : .tiled
  }

  /// How the matrices of a match are computed for so many examples; `nil` if it has none.
  func pairMatrices(of match: Match, examples: Int) -> PairMatrices? {
    if match.isStreamed { return .held }
    guard nodes.inputOfProducts(to: match.student) != nil else { return nil }
    return examples >= PairTiles.threshold && match.isTileable(in: nodes) ? .tiled : .held
  }
}

extension LossGraph {
  /// Whether the matrix of a node is needed whole: it is held before a relation reads its numbers on several cores.
  func holds(_ matrix: Tensor, of index: Int) -> Bool {
    guard matrix.isDescribed else { return false }
    return summands.contains { summand in
      summand.matches.contains { reads(index, $0.match) && !$0.match.isTileable(in: nodes) }
    }
  }

  private func reads(_ index: Int, _ match: Match) -> Bool {
    [match.student, match.teacher].contains { nodes.path(to: $0).contains(index) }
  }
}

extension LossGraph.Match {
  /// Whether its matrices need never be held. A few small rows tell: their matrices are described in place of
  /// being held, and an operation that does not know what to do with a description reads its numbers.
  fileprivate func isTileable(in nodes: Nodes) -> Bool {
    let path = nodes.path(to: student)
    guard selection == nil, matcher.tuples == nil,
      let start = path.firstIndex(where: { nodes[$0].isOfProducts })
    else { return false }
    let relations = path[start...].compactMap { nodes[$0].relation as? any Relation<Tensor> }
    func value(_ rows: Tensor) -> Tensor {
      let first = relations.first as? any InnerProductRelation
      let matrix = first.map { $0(InnerProducts(describing: rows)) } ?? rows
      return relations.dropFirst().reduce(matrix) { $1($0) }
    }
    let counter = PairCounter()
    PairTiles.$threshold.withValue(1) {
      PairTiles.$counter.withValue(counter) {
        let student = value(Tensor([[1, 2], [3, -4], [-5, 6]]).variable)
        let teacher = value(Tensor([[2, 1], [-3, 5], [1, 7]]))
        _ = compared(student, teacher)
      }
    }
    return counter.isTiled
  }

  private func compared(_ student: Tensor, _ teacher: Tensor) -> Tensor? {
    switch strategy {
    case .whole: matcher(student: student, teacher: teacher)
    case .weighted(let matcher): matcher(student: student, teacher: teacher, weight: 1)
    case .entries(let matcher, let kind):
      matcher.reduction(matcher.penalty, student: student, teacher: teacher, kind: kind)
    case .streamed, .columns: nil
    }
  }
}

extension Matcher {
  /// How many entries are drawn by chance; `nil` if it compares all.
  fileprivate var tuples: Int? { (self as? any ElementwiseMatcher)?.tuples }
}

extension Node {
  fileprivate var isOfProducts: Bool {
    if case .relationOfProducts = self { true } else { false }
  }
}

extension Nodes {
  /// The node whose rows' inner products the value of a node follows from; `nil` if it does not.
  func inputOfProducts(to index: Int) -> Int? {
    path(to: index).first { self[$0].isOfProducts }.flatMap { self[$0].input }
  }
}
