/// An array of a `.safetensors` file, with the type as the file writes it: `F16`.
public struct SafeTensorsArray: Sendable {
  let name, type: String
  let shape: [Int]
  let bytes: [UInt8]

  /// An array of these bytes.
  public init(_ name: String, _ type: String, _ shape: [Int], _ bytes: [UInt8]) {
    (self.name, self.type, self.shape, self.bytes) = (name, type, shape, bytes)
  }

  /// An array of IEEE halves with these bits.
  public init(_ name: String, halves: [UInt16], shape: [Int]) {
    self.init(name, "F16", shape, halves.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
  }
}

/// The bytes of a `.safetensors` file, of any types and with any texts beside the arrays.
public func safetensors(
  _ arrays: [SafeTensorsArray], metadata: [String: String] = [:]
) -> [UInt8] {
  var entries: [String] = []
  if !metadata.isEmpty {
    let texts = metadata.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
    entries.append("\"__metadata__\":{\(texts)}")
  }
  var content: [UInt8] = []
  for array in arrays {
    let offsets = [content.count, content.count + array.bytes.count]
    entries.append(
      "\"\(array.name)\":{\"dtype\":\"\(array.type)\",\"shape\":\(array.shape),"
        + "\"data_offsets\":\(offsets)}")
    content += array.bytes
  }
  let header = Array("{\(entries.joined(separator: ","))}".utf8)
  return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + content
}
