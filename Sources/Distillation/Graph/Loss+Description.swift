import Tensors

// A loss prints as a person would write it: 1.738 = 0.9·kd 0.903 + 25·rkd.distance 0.0111.

extension LossGraph: CustomStringConvertible {
  /// The formula.
  public var description: String { formula }
}

extension Loss: CustomStringConvertible {
  /// The value, and each term with its weight and its own value.
  public var description: String {
    equation(
      Double(total.scalar), price: price,
      terms.map { ($0.name, $0.weight, $0.value.map { Double($0.scalar) }) })
  }
}

extension LossEvaluation: CustomStringConvertible {
  /// The value, and each term with its weight and its own value.
  public var description: String {
    equation(value, price: price, terms.map { ($0.name, $0.weight, $0.value) })
  }
}

extension Loss.Term: CustomStringConvertible {
  /// The weight, the name and the value: `0.9·kd 0.903`.
  public var description: String {
    Distillation.text(ofTerm: name, weight: weight, value: value.map { Double($0.scalar) })
  }
}

extension LossEvaluation.Term: CustomStringConvertible {
  /// The weight, the name and the value: `0.9·kd 0.903`.
  public var description: String { Distillation.text(ofTerm: name, weight: weight, value: value) }
}

extension Outputs: CustomStringConvertible {
  /// The names and shapes of the tensors, and whether there are labels: `embedding 128×64, labels`.
  public var description: String {
    let shapes = tensors.sorted { $0.key < $1.key }.map { name, tensor in
      let shape = tensor.shape.map { "\($0)" }.joined(separator: "×")
      return shape.isEmpty ? name : "\(name) \(shape)"
    }
    let all = shapes + (labels == nil ? [] : ["labels"])
    return all.isEmpty ? "no outputs" : all.joined(separator: ", ")
  }
}

extension TermBalance: CustomStringConvertible {
  /// `kd: 13 % of the value, gradient 0.4, cosine 0.93`; what is not known is left out.
  public var description: String {
    let parts = [
      share.map { "\((100 * $0).text(figures: 4)) % of the value" },
      gradientNorm.map { "gradient \($0.text(figures: 4))" },
      cosine.map { "cosine \($0.text(figures: 4))" },
    ].compactMap { $0 }
    return "\(name): \(parts.isEmpty ? "not evaluated" : parts.joined(separator: ", "))"
  }
}

private func text(ofTerm name: String, weight: Double, value: Double?) -> String {
  let weight = weight == 1 ? "" : "\(weight.text(figures: 4))·"
  return "\(weight)\(name)" + (value.map { " \($0.text(figures: 4))" } ?? "")
}

private func equation(
  _ value: Double, price: Double, _ terms: [(name: String, weight: Double, value: Double?)]
) -> String {
  var text = "\(value.text(figures: 4)) ="
  for (index, term) in terms.enumerated() {
    let isSubtracted = term.weight < 0
    text += index > 0 ? (isSubtracted ? " − " : " + ") : isSubtracted ? " −" : " "
    text += Distillation.text(ofTerm: term.name, weight: abs(term.weight), value: term.value)
  }
  if terms.isEmpty { text += " no term" }
  return price == 0 ? text : text + " \(price < 0 ? "−" : "+") ½Σs \(abs(price).text(figures: 4))"
}
