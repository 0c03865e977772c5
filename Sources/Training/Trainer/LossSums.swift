package import Distillation
import Tensors

/// A loss and its terms, summed over the steps of an epoch.
package struct LossSums: Codable, Sendable {
  private var total = 0.0
  private var examples = 0
  private var steps = 0
  package private(set) var values: [Term]

  /// The balance of the terms on the last batch.
  package var balance: [TermBalance]?

  package struct Term: Codable, Sendable {
    /// The sum over the examples of the steps that evaluated the term.
    var value = 0.0
    var examples = 0
    /// The sum over all steps.
    var weight = 0.0
  }

  init(terms: Int) { values = Array(repeating: Term(), count: terms) }

  mutating func add(_ loss: Loss, examples count: Int) {
    total += Double(loss.total.scalar) * Double(count)
    for (index, term) in loss.terms.enumerated() {
      values[index].weight += term.weight
      guard let value = term.value else { continue }
      values[index].value += Double(value.scalar) * Double(count)
      values[index].examples += count
    }
    examples += count
    steps += 1
  }

  /// Whether these can be the sums of at most `most` steps, with a balance for each term.
  package func canBeOf(steps most: Int) -> Bool {
    let examples = [self.examples] + values.map { $0.examples }
    // No batch has more images than a million.
    let mostExamples = most * 1_000_000
    return (0...most).contains(steps) && examples.allSatisfy { (0...mostExamples).contains($0) }
      && balance.map { $0.count == values.count } ?? true
  }

  /// The mean of the loss over the examples.
  var loss: Double { total / Double(max(examples, 1)) }

  /// The results of the terms: the value of each is a mean over the examples, its weight a mean
  /// over the steps.
  func terms(of loss: LossGraph) -> [Epoch.Term] {
    zip(loss.reportedSummands, values).enumerated().map { index, term in
      let (summand, sums) = term
      return Epoch.Term(
        name: summand.name,
        weight: summand.isMoving ? sums.weight / Double(max(steps, 1)) : summand.weight,
        value: sums.examples > 0 ? sums.value / Double(sums.examples) : nil, balance?[index])
    }
  }
}
