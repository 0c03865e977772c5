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
    for name in read {
      guard let tensor = outputs.tensors[name] else {
        throw CommandError.badData(
          "'\(path)': \(DistillationError.missingOutput(name, available: available))")
      }
      if let (index, value) = tensor.firstNonFinite {
        throw CommandError.badData(
          "\(place(of: name)) holds \(NumberFormat.fixed(Double(value), digits: 0)) at \(index)")
      }
    }
  }

  private func place(of name: String) -> String { "'\(path)', tensor '\(name)'" }

  /// The number of rows of each output that the loss reads.
  var batchSizes: [(place: String, count: Int)] {
    read.compactMap { name in
      outputs.tensors[name].map { (place(of: name), $0.shape.first ?? 0) }
    }
  }

  /// Takes the array `labels`, which is no output, out of the outputs, and reads it if asked.
  mutating func takeLabels(reading isAsked: Bool) throws -> LabelsFile? {
    guard let tensor = outputs.tensors.removeValue(forKey: "labels"), isAsked else { return nil }
    return try LabelsFile(tensor, at: place(of: "labels"))
  }
}

/// The class of each example of a batch.
struct LabelsFile {
  /// Where the labels are, for errors.
  let place: String
  let labels: [Int]

  init(_ path: String) throws {
    let tensors = try TensorFile.read(path)
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

  init(_ tensor: Tensor, at place: String) throws {
    guard tensor.shape.filter({ $0 != 1 }).count <= 1 else {
      throw CommandError.badData(
        "\(place) has shape \(tensor.shape); labels are one whole number an example")
    }
    self.place = place
    self.labels = try tensor.scalars.enumerated().map { index, scalar in
      guard let label = Int(exactly: scalar) else {
        throw CommandError.badData(
          "\(place) holds \(scalar) at [\(index)]; labels are whole numbers")
      }
      return label
    }
  }
}
