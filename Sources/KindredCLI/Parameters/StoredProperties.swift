/// A stored property, or a case of an enumeration, as its source declares it.
struct StoredProperty: Equatable {
  let name: String
  /// The documentation comment above its declaration, which it may share with others.
  let comment: String
  /// Its initial value, or the default of the argument of `init` that has its name.
  var initialValue: String?
}

/// Finds the stored properties and the cases of the types that a Swift source declares or extends.
///
/// It knows as much of the language as that takes: bodies of functions and computed properties are
/// skipped, and what it does not know is passed over.
struct StoredProperties {
  /// By the type's path within its module: `RKD.Potentials`.
  private(set) var byType: [String: [StoredProperty]] = [:]

  private let tokens: [SwiftToken]
  private var index = 0
  /// The defaults of the arguments of each type's `init`, by name.
  private var defaults: [String: [String: String]] = [:]

  init(of source: String) {
    tokens = SwiftTokens.of(source)
    members(of: [])
    for (type, values) in defaults {
      byType[type] = byType[type]?.map { property in
        var property = property
        property.initialValue = property.initialValue ?? values[property.name]
        return property
      }
    }
  }

  private var token: SwiftToken? { index < tokens.count ? tokens[index] : nil }

  private mutating func next() -> SwiftToken? {
    guard let token else { return nil }
    index += 1
    return token
  }

  /// Reads declarations to the brace that closes the type, or to the end of the source.
  private mutating func members(of path: [String]) {
    var comment: [String] = []
    var isStatic = false
    while let token = next() {
      switch token {
      case .documentation(let line):
        comment.append(line)
        continue
      case .newline:
        // A comment belongs to what follows it at once.
        if case .newline = self.token { comment = [] }
        continue
      case .symbol("@"):
        _ = next()
        if self.token == .symbol("(") { skipGroup() }
        continue
      case .symbol("}"):
        return
      case .symbol("{"), .symbol("("), .symbol("["):
        index -= 1
        skipGroup()
      case .word("static"), .word("class"):
        if case .word(let following) = self.token, token == .word("class"),
          !["func", "var", "let", "subscript"].contains(following)
        {
          type(in: path)
        } else {
          isStatic = true
          continue
        }
      case .word("struct"), .word("enum"), .word("actor"), .word("extension"), .word("protocol"):
        type(in: path)
      case .word("var"):
        variables(of: path, comment: Self.firstParagraph(comment), isStatic: isStatic)
      case .word("case"):
        cases(of: path, comment: Self.firstParagraph(comment))
      case .word("init"):
        initializer(of: path)
      case .word(let word) where Self.modifiers.contains(word):
        if self.token == .symbol("(") { skipGroup() }
        continue
      default: break
      }
      comment = []
      isStatic = false
    }
  }

  private static let modifiers: Set<String> = [
    "public", "package", "internal", "fileprivate", "private", "open", "final", "lazy", "weak",
    "unowned", "nonisolated", "override", "required", "convenience", "indirect",
  ]

  /// The lines of a comment up to an empty one, as one text without marks of code.
  private static func firstParagraph(_ comment: [String]) -> String {
    comment.prefix { !$0.isEmpty }.joined(separator: " ")
      .replacing("``", with: "").replacing("`", with: "'")
  }

  private mutating func type(in path: [String]) {
    var name: [String] = []
    while case .word(let word) = token, name.isEmpty || tokens[index - 1] == .symbol(".") {
      name.append(word)
      index += 1
      if token == .symbol(".") { index += 1 }
    }
    while let token, token != .symbol("{") {
      // What is declared here has no body: it was no type.
      if token == .symbol("}") { return }
      index += 1
    }
    _ = next()
    members(of: path + name)
  }

  /// Skips what stands between a bracket and the one that closes it, both included.
  private mutating func skipGroup() {
    var depth = 0
    while let token = next() {
      switch token {
      case .symbol("("), .symbol("["), .symbol("{"): depth += 1
      case .symbol(")"), .symbol("]"), .symbol("}"): depth -= 1
      default: break
      }
      if depth == 0 { return }
    }
  }
}

