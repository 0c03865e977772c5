public import Distillation
public import Tensors

/// One golden vector: inputs, and the reference's loss and gradients.
public struct GoldenCase: Decodable, Sendable {
  public let `case`: String
  public let tags: [String]
  public let params: [String: Setting]
  public let inputs: [String: Array]
  /// The inputs that have gradients.
  public let students: [String]
  public let expected: Expected

  public struct Array: Decodable, Sendable {
    public let shape: [Int]
    public let data: [Double]

    public var tensor: Tensor { Tensor(data.map { Float($0) }, shape: shape) }
  }

  public struct Expected: Decodable, Sendable {
    public let loss: Double
    public let grads: [String: Array]
    public let float32Error: [String: Double]

    enum CodingKeys: String, CodingKey {
      case loss, grads
      case float32Error = "float32_error"
    }
  }

  /// The class of each example, if the loss reads classes.
  public var labels: [Int]? { inputs["labels"]?.data.map { Int($0) } }

  /// The error that a value or gradient may have, as published for Float32: 10⁻⁴ relative, plus an
  /// absolute error of 10⁻⁶ or four times the error of a straightforward Float32 evaluation,
  /// whichever is more.
  public func tolerance(_ kind: String, _ magnitude: Double) -> Double {
    max(1e-6, 4 * (expected.float32Error["\(kind)_abs"] ?? 0)) + 1e-4 * magnitude
  }
}

// MARK: - Hyperparameters

extension GoldenCase {
  public func number(_ name: String) throws -> Double {
    guard case .number(let value)? = params[name] else { throw SettingMissing(name: name) }
    return value
  }

  public func text(_ name: String) throws -> String {
    guard case .text(let value)? = params[name] else { throw SettingMissing(name: name) }
    return value
  }

  public func flag(_ name: String) throws -> Bool {
    guard case .boolean(let value)? = params[name] else { throw SettingMissing(name: name) }
    return value
  }

  /// A list of whole numbers; none if the case has no such list.
  public func wholeNumbers(_ name: String) throws -> [Int] {
    guard case .list(let values)? = params[name] else { return [] }
    return try values.map { value in
      guard case .number(let number) = value else { throw SettingMissing(name: name) }
      return Int(number)
    }
  }

  struct SettingMissing: Error { let name: String }
}
