import CKindred
import Distillation
import Tensors

/// The arrays of a caller into which gradients are written.
struct Gradients {
  let arrays: [String: CallerArray]

  /// Checks that each is of an output of the student or of a parameter, and can be written.
  init(
    _ arrays: UnsafePointer<kindred_array>?, _ count: Int, of batch: CallBatch
  ) throws {
    self.arrays = try .init(arrays, count, of: .gradients)
    for array in self.arrays.values.sorted(by: { $0.name < $1.name }) {
      try Self.check(array, of: batch)
    }
  }

  private static func check(_ array: CallerArray, of batch: CallBatch) throws {
    let isOutput = !Outputs.descriptions.contains(array.name)
    let output = isOutput ? batch.studentArrays[array.name]?.shape : nil
    guard let shape = output ?? batch.tensors[array.name]?.shape else {
      let names =
        batch.studentArrays.keys.filter { !Outputs.descriptions.contains($0) } + batch.tensors.keys
      throw DistillationError.unknownName(
        array.name, kind: "output of the student or parameter", available: names.sorted())
    }
    guard array.type.isFloating else {
      throw CallError.argument(
        "\(array.place) is of \(array.type), and it takes a floating-point type")
    }
    guard array.shape == shape else {
      throw CallError.argument(
        "\(array.place) has shape \(array.shape), and what it is of has shape \(shape)")
    }
    guard !array.overlapsItself else {
      throw CallError.argument(
        "\(array.place) has the strides \(array.strides), with which elements lie on each other")
    }
  }

  /// Writes the gradients of an evaluation.
  ///
  /// - Throws: ``CallError`` if a number is too large for its array. Nothing is written then.
  func write(_ evaluation: LossEvaluation) throws {
    let found = arrays.map { name, array in
      (
        array: array,
        gradient: evaluation.gradients.tensors[name] ?? evaluation.parameterGradients[name]
          ?? .zeros(array.shape)
      )
    }
    // Every gradient is finite, so that only a narrower type than Float32 can be too small for it.
    for (array, gradient) in found where array.type.largest < .greatestFiniteMagnitude {
      let largest = array.type.largest
      let first = gradient.withUnsafeBufferPointer { $0.firstIndex { abs($0) > largest } }
      guard let first else { continue }
      throw CallError.tooLarge(
        """
        the gradient at '\(array.name.visible)' is too large for \(array.type) at \
        \(Tensor.index(ofScalar: first, shape: gradient.shape))
        """)
    }
    for (array, gradient) in found { array.write(gradient) }
  }
}

extension CallerArray {
  /// Whether two elements lie at one place, as far as strides tell: an axis that does not go beyond all that
  /// axes of smaller strides reach.
  var overlapsItself: Bool {
    guard !isContiguous, count > 0 else { return false }
    var reached = 0
    for (stride, length) in zip(strides, shape).sorted(by: { $0.0 < $1.0 }) where length > 1 {
      guard stride > reached else { return true }
      reached += stride * (length - 1)
    }
    return false
  }
}
