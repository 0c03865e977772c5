import Distillation
import Tensors

extension CallBatch {
  /// Throws if labels are not one number for each example, token N×T or pixel N×H×W.
  func checkShape(of labels: CallerArray) throws {
    let places = (Array(student.tensors.values) + teacher.tensors.values).compactMap { output in
      switch output.rank {
      case 3: [output.shape[1]]
      case 4: Array(output.shape[2...])
      default: nil
      }
    }
    let rest = labels.shape.dropFirst().filter { $0 != 1 }
    guard rest.isEmpty || places.contains(where: { $0.filter { $0 != 1 } == rest }) else {
      throw CallError.argument(
        """
        \(labels.place) has shape \(labels.shape); labels are one whole number an example, token or pixel
        """)
    }
  }

  /// Throws if an output that the loss reads holds NaN or an infinity where it counts.
  func checkFinite(_ teacherArrays: [String: CallerArray]) throws {
    // Most often all numbers are finite, and then it does not matter which count.
    let areFinite = [student, teacher].allSatisfy { outputs in
      outputs.tensors.values.allSatisfy { $0.firstNonFiniteIndex == nil }
    }
    guard !areFinite else { return }
    try loss.graph.checkBatchSizes(student, teacher)
    let counted = try CountedBatch(student, teacher, for: loss.graph)
    for (role, outputs, arrays) in [
      (Role.student, student, studentArrays), (.teacher, teacher, teacherArrays),
    ] {
      for name in loss.outputs(of: role) {
        guard let known = name.resolved(among: outputs.tensors.keys),
          let output = outputs.tensors[known],
          let (index, value) = counted.firstNonFinite(
            in: output, named: OutputName(known), of: role,
            isOfLabels: loss.isOfLabels(name, of: role))
        else { continue }
        guard let array = arrays[known] else {
          throw CallError.data("the teachers' '\(known.visible)' holds \(value) at \(index)")
        }
        throw array.notFinite(at: index)
      }
    }
  }

  /// A tensor that the loss owns; all of its numbers are finite.
  func finite(_ array: CallerArray) throws -> Tensor {
    guard array.type.isFloating else {
      throw CallError.argument(
        "\(array.place) is of \(array.type), and it takes a floating-point type")
    }
    let tensor = try array.tensor()
    if let (index, _) = tensor.firstNonFinite { throw array.notFinite(at: index) }
    return tensor
  }
}

extension CallerArray {
  fileprivate func notFinite(at index: [Int]) -> CallError {
    let number = number(at: index)
    let text = number.text(figures: 6)
    return .data(
      "\(place) holds \(text) at \(index)"
        + (number.isFinite ? ", which is too large for Float32" : ""))
  }
}
