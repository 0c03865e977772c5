import Distillation
import Tensors

/// The seed of something that students share, or `each`: that it is made anew for each of their seeds.
package enum SeedSetting: Codable, Hashable, Sendable {
  case one(UInt64)
  case each

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try? container.decode(String.self)
    guard text != "each" else {
      self = .each
      return
    }
    do {
      self = .one(try container.decode(UInt64.self))
    } catch let error as SettingError {
      guard let text else { throw error }
      throw SettingError(
        path: error.path, problem: "expected a whole number or 'each', not '\(text.visible)'")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .one(let seed): try container.encode(seed)
    case .each: try container.encode("each")
    }
  }

  /// The seed of what all students share.
  package var shared: UInt64 { if case .one(let seed) = self { seed } else { 0 } }

  /// The seed for the students of a seed.
  package func seed(for student: UInt64) -> UInt64 {
    if case .one(let seed) = self { seed } else { student }
  }
}
