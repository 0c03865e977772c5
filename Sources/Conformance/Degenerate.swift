import Distillation
import Tensors

/// Outputs that networks really give, for which careless formulas divide by zero.
struct DegenerateCase: Sendable {
  let name: String
  /// Whether something in the outputs has no length. By contract its gradient is then 0, and not
  /// what an ε in a divisor leaves.
  let hasNoLength: Bool
  let change: Change

  enum Change: Sendable {
    /// Changes the size of the batch or the number of classes, or replaces the labels.
    case batch(@Sendable (inout BatchMaker) -> Void, labels: (@Sendable (Int) -> Int)?)
    /// Changes the N×D features of one network, then of the other, then of both.
    case features(@Sendable (_ x: Tensor) -> Tensor)
  }

  static let all: [DegenerateCase] = [
    batch("n = 1") { $0.examples = 1 },
    batch("n = 2") { $0.examples = 2 },
    batch("two classes") { $0.classes = 2 },
    batch("labels of one class", { _ in }, labels: { _ in 0 }),
    batch("a class an example", { $0.examples = $0.classes }, labels: { $0 }),
    features("equal rows", hasNoLength: true) { x in
      x.rows([1, 1] + Array(2..<x.shape[0]))
    },
    features("all rows equal", hasNoLength: true) { x in
      x.rows(Array(repeating: 0, count: x.shape[0]))
    },
    features("zero rows", hasNoLength: true) { $0.masked { row, _ in row >= 2 } },
    features("all zero", hasNoLength: true) { $0.masked { _, _ in false } },
    features("constant rows") { x in
      let first = x • Tensor((0..<x.shape[1]).map { $0 == 0 ? 1 : 0 }, shape: [x.shape[1], 1])
      return first + Tensor(repeating: 0, shape: x.shape)
    },
    features("dead features") { x in x.masked { _, column in column >= x.shape[1] / 2 } },
    features("mean of 1000") { $0 + 1000 },
    features("times 10⁴") { 1e4 * $0 },
    features("times 10⁻⁴") { 1e-4 * $0 },
    features("times 10⁻¹²") { 1e-12 * $0 },
  ]

  private static func batch(
    _ name: String, _ change: @escaping @Sendable (inout BatchMaker) -> Void,
    labels: (@Sendable (Int) -> Int)? = nil
  ) -> DegenerateCase {
    DegenerateCase(name: name, hasNoLength: false, change: .batch(change, labels: labels))
  }

  private static func features(
    _ name: String, hasNoLength: Bool = false, _ change: @escaping @Sendable (Tensor) -> Tensor
  ) -> DegenerateCase {
    DegenerateCase(name: name, hasNoLength: hasNoLength, change: .features(change))
  }
}

extension DegenerateCase {
  /// The batches of this case, each with the network that it changes.
  func batches(_ maker: BatchMaker) -> [(of: String, batch: Batch)] {
    switch change {
    case .batch(let change, let labels):
      var maker = maker
      change(&maker)
      var batch = maker.batch(seed: 1)
      if let labels { batch.student.labels = (0..<maker.examples).map(labels) }
      return [("", batch)]
    case .features(let change):
      let change = { (outputs: Outputs) in
        Outputs(
          outputs.tensors.mapValues { change($0.flattened).reshaped($0.shape) },
          labels: outputs.labels, indices: outputs.indices)
      }
      let plain = maker.batch(seed: 1)
      let (student, teacher) = (change(plain.student), change(plain.teacher))
      return [
        ("of the student", Batch(student: student, teacher: plain.teacher)),
        ("of the teacher", Batch(student: plain.student, teacher: teacher)),
        ("of both", Batch(student: student, teacher: teacher)),
      ]
    }
  }
}

extension ConformanceSuite {
  /// Finite outputs have a finite loss and gradient.
  ///
  /// If something has no length, its gradient is 0, and all other gradients have about their usual
  /// size. The largest entry is a few times the usual largest, and a thousand times is allowed. A
  /// division by almost nothing leaves more. If a method adds an ε of its own to a divisor, the
  /// gradient grows as the divisor shrinks: up to 10/ε times is allowed, because for the outputs
  /// made here the divisor is usually at most ten.
  func degenerateFindings() throws -> [Finding] {
    let maker = try BatchMaker(for: loss)
    let usual = try loss.valueWithGradient(maker.batch(seed: 1)).gradient.values
      .reduce(0) { max($0, $1.largest) }
    let limit = max(1e3, 10 / (loss.smallestDivisor ?? 1)) * usual
    let cases = DegenerateCase.all.map { ($0.name, $0.hasNoLength, $0.batches(maker)) }
    let equals = ("student = teacher", true, [("", maker.batchOfEquals(seed: 1))])
    return (cases + [equals]).flatMap { name, hasNoLength, batches in
      findings(name) { [try finding(name, batches, limit: hasNoLength ? limit : nil)] }
    }
  }

  private func finding(
    _ name: String, _ batches: [(of: String, batch: Batch)], limit: Double?
  ) throws -> Finding {
    var largest = 0.0
    for (network, batch) in batches {
      let place = network.isEmpty ? "" : ", \(network)"
      let (value, gradients) = try loss.valueWithGradient(batch)
      guard value.isFinite else {
        return Finding(name, passed: false, "the loss is \(value)\(place)")
      }
      for (output, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
        guard gradient.largest.isFinite else {
          return Finding(
            name, passed: false, "the gradient at \(output) holds \(gradient.largest)\(place)")
        }
        if let limit, gradient.largest > limit {
          return Finding(
            name, measured: gradient.largest, allowed: limit,
            "largest gradient at \(output)\(place)")
        }
        largest = max(largest, gradient.largest)
      }
    }
    return Finding(
      name, measured: largest, allowed: limit, "largest gradient")
  }
}

extension Tensor {
  /// The entries for which `isKept(row, column)` holds, and 0 elsewhere.
  fileprivate func masked(_ isKept: (Int, Int) -> Bool) -> Tensor {
    let width = shape[1]
    return Tensor(
      scalars.enumerated().map { isKept($0 / width, $0 % width) ? $1 : 0 }, shape: shape)
  }
}
