import Kindred
import Testing

/// A paper's loss as plain loops in Double, beside the formula that should compute it.
struct PaperReference: Sendable, CustomTestStringConvertible {
  let formula: String
  /// The shapes of the outputs that are made for either network.
  let student, teacher: [String: [Int]]
  var labels: [Int]?
  /// The range that outputs are drawn from.
  var range = -1.0...1
  let loss: @Sendable (_ student: [String: Values], _ teacher: [String: Values]) -> Double

  var testDescription: String { "\(formula) of \(student.values.map { "\($0)" }.sorted())" }
}

extension PaperReference {
  /// A loss of one output of each network.
  init(
    _ formula: String, on output: String, _ student: [Int], _ teacher: [Int],
    in range: ClosedRange<Double> = -1...1, labels: [Int]? = nil,
    _ loss: @escaping @Sendable (_ s: Values, _ t: Values) -> Double
  ) {
    self.init(
      formula: formula, student: [output: student], teacher: [output: teacher], labels: labels,
      range: range
    ) { s, t in
      let none = Values(shape: [], scalars: [])
      return loss(s[output] ?? none, t[output] ?? none)
    }
  }

  /// Every paper that has no golden vectors, and variants of those that do.
  static let all: [PaperReference] =
    atReferences + ckaReferences + cwdReferences + darkRankReferences + dcorReferences
    + fspReferences + ickdReferences + mlldReferences + nstReferences + pkdReferences
    + pktReferences + tripletReferences
}

/// Numbers in Double with their shape.
struct Values: Sendable {
  let shape: [Int]
  var scalars: [Double]

  init(shape: [Int], scalars: [Double]) { (self.shape, self.scalars) = (shape, scalars) }

  init(_ x: Tensor) { self.init(shape: x.shape, scalars: x.scalars.map { Double($0) }) }

  /// The number of examples.
  var n: Int { shape[0] }

  subscript(_ indices: Int...) -> Double {
    scalars[zip(shape, indices).reduce(0) { $0 * $1.0 + $1.1 }]
  }

  /// Example i, all its features in a row.
  func row(_ i: Int) -> [Double] {
    let width = scalars.count / n
    return Array(scalars[i * width..<(i + 1) * width])
  }

  /// Channel c of example i, its pixels in a row.
  func map(_ i: Int, _ c: Int) -> [Double] {
    let pixels = shape[2] * shape[3]
    return Array(row(i)[c * pixels..<(c + 1) * pixels])
  }
}

// MARK: - Of vectors

func length(_ u: [Double]) -> Double { dot(u, u).squareRoot() }

func unit(_ u: [Double]) -> [Double] { u.map { $0 / length(u) } }

func mean(_ u: [Double]) -> Double { u.reduce(0, +) / Double(u.count) }

/// ‖u − v‖.
func distance(_ u: [Double], _ v: [Double]) -> Double { length(zip(u, v).map { $0 - $1 }) }

/// An entry for each i and j below n.
func square(_ n: Int, _ entry: (Int, Int) -> Double) -> [[Double]] {
  (0..<n).map { i in (0..<n).map { entry(i, $0) } }
}

/// Entries with the means of their row and column taken out, and that of all put back.
func doublyCentered(_ k: [[Double]]) -> [[Double]] {
  square(k.count) { i, j in
    k[i][j] - mean(k[i]) - mean(k.map { $0[j] }) + mean(k.map { mean($0) })
  }
}
