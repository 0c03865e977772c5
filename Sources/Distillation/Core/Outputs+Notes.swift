import Tensors

/// The notes that a loss takes of the tokens, pixels and labels of a batch before it evaluates terms.
struct BatchNotes: Sendable {
  /// The places of these labels in the whole batch, if some of it are left out. Errors name them.
  var places: [Int]?

  /// The places that have labels.
  var labeled = LabeledPlaces.examples

  /// Whether some output is tokens, N×T×D.
  var hasTokens = false

  /// The tokens that count, and the pixels; `nil` if all do.
  var countedTokens, countedPixels: CountedPlaces?

  /// The tokens of the other network that count; `nil` if all do.
  var countedBeside: CountedPlaces?

  /// The rows of tokens, and of the pixels of logits, by the name of the output; those that a loss reads. They
  /// go when an output changes.
  var rowsOfPlaces: [String: Tensor] = [:]
}

extension BatchNotes {
  static let none = BatchNotes()

  /// The storage of notes. It is a class so that outputs of plain rows, of which there is nothing to note, are
  /// as cheap to copy as if they had none.
  final class Storage: Sendable {
    let notes: BatchNotes

    init(_ notes: BatchNotes) { self.notes = notes }
  }
}

extension Outputs {
  var notes: BatchNotes {
    _read { if let stored { yield stored.notes } else { yield.none } }
    set { stored = BatchNotes.Storage(newValue) }
  }

  /// Whether tokens, or labels of tokens or pixels, were noted.
  var haveNotedPlaces: Bool {
    guard let stored else { return false }
    return stored.notes.hasTokens || stored.notes.labeled != .examples
  }
}
