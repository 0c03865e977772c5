import Kindred
import TestSupport
import Testing

/// A paper's loss as plain loops in Double, beside the formula that should compute it.
struct Reference: Sendable, CustomTestStringConvertible {
  /// The outputs of one network, by name.
  struct Network: Sendable {
    var outputs: [String: Values]

    init(_ outputs: [String: Tensor]) { self.outputs = outputs.mapValues(Values.init) }

    subscript(name: String) -> Values {
      guard let values = outputs[name] else { fatalError("the reference has no '\(name)'") }
      return values
    }
  }

  let formula: String
  /// The shapes of the outputs that are made for each network.
  let student, teacher: [String: [Int]]
  var labels: [Int]?
  /// The range that outputs are drawn from.
  var range = -1.0...1
  /// The shapes of the tensors that the loss owns. `s` has the parameters by their names beside the
  /// student's outputs, and `t` the memory beside the teacher's.
  var parameters: [String: [Int]] = [:]
  var memory: [String: [Int]] = [:]
  let loss: @Sendable (_ s: Network, _ t: Network) -> Double

  var testDescription: String { "\(formula) of \(student.values.map { "\($0)" }.sorted())" }
}

extension Reference {
  /// A loss of one output of each network.
  init(
    _ formula: String, on output: String, _ student: [Int], _ teacher: [Int],
    in range: ClosedRange<Double> = -1...1, labels: [Int]? = nil,
    _ loss: @escaping @Sendable (_ s: Values, _ t: Values) -> Double
  ) {
    self.init(
      formula: formula, student: [output: student], teacher: [output: teacher], labels: labels,
      range: range
    ) { s, t in loss(s[output], t[output]) }
  }

  /// Expects the formula's loss and gradients to equal the reference's, on two draws of the
  /// outputs.
  func expect(sourceLocation: SourceLocation = #_sourceLocation) throws {
    for seed in [UInt64(1), 2] {
      try expectReference(
        formula, student: draw(student, seed), teacher: draw(teacher, seed + 10), labels: labels,
        state: LossState(
          parameters: draw(parameters, seed + 20), memory: draw(memory, seed + 30)),
        sourceLocation: sourceLocation, loss)
    }
  }

  private func draw(_ shapes: [String: [Int]], _ seed: UInt64) -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: shapes.map { name, shape in
        (name, noise(shape, in: range, seed: seed + Self.offset(of: name)))
      })
  }

  /// What keeps the numbers of one output apart from those of another.
  private static func offset(of name: String) -> UInt64 {
    if name.hasSuffix("bias") { return 200 }
    return name == "stage1" || name == "text" || name.contains("hidden") ? 100 : 0
  }
}

/// Expects a formula's loss, and its gradient at every output of the student and at every parameter of
/// the state, to equal those of plain loops in Double; the gradient is taken by finite differences.
/// Gradients below the floor are noise.
func expectReference(
  _ formula: String, student: [String: Tensor], teacher: [String: Tensor], labels: [Int]? = nil,
  state: LossState = LossState(), floor: Double = 1e-6,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ reference: (_ s: Reference.Network, _ t: Reference.Network) -> Double
) throws {
  let result = try Registry.linked.loss(formula).evaluate(
    student: Outputs(student, labels: labels), teacher: Outputs(teacher), state: state)
  let s = Reference.Network(student.merging(state.parameters) { output, _ in output })
  let t = Reference.Network(teacher.merging(state.memory) { output, _ in output })
  let gradients = result.gradients.tensors.merging(result.parameterGradients) { own, _ in own }
  let value = reference(s, t)
  #expect(
    abs(result.value - value) <= 2e-5 * abs(value) + 1e-7,
    "\(formula): \(result.value), not \(value)", sourceLocation: sourceLocation)
  for (name, x) in s.outputs.sorted(by: { $0.key < $1.key }) {
    let slopes = x.scalars.indices.map { i in
      slope(
        of: { nudged in
          var moved = s
          moved.outputs[name] = Values(shape: x.shape, scalars: nudged)
          return reference(moved, t)
        }, at: x.scalars, i)
    }
    expectClose(
      try #require(gradients[name]).scalars, slopes, 1e-3, "\(formula), gradient at \(name)",
      floor: floor, sourceLocation: sourceLocation)
  }
}
