public import Distillation
public import Foundation
public import Tensors

/// A worked example of a loss: a formula, the outputs of both networks, and the value and gradient
/// that are expected.
///
///     let vectors = try TestVector.read(from: URL(filePath: "Vectors/RKD.json"))
///     for finding in try vectors.flatMap({ try $0.findings(in: .linked) }) { print(finding) }
///
/// A file of test vectors is JSON. Tensors are nested arrays of any depth:
///
///     {"schema": "kindred-vectors/1", "vectors": [{
///       "formula": "logits", "source": "by hand: differences 1 and 0 of two numbers",
///       "student": {"logits": [[1, 2]]}, "teacher": {"logits": [[0, 2]]},
///       "value": 0.5, "gradients": {"logits": [[1, 0]]}}]}
///
/// A vector may also have `labels`, one whole number for each example. Any other key is an error.
public struct TestVector: Sendable {
  /// The loss, written as a formula.
  public let formula: String

  /// The source of the expected numbers.
  public let source: String

  /// The student's outputs, with the labels if there are some.
  public let student: Outputs
  /// The teacher's outputs.
  public let teacher: Outputs

  /// The expected value of the loss.
  public let value: Double

  /// The expected gradients of the loss at the student's outputs, by the names of these outputs.
  public let gradients: [String: Tensor]

  /// Reads the vectors in a file.
  ///
  /// - Throws: Any error of `Data` or `JSONDecoder`.
  public static func read(from file: URL) throws -> [TestVector] {
    try JSONDecoder().decode(VectorFile.self, from: Data(contentsOf: file)).vectors
  }

  /// Evaluates the loss and compares its value, and its gradient at each output, with the expected
  /// ones. The allowed error of each is 10⁻⁴ of its largest expected magnitude, or 10⁻⁶ if that is
  /// more.
  ///
  /// - Throws: ``/Distillation/DistillationError`` if the formula is not valid or does not fit the
  ///   outputs.
  public func findings(in registry: Registry) throws -> [Finding] {
    let result = try registry.loss(formula).evaluate(
      student: student, teacher: teacher, at: Moment(), state: LossState())
    let value = Finding(
      "value", measured: abs(result.value - value), allowed: Self.allowed(abs(value)),
      "\(formula) is \(result.value), not \(value)")
    return try [value]
      + gradients.sorted { $0.key < $1.key }.map { name, expected in
        let gradient = try result.gradients[name]
        guard gradient.shape == expected.shape else {
          return Finding(
            "gradient at \(name)", passed: false,
            "it has shape \(gradient.shape), not \(expected.shape)")
        }
        return Finding(
          "gradient at \(name)", measured: (gradient - expected).largest,
          allowed: Self.allowed(expected.largest), "\(formula): largest error of an entry")
      }
  }

  private static func allowed(_ magnitude: Double) -> Double { max(1e-6, 1e-4 * magnitude) }
}

private struct VectorFile: Decodable {
  static let schema = "kindred-vectors/1"

  let vectors: [TestVector]

  private enum CodingKeys: CodingKey { case schema, vectors }

  init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: CodingKeys.self)
    guard try file.decode(String.self, forKey: .schema) == Self.schema else {
      throw DecodingError.dataCorruptedError(
        forKey: .schema, in: file, debugDescription: "the schema is not \(Self.schema)")
    }
    vectors = try file.decode([TestVector].self, forKey: .vectors)
  }
}

extension TestVector: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case formula, source, student, teacher, labels, value, gradients
  }

  /// Decodes a vector. A key that no vector has is an error, which suggests the nearest key.
  public init(from decoder: any Decoder) throws {
    let vector = try decoder.container(keyedBy: CodingKeys.self)
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys
    where CodingKeys(stringValue: key.stringValue) == nil {
      let keys = CodingKeys.allCases.map { $0.rawValue }
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: """
            no '\(key.stringValue)'\(suggestion(for: key.stringValue, in: keys)); \
            choose from \(keys.joined(separator: ", "))
            """))
    }
    func tensors(_ key: CodingKeys) throws -> [String: Tensor] {
      try (vector.decodeIfPresent([String: NestedNumbers].self, forKey: key) ?? [:])
        .mapValues { $0.tensor }
    }
    formula = try vector.decode(String.self, forKey: .formula)
    source = try vector.decode(String.self, forKey: .source)
    student = Outputs(
      try tensors(.student), labels: try vector.decodeIfPresent([Int].self, forKey: .labels))
    teacher = Outputs(try tensors(.teacher))
    value = try vector.decode(Double.self, forKey: .value)
    gradients = try tensors(.gradients)
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// A number, or rows of equal shape, to any depth.
private struct NestedNumbers: Decodable {
  let shape: [Int]
  let numbers: [Double]

  var tensor: Tensor { Tensor(numbers.map { Float($0) }, shape: shape) }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      (shape, numbers) = ([], [number])
      return
    }
    let rows = try container.decode([NestedNumbers].self)
    guard rows.allSatisfy({ $0.shape == rows[0].shape }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "rows of unequal shapes")
    }
    shape = [rows.count] + (rows.first?.shape ?? [])
    numbers = rows.flatMap { $0.numbers }
  }
}
