import Foundation
import Kindred

@testable import Training

extension FuzzTarget {
  /// What a file of tensors holds can be written, and then reads the same.
  static func tensors(_ format: String) -> FuzzTarget {
    FuzzTarget(name: format) { bytes in
      let path = Scratch.file("input.\(format)", bytes)
      _ = accepted(unless: TensorFileError.self) { try TensorFile.metadata(of: path) }
      let read = accepted(unless: TensorFileError.self) { try TensorFile.read(path) }
      guard let tensors = read else { return }
      let copy = Scratch.path("copy.\(format)")
      required("what was read cannot be written") {
        try TensorFile.write(tensors, to: copy, overwriting: true)
      }
      let again = required("what was written cannot be read") { try TensorFile.read(copy) }
      checkEqual(tensors, again)
    }
  }

  /// A checkpoint of a small network; what it accepts can be saved, and then loads the same.
  static let checkpoint = FuzzTarget(name: "checkpoint") { bytes in
    let network = MLP(widths: [2], classes: 3, inputs: 4)
    let path = Scratch.file("input.safetensors", bytes)
    let loaded = accepted(unless: TensorFileError.self, TrainingError.self) {
      try Checkpoint.load(path, into: network, classes: 3)
    }
    guard let trained = loaded else { return }
    let copy = Scratch.path("copy.safetensors")
    let again = required("what was loaded cannot be saved and loaded") {
      try Checkpoint.save(trained, to: copy, classes: 3, overwriting: true)
      return try Checkpoint.load(copy, into: network, classes: 3)
    }
    checkEqual(trained.weights.tensors, again.weights.tensors)
  }

  private static func checkEqual(_ tensors: [String: Tensor], _ others: [String: Tensor]) {
    check(tensors.keys == others.keys, "\(tensors.keys) became \(others.keys)")
    for (name, tensor) in tensors {
      let other = others[name] ?? tensor
      check(tensor.shape == other.shape, "'\(name)': \(tensor.shape) became \(other.shape)")
      let bits = [tensor, other].map { tensor in
        tensor.withUnsafeBufferPointer { $0.map { $0.bitPattern } }
      }
      check(bits[0] == bits[1], "'\(name)': its numbers became others")
    }
  }
}
