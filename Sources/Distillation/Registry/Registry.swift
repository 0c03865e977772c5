/// What formulas can name: papers and their terms, knowledge, relations and matchers.
///
/// A value: ``linked`` has every paper that is linked into the program, and
/// `Registry(papers: [RKD.self])` exactly those named.
public struct Registry: Sendable {
  /// The papers, by name.
  public let papers: [any PaperModule.Type]

  /// Every term that a formula can call, by name: papers, their parts, and the standard ones.
  public let terms: [String: any NamedTerm.Type]
  public let knowledge: [String: any (Knowledge & Configurable).Type]
  public let relations: [String: any (Relation & Configurable).Type]
  public let matchers: [String: any (Matcher & Configurable).Type]

  /// These papers beside the standard terms.
  ///
  /// - Precondition: No two have one name.
  public init(papers: [any PaperModule.Type]) {
    self.papers = papers.sorted { $0.name < $1.name }
    terms = Self.byName(
      Standard.terms + papers.flatMap { paper -> [any NamedTerm.Type] in [paper] + paper.parts })
    knowledge = Self.byName(Standard.knowledge + papers.flatMap { $0.knowledge })
    relations = Self.byName(Standard.relations + papers.flatMap { $0.relations })
    matchers = Self.byName(Standard.matchers + papers.flatMap { $0.matchers })
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
        preconditionFailure(
          """
          [registry] '\(name)' is both \(String(reflecting: previous)) and \
          \(String(reflecting: type)): one of them needs another name
          """)
      }
    }
    return table
  }
}
