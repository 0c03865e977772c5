/// The arrays of a file of one format, of which only those are read that are asked for.
protocol ArrayContainer {
  /// In the order of the file, each once.
  var names: [String] { get }

  func contains(_ name: String) -> Bool

  /// An array that is there, and the bytes of its elements.
  func open(_ name: String) throws -> (array: StoredArray, elements: any ByteSource)

  var metadata: [String: String] { get }
}

extension ArrayContainer {
  var metadata: [String: String] { [:] }
}

/// The one array of an `.npy` file.
struct NumPyFile: ArrayContainer {
  /// The name of the only array, which has none.
  static let unnamed = ""

  let file: InputFile

  var names: [String] { [Self.unnamed] }

  func contains(_ name: String) -> Bool { name == Self.unnamed }

  func open(_ name: String) throws -> (array: StoredArray, elements: any ByteSource) {
    var source: any ByteSource = FileSection(file, 0..<file.size)
    return (try NumPyFormat.array(in: &source, size: file.size), source)
  }
}