// MARK: - Variables

extension StoredProperties {
  /// Reads the variables of one declaration, up to its end.
  private mutating func variables(of path: [String], comment: String, isStatic: Bool) {
    repeat {
      while token == .newline { index += 1 }
      guard case .word(let name) = next() else { return }
      let (value, isStored) = declared()
      guard isStored, !isStatic else { continue }
      byType[path.joined(separator: "."), default: []].append(
        StoredProperty(name: name, comment: comment, initialValue: value))
    } while endsWithComma()
  }

  private mutating func endsWithComma() -> Bool {
    guard token == .symbol(",") else { return false }
    index += 1
    return true
  }

  /// Reads a variable's type and initial value, up to the comma or the end of the line after it.
  private mutating func declared() -> (value: String?, isStored: Bool) {
    var value: String?
    var angles = 0
    while let token {
      switch token {
      case .symbol(","):
        if angles == 0 { return (value, true) }
      case .symbol("}"):
        return (value, true)
      case .newline:
        if !continues { return (value, true) }
      case .symbol("{"):
        skipGroup()
        if value == nil { return (nil, false) }
        continue
      case .symbol("("), .symbol("["):
        let text = group()
        value? += text
        continue
      case .symbol("="):
        if value == nil, angles == 0 {
          index += 1
          value = ""
          continue
        }
      case .symbol("<"):
        if value == nil { angles += 1 }
      case .symbol(">"):
        if value == nil, angles > 0 { angles -= 1 }
      default: break
      }
      value? += Self.text(of: token)
      index += 1
    }
    return (value, true)
  }

  /// Whether the line that ends here goes on in the next.
  private var continues: Bool {
    let before = index > 0 ? tokens[index - 1] : .newline
    let after = tokens[index...].first { $0 != .newline }
    return [.symbol("="), .symbol(":"), .symbol("+")].contains(before) || after == .symbol(".")
      || after == .symbol("+") || after == .symbol("=")
  }

  /// The text of a group, which is skipped.
  private mutating func group() -> String {
    let start = index
    skipGroup()
    return tokens[start..<index].map(Self.text).joined()
  }

  private static func text(of token: SwiftToken) -> String {
    switch token {
    case .word(let word): word
    case .symbol(let symbol): String(symbol)
    case .text: "\"\""
    case .documentation, .newline: ""
    }
  }
}

// MARK: - Cases

extension StoredProperties {
  /// Reads the cases of one declaration, without their values.
  private mutating func cases(of path: [String], comment: String) {
    repeat {
      while token == .newline { index += 1 }
      guard case .word(let name) = next() else { return }
      byType[path.joined(separator: "."), default: []].append(
        StoredProperty(name: name, comment: comment))
      while let token, token != .symbol(","), token != .newline, token != .symbol("}") {
        if token == .symbol("(") { skipGroup() } else { index += 1 }
      }
    } while endsWithComma()
  }
}

// MARK: - Initialisers

extension StoredProperties {
  /// Reads the defaults of the arguments of an `init`, and skips its body.
  private mutating func initializer(of path: [String]) {
    while let token, token != .symbol("(") {
      if token == .newline || token == .symbol("}") { return }
      index += 1
    }
    index += 1
    while let token, token != .symbol(")") {
      argument(of: path)
      if self.token == .symbol(",") { index += 1 }
    }
    index += 1
  }

  private mutating func argument(of path: [String]) {
    var name: String?
    var value: String?
    while let token, token != .symbol(","), token != .symbol(")") {
      switch token {
      case .symbol("("), .symbol("["), .symbol("{"):
        let text = group()
        value? += text
        continue
      case .symbol("=") where value == nil: value = ""
      case .word(let word) where name == nil: name = word
      default: value? += Self.text(of: token)
      }
      index += 1
    }
    guard let name, let value else { return }
    defaults[path.joined(separator: "."), default: [:]][name] = value
  }
}
