import Reports

/// The command `kindred layers`.
struct Layers: Command {
  let name = "layers"
  let summary = "Says which layers of two networks are alike, and which to match."
  let discussion = """
    A file is .npz or .safetensors with the layers of one network by name, on the
    same examples in the same order: stage1, stage2, embedding, logits. Every
    floating-point array N x D or N x C x H x W is a layer. Tokens, labels, ids and
    masks are none.

    Two layers are alike if they relate the examples in the same way: by inner
    products (cka), distances (rkd), or rows of inner products, each of length 1
    (sp). The number is 1 for layers that are equal up to a rotation. It is near 0
    for layers that have nothing to do with each other: with 20 examples, chance
    alone makes about 0.08. A layer that is not clearly above chance is like none.
    Sizes of layers may differ.

    Of many examples, --examples are drawn, always the same.

    Examples:
      kindred layers --student s.npz --teacher t.npz
      kindred layers --student s.npz --teacher t.npz --format svg > l.svg
    """

  enum Format: String, CaseIterable, ArgumentValue { case text, json, svg }

  let student = Parameter<String>.option(
    "student", "FILE", completion: .tensors, "The student's layers.")
  let teacher = Parameter<String>.option(
    "teacher", "FILE", completion: .tensors, "The teacher's layers.")
  let measure = Parameter<LayerSimilarities.Measure>.option(
    "by", default: .cka, "The relation by which layers are compared.")
  let examples = Parameter<PositiveInteger>.option(
    "examples", "N", default: 2048, "The greatest number of examples that are compared.")
  let format = Parameter<Format>.option(
    "format", default: .text, "How the similarities are written.")

  func run(_ arguments: Arguments, console: Console) throws {
    let files = try LayerFiles(student: arguments[student], teacher: arguments[teacher])
    guard arguments[examples].value > 3 else {
      throw CommandError.invalidUse(
        "'--examples' takes 4 or more: estimates without bias need them")
    }
    let chosen = files.chosen(atMost: arguments[examples].value)
    try files.checkMemory(examples: chosen?.count ?? files.student.counts.first?.count ?? 0)
    let similarities = LayerSimilarities(
      student: try files.student.layers(chosen), teacher: try files.teacher.layers(chosen),
      by: arguments[measure])
    switch arguments[format] {
    case .text: try console.write(similarities.text(width: console.textWidth))
    case .json: try console.write(similarities.json.text + "\n")
    case .svg: try console.write(similarities.svg)
    }
  }
}

extension LayerSimilarities.Measure: ArgumentValue {}

extension LayerSimilarities {
  fileprivate func text(width: Int) -> String {
    var table = Table([Table.Column("student")] + teacher.map { .number($0) })
    for (name, row) in zip(student, values) {
      table.append(
        [name] + row.map { $0.map { NumberFormat.fixed($0, digits: 3) } ?? "–" })
    }
    let advice = zip(student, choices).map { name, choice in
      let sentence =
        choice.map { "\(name): \($0.formula(measure)) – \(reason($0))." }
        ?? "\(name): no layer of the teacher is like it."
      return sentence.wrapped(toDisplayWidth: width).joined(separator: "\n") + "\n"
    }
    return table.text(width: width) + "\n" + advice.joined()
  }

  /// Why a layer is chosen: "the most alike, 0.82; the next is stage2, 0.71".
  private func reason(_ choice: Choice) -> String {
    let number = { NumberFormat.fixed($0, digits: 3) }
    return "the most alike, \(number(choice.similarity))"
      + (choice.next.map { "; the next is \($0.name), \(number($0.similarity))" } ?? "")
  }

  fileprivate var json: JSON {
    let rows = values.map { JSON.array($0.map { $0.map { .number($0) } ?? .null }) }
    let choices = choices.compactMap { $0 }.map { choice in
      JSON.object([
        ("student", .string(choice.student)), ("teacher", .string(choice.teacher)),
        ("similarity", .number(choice.similarity)),
        ("formula", .string(choice.formula(measure))), ("reason", .string(reason(choice))),
      ])
    }
    return .object([
      ("by", .string(measure.rawValue)), ("examples", .integer(examples)),
      ("student", .array(student.map { .string($0) })),
      ("teacher", .array(teacher.map { .string($0) })), ("similarity", .array(rows)),
      ("recommended", .array(choices)),
    ])
  }
}
