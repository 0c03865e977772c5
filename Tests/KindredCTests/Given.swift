import CKindred
import Tensors

/// An array as a program in C has it, in memory of its own.
final class Given {
  /// How the elements lie in memory.
  enum Order: CaseIterable {
    /// Row-major, without strides.
    case contiguous
    /// The axes in reverse order, with an element between any two.
    case spread
  }

  let name: String
  let shape: [Int]
  let type: Int
  /// What the program says instead of the truth.
  var said: kindred_array

  private let strides: [Int64]
  private let memory: UnsafeMutableRawPointer
  private let bytes: Int
  private let (text, lengths, steps):
    (
      UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int64>, UnsafeMutablePointer<Int64>
    )

  init(
    _ name: String, _ values: [Double], shape: [Int], type: Int = KINDRED_FLOAT32,
    order: Order = .contiguous
  ) {
    (self.name, self.shape, self.type) = (name, shape, type)
    var strides = [Int64](repeating: 0, count: shape.count)
    var length = order == .spread ? 2 : 1
    for axis in order == .spread ? Array(shape.indices) : shape.indices.reversed() {
      strides[axis] = Int64(length)
      length *= max(shape[axis], 1)
    }
    self.strides = strides
    // One element more, so that data is not aligned as the allocation is.
    bytes = (length + 1) * 8
    memory = .allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0xAB, count: bytes)
    (text, lengths) = (.allocate(capacity: name.utf8.count + 1), .allocate(capacity: 8))
    steps = .allocate(capacity: 8)
    for (index, byte) in (Array(name.utf8) + [0]).enumerated() {
      text[index] = CChar(bitPattern: byte)
    }
    for (axis, length) in shape.enumerated() {
      (lengths[axis], steps[axis]) = (Int64(length), strides[axis])
    }
    said = kindred_array(
      name: text, type: kindred_type(type), rank: Int32(shape.count), shape: lengths,
      strides: order == .contiguous ? nil : UnsafePointer(steps), data: memory)
    for (index, value) in values.enumerated() { store(value, at: index) }
  }

  convenience init(_ name: String, _ tensor: Tensor, type: Int = KINDRED_FLOAT32) {
    self.init(name, tensor.scalars.map { Double($0) }, shape: tensor.shape, type: type)
  }

  deinit {
    memory.deallocate()
    text.deallocate()
    lengths.deallocate()
    steps.deallocate()
  }

  /// Says another name, which is not longer.
  func change(name: String) {
    for (index, byte) in (Array(name.utf8) + [0]).enumerated() {
      text[index] = CChar(bitPattern: byte)
    }
  }

  /// Says another shape.
  func change(shape: [Int]) {
    for (axis, length) in shape.enumerated() { lengths[axis] = Int64(length) }
  }

  /// Says other strides.
  func change(strides: [Int]) {
    for (axis, stride) in strides.enumerated() { steps[axis] = Int64(stride) }
  }

  var count: Int { shape.reduce(1, *) }

  /// Every byte, with those between the elements.
  var content: [UInt8] { (0..<bytes).map { memory.load(fromByteOffset: $0, as: UInt8.self) } }

  private func offset(_ index: Int) -> Int {
    zip(Tensor.index(ofScalar: index, shape: shape), strides).reduce(0) { $0 + $1.0 * Int($1.1) }
  }

  private func store(_ value: Double, at index: Int) {
    let place = offset(index)
    switch type {
    case KINDRED_FLOAT32:
      memory.storeBytes(of: Float(value), toByteOffset: place * 4, as: Float.self)
    case KINDRED_FLOAT64: memory.storeBytes(of: value, toByteOffset: place * 8, as: Double.self)
    case KINDRED_FLOAT16:
      memory.storeBytes(of: Float16(value), toByteOffset: place * 2, as: Float16.self)
    case KINDRED_BFLOAT16:
      let upper = UInt16(Float(value).bitPattern >> 16)
      memory.storeBytes(of: upper, toByteOffset: place * 2, as: UInt16.self)
    case KINDRED_INT32: memory.storeBytes(of: Int32(value), toByteOffset: place * 4, as: Int32.self)
    case KINDRED_INT64: memory.storeBytes(of: Int64(value), toByteOffset: place * 8, as: Int64.self)
    default: memory.storeBytes(of: UInt8(value), toByteOffset: place, as: UInt8.self)
    }
  }

  /// The numbers in row-major order.
  var values: [Double] {
    (0..<count).map { index in
      let place = offset(index)
      switch type {
      case KINDRED_FLOAT32:
        return Double(memory.load(fromByteOffset: place * 4, as: Float.self))
      case KINDRED_FLOAT64: return memory.load(fromByteOffset: place * 8, as: Double.self)
      case KINDRED_FLOAT16:
        return Double(memory.load(fromByteOffset: place * 2, as: Float16.self))
      case KINDRED_BFLOAT16:
        let upper = memory.load(fromByteOffset: place * 2, as: UInt16.self)
        return Double(Float(bitPattern: UInt32(upper) << 16))
      default: return .nan
      }
    }
  }

  var tensor: Tensor { Tensor(values.map { Float($0) }, shape: shape) }
}
