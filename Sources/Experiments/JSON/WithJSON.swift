import Foundation

/// A value with its JSON, which is made once, because finished parts of a run are saved again after
/// every epoch.
@dynamicMemberLookup
struct WithJSON<Value: Codable & Sendable>: Sendable {
  let value: Value
  let json: String

  /// Encodes the value.
  ///
  /// - Throws: `EncodingError`.
  init(_ value: Value) throws {
    self.value = value
    json = String(decoding: try JSONEncoder.ordered(pretty: false).encode(value), as: UTF8.self)
  }

  subscript<Member>(dynamicMember path: KeyPath<Value, Member>) -> Member { value[keyPath: path] }
}
