import Distillation
import Reports
import SystemMemory
import TensorFiles
import Tensors

/// The files of two networks' layers on the same examples.
struct LayerFiles {
  let student, teacher: LayerFile

  /// - Throws: An error if a file cannot be read or has no layer, or if the two are not of the same examples.
  init(student: String, teacher: String) throws {
    self.student = try LayerFile(student)
    self.teacher = try LayerFile(teacher)
    try ExampleArray.checkSame(self.student.exampleArray, self.teacher.exampleArray)
    var first: (place: String, count: Int)?
    for (place, count) in self.student.counts + self.teacher.counts {
      let known = first ?? (place, count)
      guard known.count == count else {
        throw CommandError.badData(
          "\(place) has \(count) examples, but \(known.place) has \(known.count)")
      }
      first = known
    }
    if let (place, count) = first, count < 4 {
      throw CommandError.badData("\(place) has \(count) examples; estimates without bias need 4")
    }
  }

  /// The examples that are compared, drawn once for all; `nil` if all are.
  func chosen(atMost most: Int) -> [Int]? {
    let count = student.counts.first?.count ?? 0
    guard most < count else { return nil }
    var random = Random(seed: 0, "layers")
    var order = Array(0..<count)
    random.shuffle(&order)
    return order.prefix(most).sorted()
  }

  /// - Throws: ``CommandError`` if there is not enough memory to compare so many examples.
  func checkMemory(examples: Int) throws(CommandError) {
    let needed = LayerSimilarities.bytes(examples: examples, layers: teacher.counts.count)
    let available = AvailableMemory.now
    guard !available.holds(needed) else { return }
    throw .failed(
      """
      the relations of \(examples) examples in \(teacher.counts.count) layers take \
      \(needed >> 20) MB, and there are \(available): --examples takes fewer
      """)
  }
}

/// One network's layers on some examples, in a file.
struct LayerFile {
  private let path: String
  private let file: TensorFile
  private let shapes: [(name: String, shape: [Int])]

  init(_ path: String) throws {
    self.path = path
    let file = try TensorFile(path)
    self.file = file
    shapes = file.names.compactMap { name in
      guard !Outputs.descriptions.contains(name),
        let shape = (try? file.floatingPointShape(name)) ?? nil,
        shape.count == 2 || shape.count == 4,
        !ExampleArray.names.contains(name) || !ExampleArray.mayBe(name, shape: shape)
      else { return nil }
      return (name, shape)
    }
    guard !file.holdsOneUnnamedArray else {
      throw CommandError.badData(
        "'\(path.visible)' holds one array without a name: name layers in an .npz or .safetensors file"
      )
    }
    guard !shapes.isEmpty else {
      let names = file.names.sorted().map { "'\($0.visible)'" }
      throw CommandError.badData(
        """
        '\(path.visible)' has no layer, a floating-point array N×D or N×C×H×W; it has \
        \(names.isEmpty ? "nothing" : names.joined(separator: ", ", last: " and "))
        """)
    }
  }

  /// The number of examples of each layer.
  var counts: [(place: String, count: Int)] { shapes.map { (place(of: $0.name), $0.shape[0]) } }

  /// An array that describes the examples; `nil` if there is none.
  func exampleArray(_ name: String) -> Result<ExampleArray, TensorFileError>? {
    guard file.contains(name), !shapes.contains(where: { $0.name == name }) else { return nil }
    return Result { () throws(TensorFileError) in try ExampleArray(name, of: file) }
  }

  /// The layers, on all examples or on some.
  ///
  /// - Throws: An error if a number is not finite.
  func layers(_ examples: [Int]?) throws -> [LayerSimilarities.Layer] {
    try shapes.map { name, _ in
      let all = try file.tensor(name)
      if let (index, value) = all.firstNonFinite {
        let number = NumberFormat.fixed(Double(value), digits: 0)
        throw CommandError.badData("\(place(of: name)) holds \(number) at \(index)")
      }
      return (name, examples.map { all.flattened.rows($0) } ?? all.flattened)
    }
  }

  private func place(of name: String) -> String {
    "'\(path.visible)', tensor '\(name.visible)'"
  }
}
