import Distillation
import Reports
import Tensors

extension LossEvaluation {
  /// Checks that the result is finite. The inputs were, so a number that is not exceeds Float32.
  func checkFinite() throws(CommandError) {
    for term in terms {
      guard let number = term.value, !number.isFinite else { continue }
      let value = NumberFormat.fixed(number, digits: 0)
      throw .failed("'\(term.name)' overflows: its value is \(value)")
    }
    for (name, gradient) in gradients.tensors.sorted(by: { $0.key < $1.key }) {
      guard let (index, value) = gradient.firstNonFinite else { continue }
      let text = NumberFormat.fixed(Double(value), digits: 0)
      throw .failed("the gradient at '\(name)' overflows: it holds \(text) at \(index)")
    }
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
