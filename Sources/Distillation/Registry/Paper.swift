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
  /// The publication of the method.
  static var citation: Citation { get }

  /// The types that formulas may name beside the paper itself; none unless stated. They are summands that
  /// can be called alone, such as `rkd.distance`, and knowledge, relations and matchers for `match(…)`.
  static var brings: [any Part.Type] { get }
}

extension PaperModule {
  public static var brings: [any Part.Type] { [] }

  /// The summands that formulas may call alone.
  package static var summands: [any NamedTerm.Type] {
    brings.compactMap { $0 as? any NamedTerm.Type }
  }
}

/// The publication of a method.
public struct Citation: Hashable, Sendable {
  /// The title of the publication.
  public let title: String
  /// The family names of the authors, with commas between them.
  public let authors: String
  /// The conference or journal, and the year.
  public let venue: String
  /// An address at which the publication or its code can be read.
  public let url: String

  /// Makes a citation of its title, authors, venue and address, in this order.
  public init(_ title: String, _ authors: String, _ venue: String, _ url: String) {
    (self.title, self.authors, self.venue, self.url) = (title, authors, venue, url)
  }
}
