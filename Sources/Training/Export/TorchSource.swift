/// A network's class in Python, which reads its sizes from constants.
struct TorchSource {
  /// The code of the class `Network` and of what it needs.
  let code: String
  /// The constants that say what an example is: some of `CHANNELS`, `HEIGHT`, `WIDTH` and `SIZE`, the number
  /// of all values.
  let input: [String]
  /// The other constants, each with its value in Python.
  let constants: [(name: String, value: String)]

  init(
    _ code: [UInt8], input: [String] = ["CHANNELS"], sizes: [(name: String, size: Int)] = [],
    lists: [(name: String, sizes: [Int])] = []
  ) {
    self.code = String(decoding: code, as: UTF8.self)
    self.input = input
    constants =
      sizes.map { ($0.name, "\($0.size)") }
      + lists.map { name, sizes in
        (name, "(\(sizes.map { "\($0)," }.joined(separator: " ")))")
      }
  }
}
