import Foundation
import Kindred
import Testing

/// A file of golden vectors: one method's losses and gradients, computed in Double by two
/// independent references. `Goldens/README.md` says where they come from.
struct GoldenFile: Decodable {
  let schema: String
  let method: String
  let cases: [GoldenCase]

  static func read(_ method: String) throws -> GoldenFile {
    let url = Bundle.module.url(
      forResource: method, withExtension: "json", subdirectory: "Goldens")
    return try JSONDecoder().decode(
      GoldenFile.self, from: Data(contentsOf: try #require(url, "no golden file \(method)")))
  }
}

struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
  let `case`: String
  let params: [String: Setting]
  let inputs: [String: Array]
  let students: [String]
  let expected: Expected

  struct Array: Decodable, Sendable {
    let shape: [Int]
    let data: [Double]

    var tensor: Tensor { Tensor(data.map { Float($0) }, shape: shape) }
  }

  struct Expected: Decodable, Sendable {
    let loss: Double
    let grads: [String: Array]
    let float32Error: [String: Double]

    enum CodingKeys: String, CodingKey {
      case loss, grads
      case float32Error = "float32_error"
    }
  }

  var testDescription: String { `case` }

  /// The published Float32 criterion: 10⁻⁴ relative, and absolutely 10⁻⁶ or four times what a
  /// straightforward Float32 evaluation loses.
  func tolerance(_ kind: String, _ magnitude: Double) -> Double {
    max(1e-6, 4 * (expected.float32Error["\(kind)_abs"] ?? 0)) + 1e-4 * magnitude
  }
}

extension GoldenCase {
  func number(_ name: String) throws -> Double {
    guard case .number(let value)? = params[name] else {
      throw SettingMissing(name: name)
    }
    return value
  }

  func text(_ name: String) throws -> String {
    guard case .text(let value)? = params[name] else { throw SettingMissing(name: name) }
    return value
  }

  struct SettingMissing: Error { let name: String }
}
