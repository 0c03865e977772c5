/// The arrays of a file of one format. An array is read only when it is asked for.
protocol ArrayContainer {
  /// The names in the order of the file, each once.
  var names: [String] { get }

  func contains(_ name: String) -> Bool

  /// An array that is there, and a source of the bytes of its elements.
  func open(_ name: String) throws -> (array: StoredArray, elements: any ByteSource)

  var metadata: [String: String] { get }
}

extension ArrayContainer {
  var metadata: [String: String] { [:] }
}

/// The one array of an `.npy` file.
struct NumPyFile: ArrayContainer {
  /// The name that stands for the only array, which has no name.
  static let unnamed = ""

  let file: InputFile

  var names: [String] { [Self.unnamed] }

  func contains(_ name: String) -> Bool { name == Self.unnamed }

  func open(_ name: String) throws -> (array: StoredArray, elements: any ByteSource) {
    var source: any ByteSource = FileSection(file, 0..<file.size)
    return (try NumPyFormat.array(in: &source, size: file.size), source)
  }
}
