import Foundation
import Kindred
import TensorFiles

@testable import Training

extension FuzzTarget {
  /// Arrays hold the same numbers as tensors and as values, and still do after they are written and
  /// read again.
  static func tensors(_ name: String) -> FuzzTarget {
    FuzzTarget(name: name) { bytes in
      let path = Scratch.file("input.\(name)", bytes)
      let opened = accepted(unless: TensorFileError.self) { try TensorFile(path) }
      guard let file = opened else { return }
      var tensors: [String: Tensor] = [:]
      for array in file.names {
        let values = accepted(unless: TensorFileError.self) { try file.values(array) }
        _ = accepted(unless: TensorFileError.self) { try file.floatingPointShape(array) }
        let tensor = accepted(unless: TensorFileError.self) { try file.tensor(array) }
        guard let tensor else { continue }
        check(values.map { isEqual(tensor, $0) } ?? false, "'\(array)' has other values")
        tensors[array] = tensor
      }
      // The content decides the format; the name does not.
      let format =
        bytes.starts(with: "PK".utf8) ? "npz" : bytes.first == 0x93 ? "npy" : "safetensors"
      guard format != "npy" || tensors.count == 1 else { return }
      let copy = Scratch.path("copy.\(format)")
      required("what was read cannot be written") {
        try TensorFile.write(tensors, to: copy, metadata: file.metadata, overwriting: true)
      }
      let again = required("what was written cannot be read") { try TensorFile.read(copy) }
      checkEqual(tensors, again)
      let metadata = required("no metadata") { try TensorFile.metadata(of: copy) }
      check(metadata == file.metadata, "\(file.metadata) became \(metadata)")
    }
  }

  /// A checkpoint of a small network. If it is accepted, it can be saved, and it then loads the
  /// same.
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

  private static func isEqual(_ tensor: Tensor, _ values: StoredValues) -> Bool {
    let pairs = zip(tensor.scalars, values.values)
    return tensor.shape == values.shape && tensor.scalars.count == values.values.count
      && pairs.allSatisfy { scalar, value in
        switch value {
        case .whole(let number): Int(exactly: scalar) == number
        case .large(let number): UInt64(exactly: scalar) == number
        case .real(let number, _): Float(number) == scalar || number.isNaN && scalar.isNaN
        case .text: false
        }
      }
  }

  private static func checkEqual(_ tensors: [String: Tensor], _ others: [String: Tensor]) {
    check(tensors.keys == others.keys, "\(tensors.keys) became \(others.keys)")
    for (name, tensor) in tensors {
      let other = others[name] ?? tensor
      check(tensor.shape == other.shape, "'\(name)': \(tensor.shape) became \(other.shape)")
      let bits = [tensor, other].map { $0.scalars.map { $0.bitPattern } }
      check(bits[0] == bits[1], "'\(name)': its numbers became others")
    }
  }
}
