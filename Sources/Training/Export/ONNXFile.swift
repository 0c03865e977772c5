import TensorFiles
import Tensors

// The messages are those of the schema `onnx.proto`, which gives each field its number.

extension ProtocolBuffer {
  mutating func append(_ field: UInt64, _ value: Int) {
    append(field, varint: UInt64(bitPattern: Int64(value)))
  }

  mutating func append(_ field: UInt64, _ text: String) {
    append(field, content: Array(text.utf8))
  }

  mutating func append(_ field: UInt64, _ message: ProtocolBuffer) {
    append(field, content: message.bytes)
  }
}

/// A value of an attribute of a node.
enum ONNXAttribute {
  case integer(Int)
  case integers([Int])
  case number(Float)

  /// The attribute as a message `AttributeProto`.
  func message(named name: String) -> ProtocolBuffer {
    var message = ProtocolBuffer()
    message.append(1, name)
    switch self {
    case .number(let value):
      message.append(2, float: value)
      message.append(20, 1)
    case .integer(let value):
      message.append(3, value)
      message.append(20, 2)
    case .integers(let values):
      for value in values { message.append(8, value) }
      message.append(20, 7)
    }
    return message
  }
}

extension ProtocolBuffer {
  /// A message `TensorProto` of Float32.
  init(_ tensor: Tensor, named name: String) {
    self.init(
      shape: tensor.shape, type: 1, name: name,
      tensor.withUnsafeBufferPointer { Array(UnsafeRawBufferPointer($0)) })
  }

  /// A message `TensorProto` of a list of whole numbers.
  init(_ numbers: [Int], named name: String) {
    self.init(
      shape: [numbers.count], type: 7, name: name, numbers.flatMap { littleEndian(Int64($0)) })
  }

  private init(shape: [Int], type: Int, name: String, _ content: [UInt8]) {
    self.init()
    for size in shape { append(1, size) }
    append(2, type)
    append(8, name)
    append(9, content: content)
  }

  /// A message `ValueInfoProto` of N examples of Float32, each of this shape.
  init(examplesOf shape: [Int], named name: String) {
    self.init()
    var dimensions = ProtocolBuffer()
    var free = ProtocolBuffer()
    free.append(2, "N")
    dimensions.append(1, free)
    for size in shape {
      var dimension = ProtocolBuffer()
      dimension.append(1, size)
      dimensions.append(1, dimension)
    }
    var tensor = ProtocolBuffer()
    tensor.append(1, 1)
    tensor.append(2, dimensions)
    var type = ProtocolBuffer()
    type.append(1, tensor)
    append(1, name)
    append(2, type)
  }
}
