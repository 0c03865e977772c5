import Kindred
import Tensors
import TestSupport
import Testing

@testable import Training

/// A teacher's last layer in place of the student's own.
@Suite struct TeacherClassifierTests {
  func model(_ network: any Network, seed: UInt64) -> Model {
    var random = Random(seed: seed)
    return Model(network: network, weights: network.initialWeights(using: &random))
  }

  /// W x + c for one row, in Double.
  func affine(_ x: [Double], _ weight: Tensor, _ bias: Tensor) -> [Double] {
    (0..<bias.count).map { o in
      x.indices.reduce(Double(bias.scalars[o])) {
        $0 + Double(weight.scalars[o * x.count + $1]) * x[$1]
      }
    }
  }

  func rows(_ x: Tensor) -> [[Double]] {
    let width = x.count / x.shape[0]
    return (0..<x.shape[0]).map { n in x.scalars[n * width..<(n + 1) * width].map { Double($0) } }
  }

  /// The layer that is put in gives the logits of the projected features, classified by the teacher. Nothing
  /// else of the network changes.
  @Test func isTheTeachersLayerBehindTheMap() throws {
    let teacher = model(ResNet(depth: 14, width: 3, classes: 5), seed: 1)
    let student = model(ResNet(depth: 8, width: 2, classes: 5), seed: 2)
    let images = noise([4, 1, 8, 8], seed: 3)
    let (P, b) = (noise([12, 8], seed: 4), noise([12], seed: 5))
    let classifying = student.classifying(with: teacher.weights, behind: (P, b))
    let (W, c) = (
      try #require(teacher.weights.tensors["logits.weight"]),
      try #require(teacher.weights.tensors["logits.bias"])
    )
    let outputs = student.outputs(on: images, giving: ["embedding", "stage3"])
    let logits = try classifying.outputs(on: images, giving: ["logits"])["logits"]
    let expected = rows(try outputs["embedding"]).map { affine(affine($0, P, b), W, c) }
    expectClose(logits.scalars, expected.flatMap { $0 }, 1e-5, "features")
    // The maps, projected pixel by pixel and then pooled.
    let pooled = try outputs["stage3"].projected(weight: P, bias: b).averagePooled(
      height: 1, width: 1)
    expectClose(
      logits.scalars, rows(pooled).flatMap { affine($0, W, c) }, 1e-5, "maps")
    for (name, tensor) in student.weights.tensors where !name.hasPrefix("logits.") {
      #expect(classifying.weights.tensors[name]?.scalars == tensor.scalars, "\(name)")
    }
    #expect(classifying.weights.tensors.keys.sorted() == student.weights.tensors.keys.sorted())
  }

  /// Without a map, the layer is the teacher's to the bit.
  @Test func isTheTeachersOwnWithoutAMap() throws {
    let teacher = model(MLP(widths: [7, 3], classes: 5, inputs: 6), seed: 1)
    let student = model(MLP(widths: [3], classes: 5, inputs: 6), seed: 2)
    let classifying = student.classifying(with: teacher.weights, behind: nil)
    for name in ["logits.weight", "logits.bias"] {
      #expect(
        classifying.weights.tensors[name]?.scalars == teacher.weights.tensors[name]?.scalars)
    }
  }
}
