import TensorFiles
import Tensors

/// The nodes of an ONNX model in the making, each named for the layer that it computes.
///
/// Functions take the names of values and return the name of a new one.
struct ONNXGraph {
  /// The version of the operators: <https://onnx.ai/onnx/operators/>.
  static let operators = 17

  private let weights: [String: Tensor]
  private var nodes: [ProtocolBuffer] = []
  private var constants: [(name: String, message: ProtocolBuffer)] = []
  /// The number of values of each name.
  private var counts: [String: Int] = [:]

  init(_ weights: Weights) { self.weights = weights.tensors }

  /// A weight of the network.
  subscript(_ name: String) -> Tensor {
    guard let tensor = weights[name] else { fatalError("[onnx] the weights have no '\(name)'") }
    return tensor
  }

  /// Appends a node, and returns the names of its results.
  private mutating func append(
    _ type: String, _ inputs: [String], layer: String, _ attributes: [(String, ONNXAttribute)],
    results: Int = 1
  ) -> [String] {
    let names = (0..<results).map { _ in free("\(layer).\(type)") }
    var node = ProtocolBuffer()
    for input in inputs { node.append(1, input) }
    for name in names { node.append(2, name) }
    node.append(3, "node \(nodes.count)")
    node.append(4, type)
    for (name, value) in attributes { node.append(5, value.message(named: name)) }
    nodes.append(node)
    return names
  }

  /// A name that no other value has.
  private mutating func free(_ name: String) -> String {
    counts[name, default: 0] += 1
    return counts[name] == 1 ? name : "\(name).\(counts[name] ?? 0)"
  }

  mutating func node(
    _ type: String, _ inputs: String..., layer: String,
    attributes: (String, ONNXAttribute)...
  ) -> String {
    append(type, inputs, layer: layer, attributes)[0]
  }

  /// A constant tensor. Constants of one name are one.
  mutating func constant(_ name: String, _ tensor: Tensor) -> String {
    constant(name) { ProtocolBuffer(tensor, named: name) }
  }

  /// A constant list of whole numbers.
  mutating func constant(_ name: String, _ numbers: [Int]) -> String {
    constant(name) { ProtocolBuffer(numbers, named: name) }
  }

  private mutating func constant(_ name: String, _ message: () -> ProtocolBuffer) -> String {
    if !constants.contains(where: { $0.name == name }) { constants.append((name, message())) }
    return name
  }

  private mutating func weight(_ name: String) -> String { constant(name, self[name]) }
}

// MARK: - Layers

extension ONNXGraph {
  mutating func convolved(
    _ x: String, _ name: String, stride: Int = 1, padding: Int = 0, groups: Int = 1,
    hasBias: Bool = false
  ) -> String {
    let inputs = [x, weight("\(name).weight")] + (hasBias ? [weight("\(name).bias")] : [])
    return append(
      "Conv", inputs, layer: name,
      [
        ("strides", .integers([stride, stride])),
        ("pads", .integers([padding, padding, padding, padding])),
        ("group", .integer(groups)),
      ])[0]
  }

  /// Batch normalisation with the running statistics.
  mutating func normalized(_ x: String, _ name: String) -> String {
    let parts = ["scale", "shift", "mean", "variance"].map { weight("\(name).\($0)") }
    return append("BatchNormalization", [x] + parts, layer: name, [("epsilon", .number(1e-5))])[0]
  }

  mutating func layerNormalized(_ x: String, _ name: String) -> String {
    node(
      "LayerNormalization", x, weight("\(name).scale"), weight("\(name).shift"), layer: name,
      attributes: ("axis", .integer(-1)), ("epsilon", .number(1e-5)))
  }

  mutating func rectified(_ x: String, _ name: String) -> String {
    node("Relu", x, layer: name)
  }

  /// The values between 0 and 6.
  mutating func rectifiedTo6(_ x: String, _ name: String) -> String {
    node(
      "Clip", x, constant("0", Tensor([0], shape: [])), constant("6", Tensor([6], shape: [])),
      layer: name)
  }

  mutating func sum(_ x: String, _ y: String, _ name: String) -> String {
    node("Add", x, y, layer: name)
  }

  /// The mean of each channel's map: N×C.
  mutating func pooled(_ x: String) -> String {
    let means = node("GlobalAveragePool", x, layer: "embedding")
    return node("Flatten", means, layer: "embedding", attributes: ("axis", .integer(1)))
  }

