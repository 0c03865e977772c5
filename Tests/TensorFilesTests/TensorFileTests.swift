import Foundation
import Tensors
import TestSupport
import Testing

@testable import TensorFiles

/// Reads files that NumPy and safetensors wrote, and writes files as they would.
@Suite struct TensorFileTests {
  private static let floats = (0..<12).map { (Float($0) - 5) * 0.375 }
  private static let integers: [Float] = [-2000, -1000, 0, 1000, 2000, 3000]
  private static let octets: [Float] = [0, 63, 126, 189, 252]

  @Test(arguments: [
    ("f2", [3, 4], floats), ("f4", [3, 4], floats), ("f8", [3, 4], floats),
    ("i4", [2, 3], integers), ("i8", [2, 3], integers), ("u1", [5], octets),
    ("big-endian", [3, 4], floats), ("fortran", [3, 4], floats), ("version2", [3, 4], floats),
    ("version3", [3, 4], floats), ("scalar", [], [0.375]),
    ("empty", [0, 4], []),
  ])
  func readsNumPy(name: String, shape: [Int], scalars: [Float]) throws {
    let tensors = try TensorFile.read(Fixtures.path("\(name).npy"))
    #expect(Array(tensors.keys) == [TensorFile.unnamed])
    let tensor = try #require(tensors[TensorFile.unnamed])
    #expect(tensor.shape == shape)
    #expect(tensor.scalars == scalars)
  }

  @Test(arguments: ["stored.npz", "deflated.npz"])
  func readsArchives(name: String) throws {
    let tensors = try TensorFile.read(Fixtures.path(name))
    #expect(tensors.keys.sorted() == ["embedding", "labels", "logits@virtual"])
    #expect(tensors["embedding"]?.shape == [3, 4])
    #expect(tensors["embedding"]?.scalars == Self.floats)
    #expect(tensors["logits@virtual"]?.shape == [2, 4])
    #expect(tensors["logits@virtual"]?.scalars == Array(Self.floats[..<8]))
    #expect(tensors["labels"]?.scalars == [3, 1, 2])
  }

  @Test func readsEveryTypeOfSafeTensors() throws {
    let tensors = try TensorFile.read(Fixtures.path("every-type.safetensors"))
    #expect(tensors.keys.sorted() == ["bf16", "f16", "f32", "f64", "i32", "i64", "u8"])
    for name in ["bf16", "f16", "f32", "f64"] {
      #expect(tensors[name]?.shape == [3, 4])
      #expect(tensors[name]?.scalars == Self.floats, "\(name)")
    }
    for name in ["i32", "i64"] {
      #expect(tensors[name]?.shape == [2, 3])
      #expect(tensors[name]?.scalars == Self.integers, "\(name)")
    }
    #expect(tensors["u8"]?.scalars == Self.octets)
  }

  @Test func readsMetadata() throws {
    #expect(
      try TensorFile.metadata(of: Fixtures.path("f32.safetensors")) == ["network": "resnet8"])
    #expect(try TensorFile.metadata(of: Fixtures.path("every-type.safetensors")) == [:])
    #expect(try TensorFile.metadata(of: Fixtures.path("stored.npz")) == [:])
  }

  @Test(arguments: ["f4.npy", "stored.npz", "f32.safetensors"])
  func goesByContentWithoutExtension(name: String) throws {
    let folder = try ScratchFolder()
    let path = try folder.file("activations", try Fixtures.bytes(name))
    let expected = try TensorFile.read(Fixtures.path(name))
    let tensors = try TensorFile.read(path)
    #expect(tensors.mapValues { $0.scalars } == expected.mapValues { $0.scalars })
  }

  @Test func writesTheBytesThatNumPyWrites() throws {
    let folder = try ScratchFolder()
    for name in ["f4.npy", "scalar.npy", "empty.npy"] {
      try TensorFile.write(try TensorFile.read(Fixtures.path(name)), to: folder.path(name))
      let written = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path(name))))
      #expect(try written == Fixtures.bytes(name), "\(name)")
    }
  }

  @Test func writesTheBytesThatSafeTensorsWrites() throws {
    let folder = try ScratchFolder()
    let path = folder.path("f32.safetensors")
    try TensorFile.write(
      try TensorFile.read(Fixtures.path("f32.safetensors")), to: path,
      metadata: ["network": "resnet8"])
    let written = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(try written == Fixtures.bytes("f32.safetensors"))
  }

  @Test(arguments: ["npz", "safetensors"])
  func readsWhatItWrote(format: String) throws {
    let folder = try ScratchFolder()
    let tensors = [
      "": Tensor([.nan, .infinity, -0.0, .leastNonzeroMagnitude], shape: [4]),
      "a \"quoted\" \\ name\n": Tensor([1, 2, 3, 4, 5, 6], shape: [1, 2, 3]),
      "λ/größe 🙂": Tensor([], shape: [2, 0]),
      "scalar": Tensor([7], shape: []),
    ]
    let path = folder.path("tensors.\(format)")
    try TensorFile.write(tensors, to: path)
    let read = try TensorFile.read(path)
    #expect(read.mapValues { $0.shape } == tensors.mapValues { $0.shape })
    // The comparison is by bits, because NaN is not equal to itself.
    #expect(
      read.mapValues { $0.scalars.map(\.bitPattern) }
        == tensors.mapValues { $0.scalars.map(\.bitPattern) })
    try TensorFile.write([:], to: path, overwriting: true)
    #expect(try TensorFile.read(path).isEmpty)
  }

  @Test func everyHalfHasItsValue() {
    #if !(os(macOS) && arch(x86_64))
      for bits in UInt16.min ... .max {
        let expected = Float(Float16(bitPattern: bits))
        let value = ElementType.float(float16: bits)
        guard !expected.isNaN else {
          #expect(value.isNaN)
          continue
        }
        #expect(value.bitPattern == expected.bitPattern, "\(bits)")
      }
    #endif
  }

  @Test func convertsArraysLongerThanOnePiece() throws {
    let folder = try ScratchFolder()
    let count = 70_000
    var bytes = NumPyFormat.header(shape: [count])
    bytes[22] = UInt8(ascii: "i")
    for index in 0..<count { bytes.append(littleEndian: Int32(index)) }
    let tensor = try TensorFile.read(try folder.file("long.npy", bytes))[TensorFile.unnamed]
    #expect(tensor?.scalars == (0..<count).map { Float($0) })
  }
}
