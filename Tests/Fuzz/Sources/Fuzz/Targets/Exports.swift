import Foundation
import Kindred

@testable import Training

extension FuzzTarget {
  /// A student of any weights and names of classes is a message of ONNX's form.
  ///
  /// The first byte chooses the network, the next four bytes are a weight, and the rest are texts.
  static let onnx = FuzzTarget(name: "onnx") { bytes in
    let names = ["mlp:3:2", "resnet8:1", "wrn10-1:1", "mobilenetv2:4", "vit:4:1:2:4"]
    guard bytes.count > 5 else { return }
    let shape = ImageShape(height: 8, width: 8)
    let classes = String(decoding: bytes[5...], as: UTF8.self).split(separator: "\n").map {
      String($0)
    }
    let name = names[Int(bytes[0]) % names.count]
    guard (1...64).contains(classes.count),
      let network = try? Networks.standard.named(name, classes: classes.count, shape: shape)
    else { return }
    let weight = bytes[1..<5].reduce(0) { $0 << 8 | UInt32($1) }
    var random = Random(seed: 1, "fuzz")
    var weights = network.initialWeights(using: &random)
    weights.parameters[0].tensor = Tensor(
      repeating: Float(bitPattern: weight), shape: weights.parameters[0].tensor.shape)
    let input = ModelInput(
      shape: shape, isOfFeatures: false,
      normalization: PixelNormalization(means: [0.5], standardDeviations: [0.25]))
    let trained = TrainedModel(
      Model(network: network, weights: weights), input: input, classes: classes)
    let export = required("\(name) has no form for others") { try StudentExport(trained) }
    let file = export.onnx(metadata: [("classes", classes.joined(separator: ",")), ("", "\0")])
    check(isMessage(file[...]), "a message that ends too early")
    check(file.count > 100, "a message without a graph")
  }

  /// Whether bytes are fields of a protocol buffer, one after the other.
  private static func isMessage(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    func number() -> Int? {
      var (value, shift) = (0, 0)
      while let byte = rest.popFirst(), shift < 63 {
        value |= Int(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      return nil
    }
    while !rest.isEmpty {
      guard let key = number() else { return false }
      let length: Int? =
        switch key & 7 {
        case 0: number() == nil ? nil : 0
        case 1: 8
        case 2: number()
        case 5: 4
        default: nil
        }
      guard let length, length <= rest.count else { return false }
      rest = rest.dropFirst(length)
    }
    return true
  }
}
