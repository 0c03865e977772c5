import CKindred
import Distillation
import Tensors

/// An array of the caller, of which all is checked except its numbers.
struct CallerArray {
  /// What an array is to a call.
  enum Owner { case student, teacher, tensors, gradients, labels, indices }

  let owner: Owner
  let name: String
  let type: ElementType
  let shape: [Int]
  /// From one index of an axis to the next, in elements.
  let strides: [Int]
  /// The number of elements.
  let count: Int
  let isContiguous: Bool
  private let data: UnsafeMutableRawPointer?

  /// Checks an array.
  ///
  /// - Throws: ``CallError`` if its description is wrong.
  init(_ array: kindred_array, of owner: Owner, at position: Int = 0) throws {
    self.owner = owner
    let name = try Self.name(of: array, owner, position)
    self.name = name
    func place() -> String { owner.place(of: name) }
    guard let type = ElementType(array.type) else {
      throw CallError.argument("\(place()) is of type \(array.type), and types are from 1 to 7")
    }
    self.type = type
    guard 1...8 ~= array.rank else {
      throw CallError.argument("\(place()) has \(array.rank) axes; arrays have from 1 to 8")
    }
    guard let lengths = array.shape else {
      throw CallError.argument("the shape of \(place()) is a null pointer")
    }
    let shape = (0..<Int(array.rank)).map { Int(lengths[$0]) }
    self.shape = shape
    guard shape.allSatisfy({ $0 >= 0 }) else {
      throw CallError.argument("\(place()) has a negative length in its shape \(shape)")
    }
    guard let layout = Layout(shape, strides: array.strides, size: max(type.size, 4)) else {
      throw CallError.tooLarge("\(place()) of shape \(shape) has more bytes than can be addressed")
    }
    (strides, count, isContiguous) = (layout.strides, layout.count, layout.isContiguous)
    guard strides.allSatisfy({ $0 >= 0 }) else {
      throw CallError.argument("\(place()) has a negative stride in \(strides)")
    }
    data = array.data
    guard data != nil || count == 0 else {
      throw CallError.argument("the data of \(place()) is a null pointer")
    }
  }

  private static func name(
    of array: kindred_array, _ owner: Owner, _ position: Int
  ) throws -> String {
    switch owner {
    case .labels, .indices: return ""
    case .student, .teacher, .tensors, .gradients: break
    }
    let what = { "the name of number \(position) of \(owner.all)" }
    guard let name = try String(array.name, as: what()) else {
      throw CallError.argument("\(what()) is a null pointer")
    }
    return name
  }

  /// The array in words.
  var place: String { owner.place(of: name) }
}

extension CallerArray.Owner {
  /// An array of this owner, in words.
  fileprivate func place(of name: String) -> String {
    switch self {
    case .student: "the student's '\(name.visible)'"
    case .teacher: "the teacher's '\(name.visible)'"
    case .tensors: "the tensor '\(name.visible)'"
    case .gradients: "the gradient '\(name.visible)'"
    case .labels: "the array of labels"
    case .indices: "the array of indices"
    }
  }

  /// All arrays of this owner, in words.
  var all: String {
    switch self {
    case .student: "the student's arrays"
    case .teacher: "the teacher's arrays"
    case .tensors: "the loss's tensors"
    case .gradients: "the gradients"
    case .labels: "the labels"
    case .indices: "the indices"
    }
  }
}

extension CallerArray {
  /// Where the elements are.
  private struct Layout {
    let count: Int
    let strides: [Int]
    let isContiguous: Bool

    /// `nil` if there are more bytes than an Int counts, of elements of a size.
    init?(_ shape: [Int], strides given: UnsafePointer<Int64>?, size: Int) {
      var (strides, count, isContiguous) = (shape, 1, true)
      var last = 0
      for axis in shape.indices.reversed() {
        let stride = given.map { Int($0[axis]) } ?? count
        // Nobody goes along an axis of one index, so its stride may be any number.
        strides[axis] = shape[axis] == 1 ? min(stride, 0) : stride
        isContiguous = isContiguous && (stride == count || shape[axis] == 1)
        let (product, isTooMany) = count.multipliedReportingOverflow(by: shape[axis])
        let (way, isTooFar) = max(shape[axis] - 1, 0).multipliedReportingOverflow(
          by: max(stride, 0))
        let (end, isTooLong) = last.addingReportingOverflow(way)
        guard !isTooMany, !isTooFar, !isTooLong else { return nil }
        (count, last) = (product, end)
      }
      guard !max(count, last).multipliedReportingOverflow(by: 2 * size).overflow else { return nil }
      (self.count, self.strides, self.isContiguous) = (count, strides, isContiguous)
    }
  }

