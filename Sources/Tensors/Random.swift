/// The source of every random number in training: xoshiro256**, seeded with SplitMix64.
///
/// A seed and some names make a stream that is independent of all others, so that asking for more
/// numbers in one part of a program changes nothing in another:
///
///     var random = Random(seed: 3, "batches", "epoch 2")
///     random.shuffle(&indices)
///
/// Equal seeds and names give equal numbers in every version and on every platform, except for the
/// last digit of ``normal()``, which depends on the platform's logarithm. For that reason nothing here
/// uses the standard library's `Hasher`, `shuffle` or `random(in:)`.
///
/// D. Blackman, S. Vigna: Scrambled Linear Pseudorandom Number Generators, ACM Transactions on
/// Mathematical Software 47(4), 2021. G. L. Steele, D. Lea, C. H. Flood: Fast Splittable
/// Pseudorandom Number Generators, OOPSLA 2014.
public struct Random: RandomNumberGenerator, Hashable, Sendable {
  /// The state of xoshiro256**: four words, not all zero.
  private var a, b, c, d: UInt64

  init(state a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
    (self.a, self.b, self.c, self.d) = (a, b, c, d)
  }

  /// The stream that `names` have under a seed. The index distinguishes as many streams with the same
  /// names as there are integers, for example one for each image.
  public init(seed: UInt64, _ names: String..., index: Int = 0) {
    var key = Self.mix(seed)
    for name in names { key = Self.mix(key ^ Self.hash(name)) }
    key = Self.mix(key ^ UInt64(bitPattern: Int64(index)))
    self.init(
      state: Self.mix(key), Self.mix(key &+ Self.gamma), Self.mix(key &+ 2 &* Self.gamma),
      Self.mix(key &+ 3 &* Self.gamma))
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = Self.rotate(b &* 5, by: 7) &* 9
    let shifted = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = Self.rotate(d, by: 45)
    return result
  }

  private static func rotate(_ word: UInt64, by bits: UInt64) -> UInt64 {
    word &<< bits | word &>> (64 - bits)
  }

  /// The step of SplitMix64.
  private static let gamma: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// The number that SplitMix64 returns in the state `word`.
  static func mix(_ word: UInt64) -> UInt64 {
    var mixed = word &+ gamma
    mixed = (mixed ^ mixed &>> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed &>> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed &>> 31
  }

  /// FNV-1a of 64 bits.
  static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
  }
}

extension Random {
  /// A number from the uniform distribution on [0, 1), one of 2²⁴.
  public mutating func uniform() -> Float { Float(next() &>> 40) * 0x1p-24 }

  /// A number from the uniform distribution on `range`.
  public mutating func uniform(in range: Range<Float>) -> Float {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// A number from the uniform distribution on [0, 1), one of 2⁵³.
  public mutating func uniformDouble() -> Double { Double(next() &>> 11) * 0x1p-53 }

  /// One of 0, 1, …, `bound` − 1, each exactly as likely as the others. A bound below 1 traps.
  ///
  /// D. Lemire: Fast Random Integer Generation in an Interval, ACM Transactions on Modeling and
  /// Computer Simulation 29(1), 2019.
  public mutating func integer(below bound: Int) -> Int {
    require(bound > 0, "[random] no integer is at least 0 and below \(bound)")
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let rejected = (0 &- bound) % bound
      while product.low < rejected { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// An integer of `range`, each exactly as likely as the others.
  public mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }

  /// Whether an event of this probability happens.
  public mutating func chance(_ probability: Float) -> Bool { uniform() < probability }

  /// A number from the standard normal distribution, by Box and Muller's transformation.
  public mutating func normal() -> Float {
    let radius = (-2 * (1 - uniformDouble()).logarithm()).squareRoot()
    return Float(radius * (2 * .pi * uniformDouble()).cosine())
  }

  /// A tensor of numbers from the standard normal distribution.
  public mutating func normal(shape: [Int]) -> Tensor {
    Tensor(shape: shape) { for i in $0.indices { $0[i] = normal() } }
  }

  /// Puts the elements into an order that is as likely as every other (Fisher and Yates).
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in elements.indices.reversed().dropLast() {
      elements.swapAt(last, integer(below: last + 1))
    }
  }

  /// The elements in an order that is as likely as every other.
  public mutating func shuffled<Element>(_ elements: some Sequence<Element>) -> [Element] {
    var elements = Array(elements)
    shuffle(&elements)
    return elements
  }
}

/// Encoded as the four words of its state, so that an interrupted stream can be resumed.
extension Random: Codable {
  /// A stream with a decoded state. Throws `DecodingError` if the state is zero or no four words.
  public init(from decoder: any Decoder) throws {
    var words = try decoder.unkeyedContainer()
    self.init(
      state: try words.decode(UInt64.self), try words.decode(UInt64.self),
      try words.decode(UInt64.self), try words.decode(UInt64.self))
    if a | b | c | d == 0 {
      throw DecodingError.dataCorruptedError(
        in: words, debugDescription: "the state of a random generator is zero")
    }
  }

  /// Encodes the four words of the state.
  public func encode(to encoder: any Encoder) throws {
    var words = encoder.unkeyedContainer()
    for word in [a, b, c, d] { try words.encode(word) }
  }
}
