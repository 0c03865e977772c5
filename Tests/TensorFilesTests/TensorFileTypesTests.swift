import Foundation
import Tensors
import TestSupport
import Testing

@testable import TensorFiles

/// Every type of number that NumPy and safetensors write, in every order and along any axes.
@Suite struct TensorFileTypesTests {
  /// An array of `numbers.npz`, described by its name: `>i4 F 2x3x4`.
  private struct Named {
    let code: String
    let shape: [Int]

    init(_ name: String) throws {
      let words = name.split(separator: " ", omittingEmptySubsequences: false)
      code = String(try #require(words.first).dropFirst())
      shape = try #require(words.last).split(separator: "x").map { try #require(Int($0)) }
    }

    /// The numbers that `make.py` stored.
    var numbers: [Float] {
      (0..<shape.reduce(1, *)).map { index in
        switch code.first {
        case "b": Float(index % 2)
        case "u": Float(index)
        case "f": Float(index - 5) * 0.375
        default: Float(index - 5)
        }
      }
    }
  }

  @Test func everyTypeOrderAndRankOfNumPy() throws {
    let file = try TensorFile(Fixtures.path("numbers.npz"))
    #expect(file.names.count == 252)
    for name in file.names {
      let named = try Named(name)
      let tensor = try file.tensor(name)
      #expect(tensor.shape == named.shape, "\(name)")
      #expect(tensor.scalars == named.numbers, "\(name)")
      let values = try file.values(name)
      #expect(values.shape == named.shape, "\(name)")
      #expect(
        values.values.map { "\($0)" }
          == named.numbers.map { Int(exactly: $0).map { "\($0)" } ?? "\($0)" }, "\(name)")
    }
  }

  /// A whole type holds numbers that Float32 does not; 2²⁴ + 1 is the first.
  @Test func wholeNumbersAreExact() throws {
    let path = Fixtures.path("extremes.npz")
    let file = try TensorFile(path)
    let expected: [String: [StoredValue]] = [
      "<i1": [.whole(-128), .whole(127)], "<i2": [.whole(-32768), .whole(32767)],
      "<u1": [.whole(0), .whole(255)], "<u2": [.whole(0), .whole(65535)],
      "<i4": [
        .whole(-2_147_483_648), .whole(2_147_483_647), .whole(16_777_216), .whole(16_777_217),
      ],
      ">u4": [.whole(0), .whole(4_294_967_295), .whole(16_777_216), .whole(16_777_217)],
      ">i8": [
        .whole(.min), .whole(.max), .whole(9_007_199_254_740_992), .whole(9_007_199_254_740_993),
      ],
      "<u8": [
        .whole(0), .large(.max), .whole(9_007_199_254_740_992), .whole(9_007_199_254_740_993),
      ],
    ]
    #expect(file.names.sorted() == expected.keys.sorted())
    for (name, values) in expected { #expect(try file.values(name).values == values, "\(name)") }

    #expect(try file.tensor("<i2").scalars == [-32768, 32767])
    #expect(try file.tensor("<u2").scalars == [0, 65535])
    for (name, found) in [
      ("<i4", "2147483647 at [1]"), (">u4", "4294967295 at [1]"),
      (">i8", "9223372036854775807 at [1]"), ("<u8", "18446744073709551615 at [1]"),
    ] {
      #expect(
        throws: TensorFileError.unsupported(
          file: path, tensor: name, found: found,
          possible: """
            whole numbers that Float32 holds, which has every one up to 2²⁴ \
            (array.astype(np.float32) rounds them)
            """)
      ) { try file.tensor(name) }
    }
  }

