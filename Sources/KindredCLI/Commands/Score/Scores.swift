import Distillation
import Experiments
import Foundation
import Reports

/// The value and the terms of a loss on one batch or on several.
struct Scores {
  /// The value and the terms on one batch.
  struct OfBatch {
    let evaluation: LossEvaluation
    /// How much each term counts, in the order of the terms; `nil` if nobody asked.
    let balances: [TermBalance]?
  }

  let batches: [OfBatch]
  /// The number before each term that is suggested, if it was asked for.
  let suggestions: [Double?]?

  /// A number's mean over the batches that have it, and its standard deviation if they are several.
  private func summary(_ number: (OfBatch) -> Double?) -> Summary? {
    let found = batches.compactMap(number)
    return found.isEmpty ? nil : Summary(found)
  }

  private var value: Summary? { summary { $0.evaluation.value } }

  private var isOfSeveral: Bool { batches.count > 1 }

  /// One term on all batches.
  private struct Term {
    let name: String
    let weight, value, weighted, share, gradientNorm, cosine: Summary?
  }

  private var terms: [Term] {
    (batches.first?.evaluation.terms ?? []).enumerated().map { index, term in
      func ofTerm(_ number: (LossEvaluation.Term) -> Double?) -> Summary? {
        summary { number($0.evaluation.terms[index]) }
      }
      func ofBalance(_ number: (TermBalance) -> Double?) -> Summary? {
        summary { $0.balances.flatMap { number($0[index]) } }
      }
      return Term(
        name: term.name, weight: ofTerm { $0.weight }, value: ofTerm { $0.value },
        weighted: ofTerm { term in term.value.map { term.weight * $0 } },
        share: ofBalance { $0.share }, gradientNorm: ofBalance { $0.gradientNorm },
        cosine: ofBalance { $0.cosine })
    }
  }
}

extension Scores {
  /// The term `ce` of a loss, with whose gradient others are compared.
  struct Reference {
    private let share: Double
    private let index: Int
    private let summands: [LossGraph.Summand]

    /// - Parameters:
    ///   - share: How long a gradient is to be, as a multiple of that of `ce`.
    ///   - graph: The loss.
    /// - Throws: ``CommandError`` if the share is not positive, or if the loss has no term `ce`.
    init(_ share: Double, in graph: LossGraph) throws(CommandError) {
      guard share > 0 else { throw .invalidUse("'--share' is a number greater than 0") }
      guard let index = graph.reportedSummands.firstIndex(where: { $0.name == "ce" }) else {
        throw .invalidUse(
          "'--suggest' compares gradients with that of 'ce', which the loss has not: 'ce + …'")
      }
      (self.share, self.index, summands) = (share, index, graph.reportedSummands)
    }

    /// The number before each term that makes its gradient as long as it is to be, in two figures; `nil` for
    /// one whose gradient is next to nothing.
    func suggestions(on batches: [OfBatch], warn: (String) -> Void) throws -> [Double?] {
      let terms = Scores(batches: batches, suggestions: nil).terms
      guard let length = terms[index].gradientNorm?.mean, length > 0 else {
        throw CommandError.failed(
          "the gradient of 'ce' is 0, so that no other can be compared with it")
      }
      return zip(terms, summands).enumerated().map { position, pair in
        let (term, summand) = pair
        if position == index { return summand.weight }
        guard let norm = term.gradientNorm?.mean else {
          warn("'\(term.name)' has the weight 0 at this moment, so that no number is suggested")
          return nil
        }
        guard norm > 1e-6 * length else { return nil }
        return Double(NumberFormat.significant(summand.weight * share * length / norm, digits: 2))
      }
    }
  }
}

extension Scores {
  var table: Table {
    let hasBalances = batches.first?.balances != nil
    var columns: [Table.Column] = ["term", .number("weight"), .number("value")]
    if isOfSeveral { columns.append(.number("deviation")) }
    columns.append(.number("weighted"))
    if hasBalances { columns += [.number("share"), .number("gradient"), .number("cosine")] }
    if suggestions != nil { columns.append(.number("suggested")) }
    var table = Table(columns)
    let text = { NumberFormat.significant($0, digits: 7) }
    let deviation = { (summary: Summary?) in
      summary?.standardDeviation.map { NumberFormat.significant($0, digits: 3) } ?? "–"
    }
    for (index, term) in terms.enumerated() {
      var cells = [term.name, Distillation.describe(term.weight?.mean ?? 0)]
      cells.append(term.value.map { text($0.mean) } ?? "–")
      if isOfSeveral { cells.append(deviation(term.value)) }
      cells.append(term.weighted.map { text($0.mean) } ?? "0")
      if hasBalances {
        cells.append(term.share.map { NumberFormat.percent($0.mean, digits: 1) } ?? "–")
        cells.append(
          term.gradientNorm.map { NumberFormat.significant($0.mean, digits: 4) } ?? "–")
        cells.append(term.cosine.map { NumberFormat.fixed($0.mean, digits: 3) } ?? "–")
      }
      if let suggestions {
        cells.append(suggestions[index].map { Distillation.describe($0) } ?? "–")
      }
      table.append(cells)
    }
    var total = ["total", "", ""]
    if isOfSeveral { total.append(deviation(value)) }
    total.append(value.map { text($0.mean) } ?? "")
    total += Array(repeating: "", count: columns.count - total.count)
    table.append(total)
    return table
  }

  /// The scores as JSON. Only several batches have the members that compare batches, and only who asks for the
  /// balance gets it.
  var json: JSON {
    typealias Members = [(name: String, value: JSON)]
    func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
    func deviation(_ summary: Summary?) -> Members {
      isOfSeveral ? [("deviation", number(summary?.standardDeviation))] : []
    }
    let terms = terms.enumerated().map { index, term in
      var members: Members = [
        ("name", .string(term.name)), ("weight", number(term.weight?.mean)),
        ("value", number(term.value?.mean)),
      ]
      members += deviation(term.value)
      if batches.first?.balances != nil {
        members += [
          ("share", number(term.share?.mean)), ("gradientNorm", number(term.gradientNorm?.mean)),
          ("cosine", number(term.cosine?.mean)),
        ]
      }
      if let suggestions { members.append(("suggested", number(suggestions[index]))) }
      return JSON.object(members)
    }
    var members: Members = [("value", number(value?.mean))] + deviation(value)
    if isOfSeveral {
      members.append(("batches", .array(batches.map { .number($0.evaluation.value) })))
    }
    return .object(members + [("terms", .array(terms))])
  }
}
