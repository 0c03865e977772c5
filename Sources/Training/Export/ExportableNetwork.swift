import Distillation
import Tensors

/// A network that can be written for other frameworks.
protocol ExportableNetwork: Network {
  /// Appends the layers of the network in front of its logits.
  ///
  /// - Parameters:
  ///   - x: The name of the normalised images.
  ///   - graph: The model, with the network's weights.
  /// - Returns: The name of the `embedding`.
  func embedding(of x: String, in graph: inout ONNXGraph) -> String

  /// The network's class in Python, and the sizes that it reads.
  var torchSource: TorchSource { get }
}

extension ONNXGraph {
  /// A convolution, batch normalisation, and optionally a residual and ReLU.
  mutating func layer(
    _ x: String, _ name: String, stride: Int = 1, padding: Int = 1, adding residual: String? = nil,
    isRectified: Bool = true
  ) -> String {
    var y = normalized(convolved(x, name, stride: stride, padding: padding), name)
    if let residual { y = sum(y, residual, name) }
    return isRectified ? rectified(y, name) : y
  }
}

extension ResNet: ExportableNetwork {
  func embedding(of x: String, in graph: inout ONNXGraph) -> String {
    var x = graph.layer(x, "stem")
    for block in stages.joined() {
      let shortcut =
        block.isProjected
        ? graph.layer(
          x, "\(block.name).projection", stride: block.stride, padding: 0, isRectified: false) : x
      let y = graph.layer(x, "\(block.name).first", stride: block.stride)
      x = graph.layer(y, "\(block.name).second", adding: shortcut)
    }
    return graph.pooled(x)
  }

  var torchSource: TorchSource {
    TorchSource(
      PackageResources.resnet_py, sizes: [("BLOCKS", (depth - 2) / 6), ("WIDTH", width)])
  }
}

extension WideResNet: ExportableNetwork {
  func embedding(of x: String, in graph: inout ONNXGraph) -> String {
    func normal(_ x: String, _ name: String, _ graph: inout ONNXGraph) -> String {
      graph.rectified(graph.normalized(x, name), name)
    }
    var x = graph.convolved(x, "stem", padding: 1)
    for block in stages.joined() {
      let name = block.name
      let inner = normal(x, "\(name).first", &graph)
      if block.isProjected {
        x = graph.convolved(inner, "\(name).projection", stride: block.stride)
      }
      var y = graph.convolved(inner, "\(name).first", stride: block.stride, padding: 1)
      y = graph.convolved(normal(y, "\(name).second", &graph), "\(name).second", padding: 1)
      x = graph.sum(y, x, name)
    }
    return graph.pooled(normal(x, "norm", &graph))
  }

  var torchSource: TorchSource {
    TorchSource(
      PackageResources.wrn_py,
      sizes: [("BLOCKS", (depth - 4) / 6), ("FACTOR", factor), ("WIDTH", width)])
  }
}

extension MobileNetV2: ExportableNetwork {
  func embedding(of x: String, in graph: inout ONNXGraph) -> String {
    func layer(
      _ x: String, _ name: String, stride: Int = 1, padding: Int = 0, groups: Int = 1,
      _ graph: inout ONNXGraph
    ) -> String {
      let y = graph.convolved(x, name, stride: stride, padding: padding, groups: groups)
      return graph.rectifiedTo6(graph.normalized(y, name), name)
    }
    var x = layer(x, "stem", stride: 2, padding: 1, &graph)
    for block in stages.joined() {
      let name = block.name
      let wide = block.expansion > 1 ? layer(x, "\(name).expansion", &graph) : x
      let maps = layer(
        wide, "\(name).depthwise", stride: block.stride, padding: 1,
        groups: block.expansion * block.inputs, &graph)
      x = graph.layer(
        maps, "\(name).projection", padding: 0, adding: block.isResidual ? x : nil,
        isRectified: false)
    }
    return graph.pooled(layer(x, "last", &graph))
  }

  var torchSource: TorchSource {
    TorchSource(PackageResources.mobilenetv2_py, sizes: [("WIDTH", width)])
  }
}

extension ViT: ExportableNetwork {
  func embedding(of x: String, in graph: inout ONNXGraph) -> String {
    let maps = graph.convolved(x, "patches", stride: patch, hasBias: true)
    let rows = graph.node(
      "Reshape", maps, graph.constant("patches in a row", [0, dim, -1]), layer: "patches")
    let patches = graph.node(
      "Transpose", rows, layer: "patches", attributes: ("perm", .integers([0, 2, 1])))
    var x = graph.sum(
      patches, graph.constant("positions", graph["positions"]), "positions")
    for block in (1...depth).map({ "block\($0)" }) {
      let projections = graph.linear(
        tokens: graph.layerNormalized(x, "\(block).norm1"), "\(block).projections")
      let mixed = graph.attention(projections, dim: dim, heads: heads, "\(block).attention")
      x = graph.sum(x, graph.linear(tokens: mixed, "\(block).attention"), block)
      let hidden = graph.linear(
        tokens: graph.layerNormalized(x, "\(block).norm2"), "\(block).hidden")
      let output = graph.linear(tokens: graph.gelu(hidden, "\(block).hidden"), "\(block).output")
      x = graph.sum(x, output, block)
    }
    return graph.node(
      "ReduceMean", graph.layerNormalized(x, "norm"), layer: "embedding",
      attributes: ("axes", .integers([1])), ("keepdims", .integer(0)))
  }

  var torchSource: TorchSource {
    TorchSource(
      PackageResources.vit_py, input: ["CHANNELS", "HEIGHT", "WIDTH"],
      sizes: [("DIM", dim), ("DEPTH", depth), ("HEADS", heads), ("PATCH", patch)])
  }
}

extension MLP: ExportableNetwork {
  func embedding(of x: String, in graph: inout ONNXGraph) -> String {
    var x = graph.node("Flatten", x, layer: "inputs", attributes: ("axis", .integer(1)))
    for layer in widths.indices.map({ "hidden\($0 + 1)" }) {
      x = graph.rectified(graph.linear(x, layer), layer)
    }
    return x
  }

  var torchSource: TorchSource {
    TorchSource(
      PackageResources.mlp_py, input: ["SIZE"],
      lists: [("WIDTHS", widths)])
  }
}