  @Test func laterTypesOfSafeTensors() throws {
    let path = Fixtures.path("more-types.safetensors")
    let file = try TensorFile(path)
    let expected: [String: [Float]] = [
      "bool": [0, 1, 1], "i8": [-128, 127], "i16": [-2000, -1000, 0, 1000, 2000, 3000],
      "u16": [0, 65535], "u32": [0, 16_777_216], "u64": [0, 16_777_216],
    ]
    for (name, scalars) in expected { #expect(try file.tensor(name).scalars == scalars) }
    for name in ["e4m3", "e5m2"] {
      let (scalars, values) = (try file.tensor(name).scalars, try file.tensor("\(name) values"))
      for (bits, (scalar, value)) in zip(scalars, values.scalars).enumerated() {
        #expect(
          scalar.bitPattern == value.bitPattern || scalar.isNaN && value.isNaN, "\(name) \(bits)")
      }
    }
    for (name, type, advice) in [
      ("c64", "C64 (complex numbers)", "the parts as arrays of their own: array.real, array.imag"),
      ("e8m0", "F8_E8M0 (floats of 8 bits of another kind)", "tensor.float()"),
    ] {
      #expect(
        throws: TensorFileError.unsupported(
          file: path, tensor: name, found: "dtype \(type)",
          possible: "numbers of up to 64 bits (\(advice))")
      ) { try file.tensor(name) }
    }
  }

  /// Along one axis, both orders have the same bytes, so writers may state either.
  @Test(arguments: [[3], [3, 1], [1, 3], [1, 3, 1]])
  func aVectorInFortranOrder(shape: [Int]) throws {
    let folder = try ScratchFolder()
    var header = String(decoding: NumPyFormat.header(shape: shape)[10...], as: UTF8.self)
    header = header.replacing("False", with: "True ")
    var bytes = Array(NumPyFormat.header(shape: shape)[..<10]) + Array(header.utf8)
    for number in [1, 2, 3] as [Float] { bytes.append(littleEndian: number.bitPattern) }
    let tensor = try TensorFile.read(try folder.file("vector.npy", bytes))[TensorFile.unnamed]
    #expect(tensor?.shape == shape)
    #expect(tensor?.scalars == [1, 2, 3])
  }

  /// The error gives the place of a number in the array, not in the file.
  @Test func placesInFortranOrder() throws {
    let folder = try ScratchFolder()
    var bytes = NumPyFormat.header(shape: [2, 3])
    bytes[23] = UInt8(ascii: "8")
    let start = try #require(String(decoding: bytes, as: UTF8.self).range(of: "False"))
    let text = String(decoding: bytes, as: UTF8.self)
    let offset = text.utf8.distance(from: text.startIndex, to: start.lowerBound)
    // The first byte is not UTF-8 and was replaced by three bytes.
    bytes.replaceSubrange(offset - 2..<offset + 3, with: Array("True ".utf8))
    for number in [1, 2, 3, 1e300, 5, 6] { bytes.append(littleEndian: number.bitPattern) }
    let path = try folder.file("matrix.npy", bytes)
    #expect(
      throws: TensorFileError.unsupported(
        file: path, tensor: nil, found: "1e+300 at [1, 1]",
        possible: "numbers of Float32, up to 3.4e+38")
    ) { try TensorFile.read(path) }
  }

  /// For each kind of array without numbers, the error gives its own advice.
  @Test(arguments: [
    (
      "names", "'<U5' (text)",
      """
      numbers that are written as text: array.astype(np.float64); names of classes: \
      np.unique(array, return_inverse=True)[1]
      """
    ),
    (
      "octets", "'|S3' (text)",
      """
      numbers that are written as text: array.astype(np.float64); names of classes: \
      np.unique(array, return_inverse=True)[1]
      """
    ),
    (
      "bfloat16", "'|V2' (2 bytes of no known type, as NumPy stores bfloat16)",
      """
      save array.astype(np.float32), or .safetensors; for this file, \
      np.load(file).view(ml_dtypes.bfloat16).astype(np.float32)
      """
    ),
    (
      "float8", "'|V1' (1 byte of no known type, as NumPy stores floats of 8 bits)",
      """
      save array.astype(np.float32), or .safetensors; for this file, \
      np.load(file).view(ml_dtypes.float8_e4m3fn).astype(np.float32), or whichever type it was
      """
    ),
    (
      "raw", "'|V16' (16 bytes of no known type)",
      "np.load(file).view(dtype), with the dtype that it was"
    ),
    (
      "dictionary", "'|O' (one Python object)",
      """
      for a dictionary of arrays: \
      np.savez('new.npz', **np.load(file, allow_pickle=True).item())
      """
    ),
    (
      "complex", "'<c16' (complex numbers)",
      "the parts as arrays of their own: array.real, array.imag"
    ),
    (
      "longdouble", "'<f16' (long double, which differs between machines)",
      "array.astype(np.float64)"
    ),
    (
      "time", "'<M8[ns]' (points in time)",
      "seconds since the first: (t - t.min()) / np.timedelta64(1, 's') for t = array.astype('M8[ms]')"
    ),
    ("span", "'<m8[s]' (spans of time)", "seconds: array / np.timedelta64(1, 's')"),
  ])
  func whatIsSaidOfOtherArrays(name: String, found: String, advice: String) throws {
    let path = Fixtures.path("no-numbers.npz")
    let file = try TensorFile(path)
    #expect(
      throws: TensorFileError.unsupported(
        file: path, tensor: name, found: "dtype \(found)",
        possible: "numbers of up to 64 bits (\(advice))")
    ) { try file.tensor(name) }
  }

  @Test(arguments: [
    (
      "objects", "dtype '|O' (Python objects)",
      "for numbers, or arrays of one shape: np.stack(array.tolist())"
    ),
    (
      "structured", "a dtype (a structure of fields)",
      "each field by its name: np.savez('new.npz', **{f: array[f] for f in array.dtype.names})"
    ),
  ])
  func whatIsSaidOfOtherFiles(name: String, found: String, advice: String) {
    let path = Fixtures.path("\(name).npy")
    #expect(
      throws: TensorFileError.unsupported(
        file: path, tensor: nil, found: found, possible: "numbers of up to 64 bits (\(advice))")
    ) { try TensorFile.read(path) }
  }

  @Test func textIsReadAsItIs() throws {
    let file = try TensorFile(Fixtures.path("no-numbers.npz"))
    #expect(try file.values("names").values == [.text("cat"), .text("größe")])
    #expect(try file.values("octets").values == [.text("cat"), .text("dog")])
  }
}
