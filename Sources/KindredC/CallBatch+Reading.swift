import CKindred
import Distillation
import Tensors

extension [String: CallerArray] {
  /// Reads arrays of the caller, each of another name.
  ///
  /// - Throws: ``CallError`` if one of them is wrong, or if two have one name.
  init(
    _ arrays: UnsafePointer<kindred_array>?, _ count: Int, of owner: CallerArray.Owner
  ) throws {
    self.init()
    guard count != 0 else { return }
    guard let arrays else { throw CallError.argument("\(owner.all) are a null pointer") }
    guard 0...1 << 20 ~= count else {
      throw CallError.argument("\(owner.all) are \(UInt(bitPattern: count)), too many")
    }
    for position in 0..<count {
      let array = try CallerArray(arrays[position], of: owner, at: position)
      guard updateValue(array, forKey: array.name) == nil else {
        throw CallError.argument("\(array.place) is given twice")
      }
    }
  }
}

extension CallBatch {
  /// The outputs that the loss reads among a network's arrays, with what says which examples and tokens count.
  func read(_ arrays: [String: CallerArray], of role: Role) throws -> Outputs {
    var outputs: Outputs = [:]
    var tensors: [String: Tensor] = [:]
    for name in loss.outputs(of: role) {
      let known = name.resolved(among: arrays.keys) ?? "\(name)"
      guard tensors[known] == nil else { continue }
      let tensor =
        try arrays[known].map(output)
        ?? Outputs.mean(name) { try arrays[$0].map(output) }
      guard let tensor else {
        let missing = name.teacher == .mean ? name.withoutTeacher : name
        throw DistillationError.missingOutput(
          "\(missing)", available: arrays.keys.sorted(), of: role)
      }
      tensors[known] = tensor
    }
    let hasTokens = tensors.values.contains { $0.rank == 3 }
    if role == .student {
      tensors[Outputs.exampleWeights] = try arrays[Outputs.exampleWeights]?.tensor()
    }
    if role == .student || hasTokens {
      tensors[Outputs.tokenMask] = try arrays[Outputs.tokenMask]?.tensor()
    }
    outputs.tensors = tensors
    return outputs
  }

  private func output(_ array: CallerArray) throws -> Tensor {
    guard array.type.isFloating else {
      throw CallError.argument(
        "\(array.place) is of \(array.type); outputs are of a floating-point type")
    }
    return try array.tensor()
  }

  /// The labels.
  func wholeNumbers(in array: CallerArray) throws -> [Int] {
    guard array.type.isWhole else {
      throw CallError.argument("\(array.place) is of \(array.type), and it takes Int32 or Int64")
    }
    try checkSpace(for: array.shape, of: array.place)
    return array.wholeNumbers()
  }

  /// The places of the examples in the data.
  func indices(_ array: CallerArray) throws -> [Int] {
    let indices = try wholeNumbers(in: array)
    guard array.shape.dropFirst().allSatisfy({ $0 == 1 }) else {
      throw CallError.argument(
        "\(array.place) has shape \(array.shape), and it takes one number an example")
    }
    if let example = indices.firstIndex(where: { !(0..<1 << 32 ~= $0) }) {
      throw CallError.data(
        """
        the index of example \(example) is \(indices[example]); indices are whole numbers from 0 to \
        \(1 << 32 - 1)
        """)
    }
    return indices
  }
}
