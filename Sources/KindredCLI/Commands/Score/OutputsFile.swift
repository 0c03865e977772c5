import Distillation
import Reports
import TensorFiles
import Tensors

/// One network's outputs on a batch, read from a file. Only the outputs that the loss reads are
/// read.
struct OutputsFile {
  let path: String
  let role: Role
  /// The outputs that the loss reads.
  var outputs: Outputs
  /// The file, or `nil` if it holds no arrays. That matters only to a loss that reads one.
  private let file: TensorFile?
  /// The names of ``outputs``, in the order in which the loss asks for them.
  private let read: [String]

  /// - Throws: An error if the file cannot be read or lacks an output that the loss reads.
  init(_ path: String, of role: Role, for graph: LossGraph) throws {
    self.path = path
    self.role = role
    let asked = graph.outputs(of: role)
    do {
      file = try TensorFile(path)
    } catch let problem as TensorFileError {
      guard asked.isEmpty else { throw problem }
      file = nil
    }
    outputs = [:]
    guard let file, !asked.isEmpty else {
      read = []
      return
    }
    if file.holdsOneUnnamedArray {
      read = [try Self.name(of: path, role, asked)]
      outputs.tensors[read[0]] = try file.tensor(TensorFile.unnamed)
    } else {
      read = asked.map { $0.resolved(among: file.names) ?? "\($0)" }
      for name in Set(read) {
        outputs.tensors[name] =
          try file.contains(name) ? file.tensor(name) : Self.mean(OutputName(name), in: file)
      }
      if role == .student, file.contains(Outputs.exampleWeights) {
        outputs.tensors[Outputs.exampleWeights] = try file.tensor(Outputs.exampleWeights)
      }
    }
  }

  /// Reads the mask of the tokens, if the file has one.
  mutating func readMask() throws {
    guard let file, !file.holdsOneUnnamedArray, file.contains(Outputs.tokenMask) else { return }
    outputs.tensors[Outputs.tokenMask] = try file.tensor(Outputs.tokenMask)
  }

  /// Whether the loss reads tokens N×T×D of it.
  var hasTokens: Bool { read.contains { outputs.tensors[$0]?.rank == 3 } }

  /// The shape of the first logits that the loss reads, if it reads some.
  var shapeOfLogits: [Int]? {
    read.first { OutputName($0).base == "logits" }.flatMap { outputs.tensors[$0]?.shape }
  }

  /// The name that an array without a name gets: that of the only output which the loss reads.
  private static func name(of path: String, _ role: Role, _ asked: [OutputName]) throws -> String {
    guard asked.count > 1 else {
      return asked.first.map { $0 == .lastStage ? "stage1" : "\($0)" } ?? ""
    }
    let names = asked.map { $0.inWords }
    throw CommandError.badData(
      """
      '\(path)' holds one array without a name, but the loss reads \
      \(names.joined(separator: ", ", last: " and ")) of the \(role.rawValue): name them in an \
      .npz or .safetensors file
      """)
  }

  /// The mean over all teachers in a file; their logits are called `logits`, `logits@2` and so on.
  private static func mean(_ name: OutputName, in file: TensorFile) throws -> Tensor {
    do {
      let mean = try Outputs.mean(name) { file.contains($0) ? try file.tensor($0) : nil }
      guard let mean else {
        throw missing("\(name.teacher == .mean ? name.withoutTeacher : name)", in: file)
      }
      return mean
    } catch let error as DistillationError {
      throw CommandError.badData("'\(file.path.visible)': \(error)")
    }
  }

  private static func missing(_ name: String, in file: TensorFile) -> CommandError {
    let error = DistillationError.missingOutput(name, available: file.names.sorted())
    return .badData("'\(file.path)': \(error)")
  }

  /// Checks that no output that the loss reads holds NaN or an infinity where it counts.
  ///
  /// - Parameters:
  ///   - counted: What counts of the batch.
  ///   - graph: The loss.
  /// - Throws: An error that names the first such number.
  func checkFinite(in counted: CountedBatch, for graph: LossGraph) throws {
    let ofAll = graph.outputsOfAllExamples(of: role).compactMap {
      $0.resolved(among: outputs.tensors.keys)
    }
    for name in read {
      guard let output = outputs.tensors[name],
        let (index, value) = counted.firstNonFinite(
          in: output, named: OutputName(name), of: role, isOfLabels: !ofAll.contains(name))
      else { continue }
      let text = NumberFormat.fixed(Double(value), digits: 0)
      throw CommandError.badData("\(place(of: name)) holds \(text) at \(index)")
    }
  }

  private func place(of name: String) -> String {
    "'\(path.visible)', tensor '\(name.visible)'"
  }

  /// The place of these outputs of a loss, for errors; `nil` if there are none.
  func place(of names: [OutputName]) -> String? {
    let known = names.map { name in
      "'\((name.resolved(among: outputs.tensors.keys) ?? "stage1").visible)'"
    }
    guard !known.isEmpty else { return nil }
    let tensors = known.count > 1 ? "tensors" : "tensor"
    return "'\(path.visible)', \(tensors) \(known.joined(separator: ", ", last: " and "))"
  }

  /// The shape of each output that the loss reads, and of the examples' weights and the mask.
  var shapes: [(place: String, shape: [Int])] {
    (read + Outputs.descriptions.sorted(by: >)).compactMap { name in
      outputs.tensors[name].map { (place(of: name), $0.shape) }
    }
  }

  /// An array that describes the examples and is not an output of the network; `nil` if there is
  /// none.
  func exampleArray(_ name: String) -> Result<ExampleArray, TensorFileError>? {
    guard let file, file.contains(name), !read.contains(name), !isOutput(name) else { return nil }
    return Result { () throws(TensorFileError) in try ExampleArray(name, of: file) }
  }

  /// Whether an array that is called like one that describes the examples is an output: the `keys` of each
  /// token, for instance.
  private func isOutput(_ name: String) -> Bool {
    guard let shape = (try? file?.floatingPointShape(name)) ?? nil else { return false }
    return !ExampleArray.mayBe(name, shape: shape)
  }

  /// The index of each example in the data, the array `indices`; `nil` if there is none. Whether it fits
  /// matters only to a loss that reads it.
  func indices() throws -> [Int]? {
    guard let array = try exampleArray(Self.indices)?.get() else { return nil }
    let numbers = array.content.values.map { value in
      if case .whole(let number) = value, 0..<(1 << 32) ~= number { number } else { nil as Int? }
    }
    let count = shapes.first?.shape.first
    guard array.content.shape.filter({ $0 != 1 }).count <= 1, !numbers.contains(nil),
      numbers.count == count
    else {
      throw CommandError.badData(
        "\(array.place): indices are whole numbers from 0, one an example")
    }
    return numbers.compactMap { $0 }
  }

  /// The name of the array that holds the index of each example in the data.
  private static let indices = "indices"

  /// The shapes of floating-point arrays that the loss does not read. Its gradient is 0 there.
  var unreadShapes: [String: [Int]] {
    guard let file, !file.holdsOneUnnamedArray || read.isEmpty else { return [:] }
    var shapes: [String: [Int]] = [:]
    for name in file.names
    where outputs.tensors[name] == nil && !Outputs.descriptions.contains(name)
      && (!ExampleArray.names.contains(name) || isOutput(name))
    {
      // Errors in an array do not matter to a loss that does not read it.
      shapes[name] = (try? file.floatingPointShape(name)) ?? nil
    }
    return shapes
  }
}
