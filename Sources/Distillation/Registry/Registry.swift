/// The parts of losses that formulas can name: papers and their terms, knowledge, relations and matchers.
///
/// ``linked`` has every paper that is linked into the program, and `Registry(papers: [RKD.self])` has
/// exactly the papers that it names.
public struct Registry: Sendable {
  /// The papers, by name.
  public let papers: [any PaperModule.Type]

  /// Every term that a formula can call, by name: papers, their summands, and the standard ones.
  public let terms: [String: any NamedTerm.Type]
  /// Every knowledge that a formula can name, by name.
  public let knowledge: [String: any (Knowledge & Configurable).Type]
  /// Every relation that a formula can name, by name.
  public let relations: [String: any (Relation & Configurable).Type]
  /// Every matcher that a formula can name, by name.
  public let matchers: [String: any (Matcher & Configurable).Type]

  /// Makes a registry of these papers and of all that every registry has: the standard terms, knowledge,
  /// relations and matchers.
  ///
  /// - Precondition: No two parts have the same name.
  public init(papers: [any PaperModule.Type]) {
    self.papers = papers.sorted { $0.name < $1.name }
    let parts = Standard.parts + papers.flatMap { [$0] + $0.brings }
    terms = Self.byName(parts.compactMap { $0 as? any NamedTerm.Type })
    knowledge = Self.byName(parts.compactMap { $0 as? any (Knowledge & Configurable).Type })
    relations = Self.byName(parts.compactMap { $0 as? any (Relation & Configurable).Type })
    matchers = Self.byName(parts.compactMap { $0 as? any (Matcher & Configurable).Type })
  }

  /// Every paper whose module is linked.
  public static let linked = Registry(papers: linkedPapers())

  /// This registry with more papers.
  public func adding(_ papers: [any PaperModule.Type]) -> Registry {
    Registry(papers: self.papers + papers)
  }

  private static func byName<Kind>(_ types: [Kind]) -> [String: Kind] {
    var table: [String: Kind] = [:]
    for type in types {
      guard let name = (type as? any Named.Type)?.name else { continue }
      if let previous = table.updateValue(type, forKey: name) {
        fatalError(
          """
          [registry] '\(name)' is both \(String(reflecting: previous)) and \
          \(String(reflecting: type)): one of them needs another name
          """)
      }
    }
    return table
  }
}
