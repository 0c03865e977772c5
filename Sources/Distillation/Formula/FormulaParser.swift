/// Reads a formula from left to right.
struct FormulaParser {
  private let formula: String
  private let characters: [Character]
  private var position = 0
  private var depth = 0

  static func parse(_ formula: String) throws -> FormulaSyntax {
    var parser = FormulaParser(formula)
    let syntax = try parser.sum()
    parser.skipSpace()
    guard parser.position == parser.characters.count else {
      let character = parser.characters[parser.position]
      throw parser.error(
        character == ")"
          ? "')' closes nothing" : "expected '+', '-', '*' or '/', not '\(character)'")
    }
    return syntax
  }

  private init(_ formula: String) {
    self.formula = formula
    characters = Array(formula)
  }

  private mutating func sum() throws -> FormulaSyntax {
    // A formula may come from anywhere. A bound on its nesting keeps it from exhausting the stack.
    depth += 1
    defer { depth -= 1 }
    guard depth <= 64 else { throw error("the parentheses are nested too deeply") }
    var terms = [try product()]
    let column = terms[0].column
    while let sign = accept("+") ?? accept("-") ?? accept("−") {
      let start = position
      let term = try product()
      terms.append(sign == "+" ? term : .negative(term, column: start))
    }
    return terms.count == 1 ? terms[0] : .sum(terms, column: column)
  }

  private mutating func product() throws -> FormulaSyntax {
    var result = try factor()
    var factors = 1
    while let sign = accept("*") ?? accept("·") ?? accept("×") ?? accept("/") {
      let column = position
      factors += 1
      guard factors <= 64 else { throw error("a product of more than 64 factors") }
      let next = try factor()
      result =
        sign == "/"
        ? .quotient(result, next, column: column) : .product(result, next, column: column)
    }
    return result
  }

  private mutating func factor() throws -> FormulaSyntax {
    skipSpace()
    let column = position + 1
    guard let next = peek else { throw error("the formula ends where a term should be") }
    if next == "(" {
      position += 1
      let inner = try sum()
      try expect(")", closing: column)
      return inner
    }
    if next == "-" || next == "−" {
      position += 1
      depth += 1
      defer { depth -= 1 }
      guard depth <= 64 else { throw error("there are too many signs") }
      return .negative(try factor(), column: column)
    }
    if next.isNumber || next == "." { return .number(try number(), column: column) }
    if next.isLetter || next == "_" { return try call() }
    throw error("expected a number, a name or '(', not '\(next)'")
  }

  private mutating func number() throws -> Setting {
    let start = position
    while let next = peek, next.isNumber || next == "." { position += 1 }
    if let next = peek, next == "e" || next == "E" {
      position += 1
      if let sign = peek, sign == "+" || sign == "-" { position += 1 }
      while let next = peek, next.isNumber { position += 1 }
    }
    let text = String(characters[start..<position])
    do {
      return try Setting(decimal: text)
    } catch {
      throw self.error(
        error == .tooSmall ? "'\(text)' is too small" : "'\(text)' is not a finite number",
        at: start)
    }
  }

  private mutating func call() throws -> FormulaSyntax {
    let column = position + 1
    var steps: [FormulaSyntax.Step] = []
    repeat {
      skipSpace()
      let start = position + 1
      let name = try name()
      var arguments: [FormulaSyntax.Argument]?
      if accept("(") != nil { arguments = try self.arguments(closing: position) }
      steps.append(FormulaSyntax.Step(name: name, column: start, arguments: arguments))
      guard steps.count <= 16 else { throw error("a chain of more than 16 parts") }
    } while accept(".") != nil
    return .call(steps, column: column)
  }

  private mutating func name() throws -> String {
    let start = position
    while let next = peek, next.isLetter || next.isNumber || next == "_" || next == "@" {
      position += 1
    }
    guard position > start else { throw error("expected a name") }
    return String(characters[start..<position])
  }

  private mutating func arguments(closing column: Int) throws -> [FormulaSyntax.Argument] {
    var arguments: [FormulaSyntax.Argument] = []
    while accept(")") == nil {
      skipSpace()
      let start = position
      var label: String?
      if let next = peek, next.isLetter {
        label = try name()
        if accept(":") == nil {
          label = nil
          position = start
        }
      }
      arguments.append(
        FormulaSyntax.Argument(label: label, value: try value(), column: start + 1))
      if accept(",") == nil {
        try expect(")", closing: column)
        break
      }
    }
    return arguments
  }

  private mutating func value() throws -> FormulaSyntax {
    skipSpace()
    let column = position + 1
    if accept("[") != nil {
      depth += 1
      defer { depth -= 1 }
      guard depth <= 64 else { throw error("the lists are nested too deeply") }
      var values: [FormulaSyntax] = []
      while accept("]") == nil {
        values.append(try value())
        if accept(",") == nil {
          try expect("]", closing: column)
          break
        }
      }
      return .list(values, column: column)
    }
    if let quote = accept("\"") ?? accept("'") {
      let start = position
      while let next = peek, next != quote { position += 1 }
      guard peek == quote else { throw error("the text is not closed", at: start - 1) }
      defer { position += 1 }
      return .text(String(characters[start..<position]), column: column)
    }
    let sum = try sum()
    guard case .call(let steps, _) = sum, steps.count == 1, steps[0].arguments == nil else {
      return sum
    }
    switch steps[0].name {
    case "true": return .boolean(true, column: column)
    case "false": return .boolean(false, column: column)
    case "none": return .none(column: column)
    default: return sum
    }
  }

  // MARK: - Characters

  private var peek: Character? { position < characters.count ? characters[position] : nil }

  private mutating func skipSpace() {
    while let next = peek, next.isWhitespace { position += 1 }
  }

  private mutating func accept(_ character: Character) -> Character? {
    skipSpace()
    guard peek == character else { return nil }
    position += 1
    return character
  }

  private mutating func expect(_ character: Character, closing column: Int) throws {
    guard accept(character) == nil else { return }
    let opening = character == ")" ? "(" : "["
    throw error(
      peek.map { "expected '\(character)', not '\($0)'" }
        ?? "'\(character)' is missing: the '\(opening)' at column \(column) is not closed")
  }

  private func error(_ problem: String, at position: Int? = nil) -> DistillationError {
    .formula(
      FormulaError(problem: problem, formula: formula, column: (position ?? self.position) + 1))
  }
}
