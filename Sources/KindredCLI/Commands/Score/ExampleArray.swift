import Distillation
import TensorFiles
import Tensors

/// An array that describes each example, for instance by its label, exactly as a file holds it.
struct ExampleArray {
  /// The name of the array that holds the class of each example.
  static let labels = "labels"

  /// The names of such arrays. If two files hold the same one, they must agree, because both
  /// describe the same examples.
  static let names =
    namesOfLabels + [
      "ids", "id", "index", "indices", "keys", "names", "paths", "files", "filenames",
    ]

  private static let namesOfLabels = [labels, "label", "targets", "target", "y"]

  /// Whether a floating-point array of this name and shape may describe the examples. Labels may have several
  /// numbers an example, and whatever else has several is an output.
  static func mayBe(_ name: String, shape: [Int]) -> Bool {
    namesOfLabels.contains(name) || shape.dropFirst().allSatisfy { $0 == 1 }
  }

  let name: String
  let path: String
  let content: StoredValues

  init(_ name: String, of file: TensorFile) throws(TensorFileError) {
    self.name = name
    self.path = file.path
    do {
      content = try file.values(name)
    } catch let error as TensorFileError {
      throw error
    } catch {
      throw .malformed(file: file.path, tensor: name, problem: "\(error)")
    }
  }

  /// The place of the array, for errors.
  var place: String {
    name == TensorFile.unnamed
      ? "'\(path.visible)'" : "'\(path.visible)', tensor '\(name.visible)'"
  }

  /// Describes how this array differs from one of another file, or returns `nil` if they agree.
  /// Columns N×1 count as vectors, and equal numbers of different types as equal.
  func difference(from other: ExampleArray) -> String? {
    func lengths(_ content: StoredValues) -> [Int] { content.shape.filter { $0 != 1 } }
    guard lengths(content) == lengths(other.content) else {
      return "the first has shape \(content.shape) and the second \(other.content.shape)"
    }
    let pairs = zip(content.values, other.content.values)
    guard let (offset, pair) = pairs.enumerated().first(where: { "\($1.0)" != "\($1.1)" }) else {
      return nil
    }
    // A dense label has several values for each example.
    let example = offset / (content.values.count / max(content.shape.first ?? 1, 1))
    let (first, second) = ("\(pair.0)".visible, "\(pair.1)".visible)
    return "example \(example) is \(first) in the first and \(second) in the second"
  }
}

extension ExampleArray {
  /// An array of a file by its name; `nil` if the file has none.
  typealias Lookup = (String) -> Result<ExampleArray, TensorFileError>?

  /// Checks that the labels, paths and similar arrays of two files agree.
  static func checkSame(_ first: Lookup, _ second: Lookup) throws {
    for name in names {
      guard case .success(let one)? = first(name), case .success(let other)? = second(name),
        // A single number describes the whole file, not its examples.
        !one.content.shape.isEmpty, !other.content.shape.isEmpty,
        let difference = one.difference(from: other)
      else { continue }
      throw CommandError.badData(
        "the '\(name)' of '\(one.path)' and '\(other.path)' disagree: \(difference)")
    }
  }
}

/// The class of each example of a batch, or of each of its tokens or pixels.
struct LabelsFile {
  let array: ExampleArray
  let labels: [Int]

  /// The place of the labels, for errors.
  var place: String { array.place }

  /// Returns the labels in a file, or what is wrong with them: that matters only to a loss that
  /// reads labels.
  ///
  /// - Throws: ``FileError`` if the file itself cannot be read.
  static func read(_ path: String) throws -> Result<LabelsFile, any Error> {
    do {
      return .success(try LabelsFile(ExampleArray.lonelyOrLabels(in: TensorFile(path))))
    } catch let error as FileError {
      throw error
    } catch {
      return .failure(error)
    }
  }

  init(_ array: ExampleArray) throws(CommandError) {
    let (place, content) = (array.place, array.content)
    guard !content.shape.isEmpty else { throw CommandError.badData(Self.misshapen(array)) }
    self.array = array
    var labels: [Int] = []
    labels.reserveCapacity(content.values.count)
    for (index, value) in content.values.enumerated() {
      guard let label = Self.label(value, distinctBelow: content.distinctBelow) else {
        guard content.shape.count(where: { $0 != 1 }) <= 1 else {
          throw CommandError.badData(Self.misshapen(array))
        }
        throw CommandError.badData("\(place) holds \(value) at [\(index)]; \(Self.rule(value))")
      }
      labels.append(label)
    }
    self.labels = labels
  }

  /// What is wrong with the shape of the labels, for so many examples; `nil` if there is one for each, or
  /// for each token N×T or pixel N×H×W of the logits.
  func problem(of examples: Int, at place: String, logits: [Int]?) -> String? {
    let axes = array.content.shape.filter { $0 != 1 }
    if let logits, logits.count > 2 {
      let places = logits.count == 3 ? Array(logits[..<2]) : [logits[0]] + logits[2...]
      if axes == places.filter({ $0 != 1 }) { return nil }
    }
    guard axes.count <= 1 else { return Self.misshapen(array) }
    guard labels.count != examples else { return nil }
    return "\(self.place) has \(labels.count) examples, but \(place) has \(examples)"
  }

  private static func misshapen(_ array: ExampleArray) -> String {
    "\(array.place) has shape \(array.content.shape); labels are one whole number an example"
  }

  /// The whole number that equals a value. It is `nil` if there is none, or if the value may have
  /// been another number before it was rounded to its floating-point type.
  private static func label(_ value: StoredValue, distinctBelow limit: Double?) -> Int? {
    switch value {
    case .whole(let number): number
    case .real(let number, _): number.magnitude < limit ?? 0 ? Int(exactly: number) : nil
    case .large, .text: nil
    }
  }

  /// Says what labels may be, for a value that is not a label.
  private static func rule(_ value: StoredValue) -> String {
    switch value {
    case .large: "labels are whole numbers up to \(Int.max)"
    case .text: "labels are whole numbers: np.unique(array, return_inverse=True)[1]"
    case .real(let number, _) where number == number.rounded() && number.isFinite:
      """
      from there on its floating-point type does not tell whole numbers apart, so that labels may \
      have been rounded: save them as int64
      """
    case .whole, .real: "labels are whole numbers"
    }
  }
}

extension ExampleArray {
  /// The only array of a file, or its array `labels` if it has several.
  static func lonelyOrLabels(in file: TensorFile) throws -> ExampleArray {
    let names = file.names
    let name = names.count == 1 ? names[0] : labels
    guard file.contains(name) else {
      throw CommandError.badData(
        "'\(file.path)': \(DistillationError.missingOutput(name, available: names.sorted()))")
    }
    return try ExampleArray(name, of: file)
  }
}
