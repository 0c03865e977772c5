import Distillation
import Reports
import Tensors
import Training

/// The value of a loss, and its gradients where they were asked for.
struct LossResult {
  struct Term {
    let name: String
    let weight: Double
    /// Before the weight.
    let value: Double
  }

  let value: Double
  let terms: [Term]
  /// At each output of the student.
  let gradients: [String: Tensor]

  init(
    _ graph: LossGraph, _ student: Outputs, _ teacher: Outputs, withGradients: Bool
  ) throws {
    if withGradients {
      let evaluation = try graph.evaluate(student: student, teacher: teacher)
      terms = evaluation.terms.map { Term(name: $0.name, weight: $0.weight, value: $0.value) }
      gradients = evaluation.gradients.tensors
    } else {
      terms = try graph(student: student, teacher: teacher).terms.map {
        Term(name: $0.name, weight: $0.weight, value: Double($0.value.scalar))
      }
      gradients = [:]
    }
    value = terms.reduce(0) { $0 + $1.weight * $1.value }
  }

  /// The inputs were finite: what is not, now, is beyond Float32.
  func checkFinite() throws(CommandError) {
    for term in terms where !term.value.isFinite {
      let value = NumberFormat.fixed(term.value, digits: 0)
      throw .failed("'\(term.name)' overflows: its value is \(value)")
    }
    for (name, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
      guard let (index, value) = gradient.firstNonFinite else { continue }
      let text = NumberFormat.fixed(Double(value), digits: 0)
      throw .failed("the gradient at '\(name)' overflows: it holds \(text) at \(index)")
    }
  }

  var table: Table {
    var table = Table(["term", .number("weight"), .number("value"), .number("weighted")])
    let text = { NumberFormat.significant($0, digits: 7) }
    for term in terms {
      let weighted = term.weight * term.value
      table.append(
        [term.name, Distillation.describe(term.weight), text(term.value), text(weighted)])
    }
    table.append(["total", "", "", text(value)])
    return table
  }

  var json: JSON {
    let terms = terms.map { term in
      JSON.object([
        ("name", .string(term.name)), ("weight", .number(term.weight)),
        ("value", .number(term.value)),
      ])
    }
    return .object([("value", .number(value)), ("terms", .array(terms))])
  }
}