  /// x Wᵀ + b for rows x, N×D.
  mutating func linear(_ x: String, _ name: String) -> String {
    node(
      "Gemm", x, weight("\(name).weight"), weight("\(name).bias"), layer: name,
      attributes: ("transB", .integer(1)))
  }

  /// x Wᵀ + b for tokens x, N×T×D.
  mutating func linear(tokens x: String, _ name: String) -> String {
    let transposed = constant("\(name).weight.transposed", self["\(name).weight"].transposed)
    return sum(node("MatMul", x, transposed, layer: name), weight("\(name).bias"), name)
  }

  /// x / 2 · (1 + erf(x / √2)), which has no node of its own before version 20.
  mutating func gelu(_ x: String, _ name: String) -> String {
    let root = constant("√2", Tensor([2].map { Float($0).squareRoot() }, shape: []))
    let erf = node("Erf", node("Div", x, root, layer: name), layer: name)
    let share = node("Add", erf, constant("1", Tensor([1], shape: [])), layer: name)
    let half = node("Mul", x, constant("½", Tensor([0.5], shape: [])), layer: name)
    return node("Mul", half, share, layer: name)
  }

  /// softmax(Q Kᵀ / √d) V for each head of d features, where `projections` has Q, K and V beside each
  /// other: N×T×3·`dim`.
  mutating func attention(_ projections: String, dim: Int, heads: Int, _ name: String) -> String {
    let split = append("Split", [projections], layer: name, [("axis", .integer(2))], results: 3)
    let apart = constant("heads of \(dim)", [0, 0, heads, dim / heads])
    func byHead(_ x: String, _ order: [Int], _ graph: inout ONNXGraph) -> String {
      graph.node(
        "Transpose", graph.node("Reshape", x, apart, layer: name), layer: name,
        attributes: ("perm", .integers(order)))
    }
    let queries = byHead(split[0], [0, 2, 1, 3], &self)
    let keys = byHead(split[1], [0, 2, 3, 1], &self)
    let values = byHead(split[2], [0, 2, 1, 3], &self)
    let scale = constant(
      "1/√\(dim / heads)", Tensor([1 / Float(dim / heads).squareRoot()], shape: []))
    let products = node(
      "Mul", node("MatMul", queries, keys, layer: name), scale, layer: name)
    let shares = node("Softmax", products, layer: name, attributes: ("axis", .integer(-1)))
    let mixed = node(
      "Transpose", node("MatMul", shares, values, layer: name), layer: name,
      attributes: ("perm", .integers([0, 2, 1, 3])))
    return node("Reshape", mixed, constant("dim \(dim)", [0, 0, dim]), layer: name)
  }
}

// MARK: - The file

extension ONNXGraph {
  /// The whole model as a file, a message `ModelProto`.
  ///
  /// - Parameters:
  ///   - input: The shape of an example.
  ///   - outputs: The name of each output, the value that it is, and the number of its columns.
  ///   - metadata: Texts by key.
  /// - Returns: The content of the file.
  func file(
    input: [Int], outputs: [(name: String, value: String, width: Int)],
    metadata: [(key: String, value: String)]
  ) -> [UInt8] {
    var graph = ProtocolBuffer()
    for node in nodes { graph.append(1, node) }
    for (name, value, _) in outputs {
      var node = ProtocolBuffer()
      node.append(1, value)
      node.append(2, name)
      node.append(4, "Identity")
      graph.append(1, node)
    }
    graph.append(2, "student")
    for constant in constants { graph.append(5, constant.message) }
    graph.append(11, ProtocolBuffer(examplesOf: input, named: "images"))
    for (name, _, width) in outputs {
      graph.append(12, ProtocolBuffer(examplesOf: [width], named: name))
    }
    var operators = ProtocolBuffer()
    operators.append(1, "")
    operators.append(2, Self.operators)
    var model = ProtocolBuffer()
    model.append(1, 8)
    model.append(2, "Kindred")
    model.append(7, graph)
    model.append(8, operators)
    for (key, value) in metadata {
      var entry = ProtocolBuffer()
      entry.append(1, key)
      entry.append(2, value)
      model.append(14, entry)
    }
    return model.bytes
  }
}
