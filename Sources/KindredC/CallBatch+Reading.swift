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
  ///
  /// - Parameters:
  ///   - arrays: The arrays of the network, by name.
  ///   - role: The network.
  ///   - first: The first output that is read of either network. All have as many examples.
  /// - Returns: The outputs.
  /// - Throws: An error if an output is missing, of another type, or of no or other examples.
  func read(
    _ arrays: [String: CallerArray], of role: Role, first: inout CallerArray?
  ) throws -> Outputs {
    var tensors: [String: Tensor] = [:]
    var hasTokens = false
    for name in loss.outputs(of: role) {
      let known = name.resolved(among: arrays.keys) ?? "\(name)"
      guard tensors[known] == nil else { continue }
      let tensor: Tensor?
      if let array = arrays[known] {
        tensor = try output(array, &first)
      } else {
        tensor = try Outputs.mean(name) { try arrays[$0].map { try output($0, &first) } }
      }
      guard let tensor else {
        let missing = name.teacher == .mean ? name.withoutTeacher : name
        throw DistillationError.missingOutput(
          "\(missing)", available: arrays.keys.sorted(), of: role)
      }
      tensors[known] = tensor
      hasTokens = hasTokens || tensor.rank == 3
    }
    if role == .student, let weights = arrays[Outputs.exampleWeights] {
      // It is checked before it is used, so it is copied: the caller's array may change in between.
      tensors[Outputs.exampleWeights] = try described(weights, &first).owned
    }
    if role == .student || hasTokens, let mask = arrays[Outputs.tokenMask] {
      tensors[Outputs.tokenMask] = try described(mask, &first).owned
    }
    return Outputs(tensors)
  }

  private func output(_ array: CallerArray, _ first: inout CallerArray?) throws -> Tensor {
    guard array.type.isFloating else {
      throw CallError.argument(
        "\(array.place) is of \(array.type); outputs are of a floating-point type")
    }
    return try described(array, &first)
  }

  /// The numbers of an array that has a row for each example.
  private func described(_ array: CallerArray, _ first: inout CallerArray?) throws -> Tensor {
    guard array.count > 0 else {
      throw CallError.argument(
        array.shape[0] == 0
          ? "\(array.place) has no examples"
          : "\(array.place) of shape \(array.shape) holds no numbers")
    }
    let known = first ?? array
    guard known.shape[0] == array.shape[0] else {
      throw CallError.argument(
        """
        \(known.place) has \(known.shape[0]) examples, but \(array.place) has \(array.shape[0])
        """)
    }
    first = known
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
