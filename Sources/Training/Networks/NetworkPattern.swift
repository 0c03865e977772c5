import Tensors

/// How the names of a kind of networks are written: `wrn<6n+4>-<k>:<width>`, with a size in place of
/// each word in angle brackets. Before `…`, the last of several sizes stands any number of times.
struct NetworkPattern {
  /// The text before each size.
  private let literals: [String]
  /// The text behind the last size.
  private let end: String
  /// The text before each size that may follow these.
  private let repeated: String?

  init(_ text: String) {
    let isRepeated = text.last == "…"
    let pieces = (isRepeated ? text.dropLast() : text[...])
      .split(separator: "<", omittingEmptySubsequences: false)
    var (literals, rest) = ([String](), pieces.first.map { String($0) } ?? "")
    for piece in pieces.dropFirst() {
      literals.append(rest)
      guard let close = piece.firstIndex(of: ">") else {
        fatalError("[networks] '\(text)' has a '<' without a '>'")
      }
      rest = String(piece[piece.index(after: close)...])
    }
    repeated = isRepeated ? literals.last : nil
    if isRepeated, literals.count > 1 { literals.removeLast() }
    (self.literals, end) = (literals, rest)
  }

  /// The word with which the names begin: `resnet`, `mlp`.
  var word: String { String((literals.first ?? end).prefix { $0.isLetter || $0.isNumber }) }

  /// The sizes in a name; `nil` if it is written otherwise. A name may leave out the last size if `last`
  /// says what it is then.
  func sizes(in name: String, last: Int? = nil) -> [Int]? {
    var (rest, sizes) = (name[...], [Int]())
    func takes(_ literal: String) -> Bool {
      guard rest.hasPrefix(literal) else { return false }
      let behind = rest.dropFirst(literal.count)
      let digits = behind.prefix { $0.isASCII && $0.isNumber }
      guard let size = Int(digits) else { return false }
      sizes.append(size)
      rest = behind.dropFirst(digits.count)
      return true
    }
    for (index, literal) in literals.enumerated() where !takes(literal) {
      guard index == literals.count - 1, rest == end, let last else { return nil }
      return sizes + [last]
    }
    if let repeated { while takes(repeated) {} }
    return rest == end ? sizes : nil
  }
}
