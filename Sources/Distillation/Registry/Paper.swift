/// A paper: its whole loss with the published weights, and what it brings to other losses.
///
/// A paper is a module of its own, with one file that reads like the paper. Linking the module
/// registers it, by an entry at the end of the file:
///
///     #if objectFormat(MachO)
///     @section("__DATA_CONST,kindred_papers")
///     #else
///     @section("kindred_papers")
///     #endif
///     @used let registration: PaperEntry = { RKD.register(in: $0) }
public protocol PaperModule: NamedTerm {
  /// Where the method was published.
  static var citation: Citation { get }

  /// The summands that formulas may call alone: `rkd.distance`.
  static var parts: [any NamedTerm.Type] { get }

  /// What `match(…)` may use, in any formula.
  static var knowledge: [any (Knowledge & Configurable).Type] { get }
  static var relations: [any (Relation & Configurable).Type] { get }
  static var matchers: [any (Matcher & Configurable).Type] { get }
}

extension PaperModule {
  public static var parts: [any NamedTerm.Type] { [] }
  public static var knowledge: [any (Knowledge & Configurable).Type] { [] }
  public static var relations: [any (Relation & Configurable).Type] { [] }
  public static var matchers: [any (Matcher & Configurable).Type] { [] }
}

/// Where a method was published.
public struct Citation: Hashable, Sendable {
  public let title: String
  public let authors: String
  public let venue: String
  public let url: String

  public init(_ title: String, _ authors: String, _ venue: String, _ url: String) {
    (self.title, self.authors, self.venue, self.url) = (title, authors, venue, url)
  }
}
