package import Tensors

/// A trained student in the form that other frameworks take.
package struct StudentExport: Sendable {
  private let trained: TrainedModel
  private let network: any ExportableNetwork

  /// - Throws: ``TrainingError/unfitNetwork(_:problem:)`` if the network is of a kind that cannot be
  ///   exported.
  package init(_ trained: TrainedModel) throws {
    guard let network = trained.model.network as? any ExportableNetwork else {
      throw TrainingError.unfitNetwork(
        trained.model.network.name,
        problem:
          "it has no form for other frameworks; resnet, wrn, mobilenetv2, vit and mlp have one")
    }
    (self.trained, self.network) = (trained, network)
  }

  private var input: ModelInput { trained.input }

  /// The mean and the deviation of each channel in the unit of the input, which for pixels is 1 in 255,
  /// in the shape that goes with an example.
  private var normalization: (mean: Tensor, deviation: Tensor) {
    let unit = input.isOfFeatures ? 1 : 255.0
    func tensor(_ numbers: [Double]) -> Tensor {
      Tensor(
        numbers.map { Float($0 * unit) },
        shape: input.isOfFeatures ? [numbers.count] : [numbers.count, 1, 1])
    }
    return (
      tensor(input.normalization.means), tensor(input.normalization.standardDeviations)
    )
  }

  /// The shape of an example.
  private var shape: [Int] {
    input.isOfFeatures
      ? [input.shape.channels] : [input.shape.channels, input.shape.height, input.shape.width]
  }

  // MARK: - ONNX

  /// The student as an ONNX model of the operators of version 17. Its input `images` are the pixel values
  /// 0 to 255, N×C×H×W, or the features, N×D, and its outputs are `logits` and `embedding`.
  ///
  /// - Parameter metadata: Texts by key.
  /// - Returns: The content of the file.
  package func onnx(metadata: [(key: String, value: String)] = []) -> [UInt8] {
    var graph = ONNXGraph(trained.model.weights)
    let (mean, deviation) = normalization
    let centred = graph.node("Sub", "images", graph.constant("mean", mean), layer: "images")
    let normalized = graph.node(
      "Div", centred, graph.constant("deviation", deviation), layer: "images")
    let embedding = network.embedding(of: normalized, in: &graph)
    let logits = graph.linear(embedding, "logits")
    return graph.file(
      input: shape,
      outputs: [
        ("logits", logits, trained.classes.count),
        ("embedding", embedding, graph["logits.weight"].shape[1]),
      ], metadata: metadata)
  }

  // MARK: - PyTorch

  /// The names of the mean and the deviation beside PyTorch's weights.
  static let normalizationNames = ["mean", "deviation"]

  /// The student's weights by the names of ``torchSource(title:)``.
  package var torchWeights: [String: Tensor] {
    var tensors = TorchNames(trained.model.weights).renamed(trained.model.weights.tensors)
    (tensors["mean"], tensors["deviation"]) = normalization
    return tensors
  }

  /// A module of Python whose `load()` gives the student as an `nn.Module` of PyTorch.
  ///
  /// - Parameter title: What the student is, in words.
  /// - Returns: The content of the file.
  package func torchSource(title: String) -> String {
    func file(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    let source = network.torchSource
    let shape = input.shape
    let sizes = [
      "CHANNELS": shape.channels, "HEIGHT": shape.height, "WIDTH": shape.width,
      "SIZE": shape.count,
    ]
    let constants =
      source.input.map { ($0, "\(sizes[$0] ?? 0)") } + [("CLASSES", "\(trained.classes.count)")]
      + source.constants
    let normalization = "\(shape.channels)" + (input.isOfFeatures ? "" : ", 1, 1")
    let what =
      input.isOfFeatures
      ? "features, N×\(shape.channels)"
      : "pixel values 0 to 255, N×\(shape.channels)×\(shape.height)×\(shape.width)"
    let end = file(PackageResources.end_py)
      .replacing("NORMALIZATION", with: normalization).replacing("INPUT", with: what)
    return """
      \"""\(title)

          from student import load
          outputs = load()(images)

      `images` are \(what) of floating point.
      \"""
      \(file(PackageResources.start_py))
      \(constants.map { "\($0.0) = \($0.1)" }.joined(separator: "\n"))


      \(source.code)

      \(end)
      """
  }
}
