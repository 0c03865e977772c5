extension Tensor {
  /// The mean over every two pairs p < q of max(0, m − σ (s_q − s_p)), of shape []. The pairs are the
  /// entries above the diagonal of this matrix s, n×n, in row-major order. σ is −1 where the teacher's
  /// matrix has t_q < t_p, and 1 elsewhere, also where both are equal.
  ///
  /// The derivative of a hinge at 0 is 0. Fewer than three examples have no two pairs, and the mean is 0.
  /// Shapes that are not two equal squares trap.
  ///
  /// P = n(n − 1)/2 pairs have about P²/2 hinges. None is held. In the teacher's order a comes before b,
  /// and their hinge is m + s_a − s_b. If h hinges are above 0, and pair x comes first in gₓ more of them
  /// than it comes second, their sum is
  ///
  ///     m h + Σₓ gₓ sₓ
  ///
  /// and the derivative by sₓ is gₓ. These whole numbers are counted while the pairs are sorted by the
  /// student's numbers, half after half: P log P operations.
  public func pairRanking(byTeacher teacher: Tensor, margin m: Double) -> Tensor {
    let n = shape.first ?? 0
    require(
      shape == [n, n] && teacher.shape == shape,
      "[pair ranking] shapes \(shape) and \(teacher.shape) are not two equal squares")
    var pairs = RankedPairs(n, student: self, teacher: teacher)
    let hinges = Double(pairs.count) * Double(pairs.count - 1) / 2
    let sum = pairs.sumOfHinges(margin: m)
    let slopes = Tensor(repeating: 0, shape: isConstant ? [0] : shape)
    if !isConstant, hinges > 0 { pairs.write(into: slopes.storage.pointer, dividedBy: hinges) }
    return Tensor(hinges > 0 ? sum / hinges : 0).computed(from: [self]) {
      [slopes.scaled(by: $0.scalar)]
    }
  }
}

/// Every two of n examples, in the order of the teacher's numbers. Equal numbers have the order of the
/// matrix.
private struct RankedPairs {
  /// The places of the pairs in the matrix.
  private let places: [UInt32]
  /// The student's numbers.
  private let numbers: [Float]
  /// g of each pair, once hinges were counted.
  private var slopes: [Int32]
  /// How many hinges above 0 were counted.
  private var active = 0
  private let isFinite: Bool

  var count: Int { places.count }

  init(_ n: Int, student s: Tensor, teacher t: Tensor) {
    // Numbers of more examples, 17 GB for each network, would not be counted in 32 bits.
    require(n < 1 << 16, "[pair ranking] \(n) examples are more than 65535")
    let (s, t) = (s.pointer, t.pointer)
    var places: [UInt32] = []
    places.reserveCapacity(n * max(n - 1, 0) / 2)
    for i in 0..<n {
      for j in i + 1..<max(n, i + 1) { places.append(UInt32(i * n + j)) }
    }
    // NaN and infinities have no order here.
    isFinite = places.allSatisfy { s[Int($0)].isFinite && t[Int($0)].isFinite }
    if isFinite { places.sort { (t[Int($0)], $0) < (t[Int($1)], $1) } }
    numbers = places.map { s[Int($0)] }
    slopes = [Int32](repeating: 0, count: places.count)
    self.places = places
  }

  /// The sum of the hinges, whose number and slopes are counted.
  mutating func sumOfHinges(margin m: Double) -> Double {
    guard isFinite else { return .nan }
    // Runs of pairs that are sorted by the student's numbers, each twice as long as before.
    var runs = numbers.indices.map { UInt32($0) }
    var merged = runs
    var length = 1
    while length < count {
      for start in stride(from: 0, to: count, by: 2 * length) {
        let (middle, end) = (min(start + length, count), min(start + 2 * length, count))
        countHinges(between: start..<middle, and: middle..<end, of: runs, margin: m)
        merge(start..<middle, middle..<end, of: runs, into: &merged)
      }
      swap(&runs, &merged)
      length *= 2
    }
    return zip(slopes, numbers).reduce(m * Double(active)) { $0 + Double($1.0) * Double($1.1) }
  }

  /// Counts the hinges of each pair in a first run with each in a second one.
  private mutating func countHinges(
    between first: Range<Int>, and second: Range<Int>, of runs: [UInt32], margin m: Double
  ) {
    // Of ascending numbers in one run, those with a hinge are the first ones or the last ones.
    var k = second.lowerBound
    for a in first {
      while k < second.upperBound, isActive(runs[a], runs[k], m) { k += 1 }
      slopes[Int(runs[a])] += Int32(k - second.lowerBound)
      active += k - second.lowerBound
    }
    k = first.lowerBound
    for b in second {
      while k < first.upperBound, !isActive(runs[k], runs[b], m) { k += 1 }
      slopes[Int(runs[b])] -= Int32(first.upperBound - k)
    }
  }

  /// Whether the hinge m + s_a − s_b is above 0.
  private func isActive(_ a: UInt32, _ b: UInt32, _ m: Double) -> Bool {
    Double(numbers[Int(b)]) < Double(numbers[Int(a)]) + m
  }

  private func merge(
    _ first: Range<Int>, _ second: Range<Int>, of runs: [UInt32], into merged: inout [UInt32]
  ) {
    var (a, b) = (first.lowerBound, second.lowerBound)
    for place in first.lowerBound..<second.upperBound {
      let takesFirst =
        b == second.upperBound
        || (a < first.upperBound && numbers[Int(runs[a])] <= numbers[Int(runs[b])])
      merged[place] = runs[takesFirst ? a : b]
      if takesFirst { a += 1 } else { b += 1 }
    }
  }

  /// Writes the slopes to the places of their pairs.
  func write(into matrix: UnsafeMutablePointer<Float>, dividedBy hinges: Double) {
    for (place, slope) in zip(places, slopes) {
      matrix[Int(place)] = Float(Double(slope) / hinges)
    }
  }
}
