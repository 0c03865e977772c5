import Distillation
import Reports
import Tensors
import Training

/// One network's outputs on a batch, from a file, checked for what a loss reads.
struct OutputsFile {
  let path: String
  let role: Role
  var outputs: Outputs
  /// The outputs that the loss reads.
  private let read: [String]
  private let readsLastStage: Bool

  init(_ path: String, of role: Role, for graph: LossGraph) throws {
    var tensors = try TensorFile.read(path)
    let asked = graph.outputs(of: role)
    if let tensor = tensors.removeValue(forKey: TensorFile.unnamed) {
      // Of a loss that reads nothing of this network, any name will do.
      tensors[try Self.name(of: path, role, asked)] = tensor
    }
    self.path = path
    self.role = role
    self.outputs = Outputs(tensors)
    let lastStage = outputs.lastStage
    self.read = asked.map { $0 == LastStage.output ? lastStage : $0 }
    self.readsLastStage = asked.contains(LastStage.output)
    try check()
  }

  /// The name of a lone array: that of the only output which is asked for.
  private static func name(of path: String, _ role: Role, _ asked: [String]) throws -> String {
    guard asked.count > 1 else {
      return asked.first.map { $0 == LastStage.output ? "stage1" : $0 } ?? ""
    }
    let names = asked.map { $0 == LastStage.output ? "the last stage" : "'\($0)'" }
    throw CommandError.badData(
      """
      '\(path)' holds one array without a name, but the loss reads \
      \(names.joined(separator: ", ", last: " and ")) of the \(role.rawValue): name them in an \
      .npz or .safetensors file
      """)
  }

  private func check() throws {
    let available = outputs.tensors.keys.sorted()
    if readsLastStage, LastStage.name(among: available) == nil {
      throw CommandError.badData("'\(path)': \(LastStage.missing(among: available))")
    }
    for name in read {
      guard let tensor = outputs.tensors[name] else {
        throw CommandError.badData(
          "'\(path)': \(DistillationError.missingOutput(name, available: available))")
      }
      if let (index, value) = tensor.firstNonFinite {
        let text = NumberFormat.fixed(Double(value), digits: 0)
        throw CommandError.badData("\(place(of: name)) holds \(text) at \(index)")
      }
    }
  }

  private func place(of name: String) -> String { "'\(path)', tensor '\(name)'" }

  /// Where these outputs of a loss are, for errors; `nil` where there is none.
  func place(of names: [String]) -> String? {
    let known = names.map { "'\($0 == LastStage.output ? outputs.lastStage : $0)'" }
    guard !known.isEmpty else { return nil }
    let tensors = known.count > 1 ? "tensors" : "tensor"
    return "'\(path)', \(tensors) \(known.joined(separator: ", ", last: " and "))"
  }

  /// The number of rows of each output that the loss reads.
  var batchSizes: [(place: String, count: Int)] {
    read.compactMap { name in
      outputs.tensors[name].map { (place(of: name), $0.shape.first ?? 0) }
    }
  }

  /// Takes the array `labels`, which is no output, out of the outputs, and reads it if asked.
  mutating func takeLabels(reading isAsked: Bool) -> Result<LabelsFile, CommandError>? {
    guard let tensor = outputs.tensors.removeValue(forKey: "labels"), isAsked else { return nil }
    let place = place(of: "labels")
    return Result { () throws(CommandError) in try LabelsFile(tensor, at: place) }
  }
}

/// The class of each example of a batch.
struct LabelsFile {
  /// Where the labels are, for errors.
  let place: String
  let labels: [Int]

  /// The labels in a file, or what is wrong with them, which matters only to a loss that reads them.
  ///
  /// Throws where the file itself cannot be read.
  static func read(_ path: String) throws -> Result<LabelsFile, CommandError> {
    let tensors = try TensorFile.read(path)
    return Result { () throws(CommandError) in try LabelsFile(tensors, of: path) }
  }

  private init(_ tensors: [String: Tensor], of path: String) throws(CommandError) {
    if tensors.count == 1, let (name, tensor) = tensors.first {
      let place = name == TensorFile.unnamed ? "'\(path)'" : "'\(path)', tensor '\(name)'"
      try self.init(tensor, at: place)
    } else if let tensor = tensors["labels"] {
      try self.init(tensor, at: "'\(path)', tensor 'labels'")
    } else {
      throw CommandError.badData(
        "'\(path)': \(DistillationError.missingOutput("labels", available: tensors.keys.sorted()))")
    }
  }

  init(_ tensor: Tensor, at place: String) throws(CommandError) {
    guard tensor.shape.filter({ $0 != 1 }).count <= 1 else {
      throw CommandError.badData(
        "\(place) has shape \(tensor.shape); labels are one whole number an example")
    }
    self.place = place
    var labels: [Int] = []
    for (index, scalar) in tensor.scalars.enumerated() {
      guard let label = Int(exactly: scalar) else {
        throw CommandError.badData(
          "\(place) holds \(scalar) at [\(index)]; labels are whole numbers")
      }
      labels.append(label)
    }
    self.labels = labels
  }
}