  /// Calls `body` with consecutive elements in row-major order that are equally far from each other: where the
  /// first is, in elements, its row-major index, and how many they are.
  private func forEachRow(_ body: (_ start: Int, _ index: Int, _ length: Int) -> Void) {
    guard count > 0, !isContiguous else { return body(0, 0, count) }
    let length = shape[shape.count - 1]
    var (index, start) = ([Int](repeating: 0, count: shape.count - 1), 0)
    for row in stride(from: 0, to: count, by: length) {
      body(start, row, length)
      for axis in index.indices.reversed() {
        index[axis] += 1
        start += strides[axis]
        guard index[axis] == shape[axis] else { break }
        start -= index[axis] * strides[axis]
        index[axis] = 0
      }
    }
  }

  /// From one element of a row to the next.
  private var step: Int { isContiguous ? 1 : strides[strides.count - 1] }

  @inline(__always)
  private func forEach<Element: BitwiseCopyable>(
    as type: Element.Type, _ body: (_ index: Int, Element) -> Void
  ) {
    guard let data, count > 0 else { return }
    let step = step &* MemoryLayout<Element>.size
    forEachRow { start, index, length in
      let row = data + start &* MemoryLayout<Element>.size
      for k in 0..<length {
        body(index &+ k, row.loadUnaligned(fromByteOffset: k &* step, as: type))
      }
    }
  }

  @inline(__always)
  private func store<Element: BitwiseCopyable>(_ element: (_ index: Int) -> Element) {
    guard let data, count > 0 else { return }
    let step = step &* MemoryLayout<Element>.size
    forEachRow { start, index, length in
      let row = data + start &* MemoryLayout<Element>.size
      for k in 0..<length {
        row.storeBytes(of: element(index &+ k), toByteOffset: k &* step, as: Element.self)
      }
    }
  }
}

extension CallerArray {
  /// The numbers as they are in memory, if they are consecutive numbers in Float32.
  private var floats: UnsafePointer<Float>? {
    guard type == .float32, isContiguous, count > 0, let data,
      Int(bitPattern: data) & (MemoryLayout<Float>.alignment - 1) == 0
    else { return nil }
    return UnsafePointer(data.assumingMemoryBound(to: Float.self))
  }

  /// The numbers in Float32. They stay where they are if they can be read there.
  ///
  /// - Throws: ``CallError`` if there is not enough memory for them.
  func tensor() throws -> Tensor {
    try checkSpace(for: shape, of: place)
    if let floats { return Tensor(borrowing: floats, shape: shape) }
    return Tensor(shape: shape) { buffer in
      guard let y = buffer.baseAddress else { return }
      switch type {
      case .float32: forEach(as: Float.self) { y[$0] = $1 }
      case .float64: forEach(as: Double.self) { y[$0] = Float($1) }
      case .float16: forEach(as: UInt16.self) { y[$0] = Float(float16: $1) }
      case .bfloat16: forEach(as: UInt16.self) { y[$0] = Float(bfloat16: $1) }
      case .int32: forEach(as: Int32.self) { y[$0] = Float($1) }
      case .int64: forEach(as: Int64.self) { y[$0] = Float($1) }
      case .bool: forEach(as: UInt8.self) { y[$0] = Float($1) }
      }
    }
  }

  /// The whole numbers; none if it is of another type.
  func wholeNumbers() -> [Int] {
    guard type.isWhole else { return [] }
    return [Int](unsafeUninitializedCapacity: count) { buffer, initialized in
      if type == .int32 {
        forEach(as: Int32.self) { buffer[$0] = Int($1) }
      } else {
        forEach(as: Int64.self) { buffer[$0] = Int($1) }
      }
      initialized = count
    }
  }

  /// The number at an index, as it was before it became a Float32.
  func number(at index: [Int]) -> Double {
    guard let data else { return .nan }
    let offset = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } * type.size
    switch type {
    case .float32: return Double(data.loadUnaligned(fromByteOffset: offset, as: Float.self))
    case .float64: return data.loadUnaligned(fromByteOffset: offset, as: Double.self)
    case .float16:
      return Double(Float(float16: data.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    case .bfloat16:
      return Double(Float(bfloat16: data.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    case .int32, .int64, .bool: return .nan
    }
  }

  /// Writes numbers, in the type of this array.
  func write(_ tensor: Tensor) {
    tensor.withUnsafeBufferPointer { x in
      switch type {
      case .float32:
        if isContiguous, let data, let x = x.baseAddress {
          data.copyMemory(from: x, byteCount: count * 4)
        } else {
          store { x[$0] }
        }
      case .float64: store { Double(x[$0]) }
      case .float16: store { x[$0].float16Bits }
      case .bfloat16: store { x[$0].bfloat16Bits }
      case .int32, .int64, .bool: break
      }
    }
  }
}
