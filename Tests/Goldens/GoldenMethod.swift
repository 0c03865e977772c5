public import Distillation
public import Tensors
public import Testing

/// The formula of a golden method, and the outputs that its inputs stand for in each network.
public struct GoldenMethod: Sendable {
  /// The name of the method's file.
  public let name: String
  /// The networks' outputs, by the names in the file.
  public let student, teacher: [String: String]
  /// The names of the tensors that the loss owns, by the names in the file.
  public let parameters: [String: String]
  public let formula: @Sendable (GoldenCase) throws -> String

  /// A method on one output of each network.
  init(
    _ name: String, on output: String, parameters: [String: String] = [:],
    formula: @escaping @Sendable (GoldenCase) throws -> String
  ) {
    self.init(
      name, student: ["student": output], teacher: ["teacher": output], parameters: parameters,
      formula: formula)
  }

  init(
    _ name: String, student: [String: String], teacher: [String: String],
    parameters: [String: String] = [:],
    formula: @escaping @Sendable (GoldenCase) throws -> String
  ) {
    (self.name, self.student, self.teacher, self.formula) = (name, student, teacher, formula)
    self.parameters = parameters
  }
}

extension GoldenMethod: CustomTestStringConvertible {
  public var testDescription: String { name }
}

extension GoldenMethod {
  /// A case's inputs as one network's outputs; the student has the labels, the weights and the mask.
  public func outputs(of role: Role, in golden: GoldenCase) -> Outputs {
    var outputs: Outputs = [:]
    for (input, output) in role == .student ? student : teacher {
      outputs.tensors[output] = golden.inputs[input]?.tensor
    }
    for name in ["weights", "mask"] where role == .student {
      outputs.tensors[name] = golden.inputs[name]?.tensor
    }
    outputs.labels = role == .student ? golden.labels : nil
    return outputs
  }

  /// A case's tensors of the loss, by name.
  public func tensors(in golden: GoldenCase) -> [String: Tensor] {
    let known = parameters.compactMap { input, name in
      golden.inputs[input].map { (name, $0.tensor) }
    }
    return Dictionary(uniqueKeysWithValues: known)
  }

  /// A case's tensors of the loss as its state.
  public func state(in golden: GoldenCase) -> LossState {
    let learned = Set(golden.students.compactMap { parameters[$0] })
    let tensors = tensors(in: golden)
    return LossState(
      parameters: tensors.filter { learned.contains($0.key) },
      memory: tensors.filter { !learned.contains($0.key) })
  }

  /// Expects a loss and its gradients at the student's outputs to equal the reference's.
  public func check(
    _ golden: GoldenCase, value: Double, gradients: [String: Tensor],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = golden.expected
    #expect(
      abs(value - expected.loss) <= golden.tolerance("loss", abs(expected.loss)),
      "\(golden.case): loss \(value), not \(expected.loss)", sourceLocation: sourceLocation)
    #expect(!golden.students.isEmpty)
    for input in golden.students {
      let reference = try #require(expected.grads[input])
      let output = try #require(student[input] ?? parameters[input])
      let gradient = try #require(gradients[output], "no gradient at '\(output)'")
      #expect(gradient.shape == reference.shape, sourceLocation: sourceLocation)
      let error = zip(gradient.scalars, reference.data).map { abs(Double($0) - $1) }
        .reduce(0) { $1.isNaN || $1 > $0 ? $1 : $0 }
      let limit = golden.tolerance("grad", reference.data.map { abs($0) }.max() ?? 0)
      #expect(
        error <= limit, "\(golden.case): gradient at \(input) off by \(error), more than \(limit)",
        sourceLocation: sourceLocation)
    }
  }
}
