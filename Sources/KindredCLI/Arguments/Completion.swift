/// The words that a shell offers while the value of a parameter is typed. It always offers the words
/// that the value's type allows, so that a parameter names only others.
public struct Completion: Sendable {
  enum Offer: Equatable, Sendable {
    case nothing
    /// Files whose names end so, each with its dot; any file if there are no endings.
    case files([String])
    case folders
    case words([String])
    /// Names of these kinds, alone or at the end of a formula.
    case names([Catalogue.Kind])
  }

  let offer: Offer

  /// Any text: a number, or a name that does not exist yet.
  public static let nothing = Completion(offer: .nothing)

  /// Folders alone.
  public static let folders = Completion(offer: .folders)

  /// Files whose names end so, each with its dot; any file unless stated.
  public static func files(_ endings: String...) -> Completion {
    Completion(offer: .files(endings))
  }

  /// These words.
  public static func words(_ words: [String]) -> Completion { Completion(offer: .words(words)) }

  /// A recipe, as a file.
  static let recipes = files(".json5", ".json")

  /// Tensors in a file, in every format that is read.
  static let tensors = files(".npy", ".npz", ".safetensors")

  /// A formula, or a term's name alone.
  static let formulas = names(.terms, .weights)

  static func names(_ kinds: Catalogue.Kind...) -> Completion { Completion(offer: .names(kinds)) }
}
