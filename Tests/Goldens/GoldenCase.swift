public import Distillation
public import Tensors

/// One golden vector: inputs, and the reference's loss and gradients.
public struct GoldenCase: Decodable, Sendable {
  public let `case`: String
  public let tags: [String]
  public let params: [String: Setting]
  public let inputs: [String: Array]
  /// The inputs that gradients are taken for.
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

  /// The class of each example, where the loss reads them.
  public var labels: [Int]? { inputs["labels"]?.data.map { Int($0) } }

  /// What a value or gradient may be off by, as published for Float32: 10⁻⁴ relative, and
  /// absolutely 10⁻⁶ or four times what a straightforward Float32 evaluation loses.
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

  struct SettingMissing: Error { let name: String }
}
