/// A paper: its whole loss with the published weights, and what it brings to other losses.
///
/// A paper is a module of its own, with one file that reads like the paper. Linking the module
/// registers it, by an entry in `Registration.swift` beside it:
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

  /// The types that formulas may name beside the paper itself; none unless stated. They are summands to
  /// call alone, such as `rkd.distance`, and knowledge, relations and matchers for `match(…)`.
  static var brings: [any Part.Type] { get }
}

extension PaperModule {
  public static var brings: [any Part.Type] { [] }

  /// The summands that formulas may call alone.
  package static var summands: [any NamedTerm.Type] {
    brings.compactMap { $0 as? any NamedTerm.Type }
  }
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
