import Distillation
import Experiments
import Foundation
import Reports

/// What a loss gives on one batch or on several.
struct Scores {
  /// What a loss gives on one batch.
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
  /// The numbers before the terms that make each term's gradient a share of that of `ce`, on the mean of the
  /// batches, in two figures. A term without a gradient has none.
  ///
  /// - Throws: ``CommandError`` if the loss has no term `ce`, or if that has no gradient.
  static func suggestions(
    for graph: LossGraph, share: Double, on batches: [OfBatch]
  ) throws -> [Double?] {
    let scores = Scores(batches: batches, suggestions: nil)
    let (terms, summands) = (scores.terms, graph.reportedSummands)
    guard let index = terms.firstIndex(where: { $0.name == "ce" }) else {
      throw CommandError.invalidUse(
        "'--suggest' compares gradients with that of 'ce', which the loss has not: 'ce + …'")
    }
    guard let reference = terms[index].gradientNorm?.mean, reference > 0 else {
      throw CommandError.failed("the gradient of 'ce' is 0, so that no other can be a share of it")
    }
    return zip(terms, summands).enumerated().map { position, pair in
      let (term, summand) = pair
      guard position != index else { return summand.weight }
      guard let norm = term.gradientNorm?.mean, norm > 0 else { return nil }
      return Double(
        NumberFormat.significant(summand.weight * share * reference / norm, digits: 2))
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

  /// The same for a program. What only several batches have, or what only was asked for, is not there otherwise.
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
