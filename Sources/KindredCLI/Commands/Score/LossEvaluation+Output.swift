import Distillation
import Reports
import Tensors

extension LossEvaluation {
  /// Checks that the result is finite. The inputs were, so a number that is not exceeds Float32.
  func checkFinite() throws(CommandError) {
    if let overflow { throw .failed(overflow) }
  }

  var table: Table {
    var table = Table(["term", .number("weight"), .number("value"), .number("weighted")])
    let text = { NumberFormat.significant($0, digits: 7) }
    for term in terms {
      let numbers = term.value.map { [text($0), text(term.weight * $0)] } ?? ["–", "0"]
      table.append([term.name, Distillation.describe(term.weight)] + numbers)
    }
    table.append(["total", "", "", text(value)])
    return table
  }

  var json: JSON {
    let terms = terms.map { term in
      JSON.object([
        ("name", .string(term.name)), ("weight", .number(term.weight)),
        ("value", term.value.map { .number($0) } ?? .null),
      ])
    }
    return .object([("value", .number(value)), ("terms", .array(terms))])
  }
}
