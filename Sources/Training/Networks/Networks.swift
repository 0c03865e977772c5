/// The networks that recipes can name.
public enum Networks {
  /// The kinds of networks: how the name of each is written, and an example of it.
  package static let kinds: [(pattern: String, example: any Network)] = [
    ("resnet<6n+2>:<width>", ResNet(depth: 8, width: 16, classes: 10)),
    (
      "wrn<6n+4>-<k>:<width>",
      WideResNet(depth: 10, factor: 2, width: 16, classes: 10, channels: 1)
    ),
    ("mobilenetv2:<width>", MobileNetV2(width: 16, classes: 10, channels: 1)),
    (
      "vit:<dim>:<depth>:<heads>:<patch>",
      ViT(
        dim: 64, depth: 4, heads: 4, patch: 4, classes: 10,
        images: ImageShape(height: 28, width: 28))
    ),
    ("mlp:<width>:<width>…", MLP(widths: [64], classes: 10, inputs: 28 * 28)),
  ]

  /// The network that a name describes, for images of this shape.
  ///
  /// - Parameters:
  ///   - name: The kind of the network and its sizes, for example `resnet8:16` or `mlp:64`.
  ///   - classes: The number of classes, which is the number of logits.
  ///   - shape: The shape of an image.
  /// - Returns: The network, whose weights are yet to be drawn.
  /// - Throws: ``TrainingError/unknownNetwork(_:available:)``, or
  ///   ``TrainingError/unfitNetwork(_:problem:)`` if its sizes do not fit one another or the images.
  public static func named(
    _ name: String, classes: Int, shape: ImageShape
  ) throws -> any Network {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    let sizes = parts.dropFirst().compactMap { Int($0) }.filter { (1...4096).contains($0) }
    guard let kind = parts.first, sizes.count == parts.count - 1,
      let network = try network(String(kind), sizes, name, classes, shape)
    else {
      throw TrainingError.unknownNetwork(name, available: kinds.map { $0.pattern })
    }
    return network
  }

  private static func network(
    _ kind: String, _ sizes: [Int], _ name: String, _ classes: Int, _ shape: ImageShape
  ) throws -> (any Network)? {
    let channels = shape.channels
    switch (kind, sizes.count) {
    case ("mlp", 1...):
      return MLP(widths: sizes, classes: classes, inputs: shape.count)
    case ("mobilenetv2", 1):
      try check(width: sizes[0], of: name)
      return MobileNetV2(width: sizes[0], classes: classes, channels: channels)
    case ("vit", 4):
      try check(dim: sizes[0], heads: sizes[2], of: name)
      try check(patch: sizes[3], of: name, shape)
      return ViT(
        dim: sizes[0], depth: sizes[1], heads: sizes[2], patch: sizes[3], classes: classes,
        images: shape)
    case (_, 0...1):
      let width = sizes.first ?? 16
      if let depth = number(kind, after: "resnet"), isDepth(depth, 2) {
        return ResNet(depth: depth, width: width, classes: classes, channels: channels)
      }
      let parts = kind.split(separator: "-", omittingEmptySubsequences: false)
      if parts.count == 2, let depth = number(parts[0], after: "wrn"), isDepth(depth, 4),
        let factor = Int(parts[1]), (1...64).contains(factor)
      {
        return WideResNet(
          depth: depth, factor: factor, width: width, classes: classes, channels: channels)
      }
      return nil
    default: return nil
    }
  }

  private static func number(_ text: some StringProtocol, after prefix: String) -> Int? {
    text.hasPrefix(prefix) ? Int(text.dropFirst(prefix.count)) : nil
  }

  /// Whether a depth is 6n + `rest` with n ≥ 1.
  private static func isDepth(_ depth: Int, _ rest: Int) -> Bool {
    (6 + rest...1202).contains(depth) && (depth - rest).isMultiple(of: 6)
  }

  private static func check(width: Int, of name: String) throws {
    guard !width.isMultiple(of: 4) else { return }
    let less = width / 4 * 4
    let near = less > 0 ? "\(less) and \(less + 4) are" : "4 is"
    throw TrainingError.unfitNetwork(
      name, problem: "its width \(width) is no multiple of 4; \(near)")
  }

  private static func check(dim: Int, heads: Int, of name: String) throws {
    guard !dim.isMultiple(of: heads) else { return }
    throw TrainingError.unfitNetwork(
      name, problem: "\(heads) heads do not divide its \(dim) features evenly")
  }

  private static func check(patch: Int, of name: String, _ shape: ImageShape) throws {
    func fills(_ side: Int) -> Bool {
      shape.height.isMultiple(of: side) && shape.width.isMultiple(of: side)
    }
    guard !fills(patch) else { return }
    let sides = (1...max(1, min(shape.height, shape.width))).filter(fills)
    throw TrainingError.unfitNetwork(
      name,
      problem: """
        patches of \(patch)×\(patch) pixels do not fill images of \(shape); those of side \
        \(sides.map { "\($0)" }.joined(separator: ", ")) do
        """)
  }
}
