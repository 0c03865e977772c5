import Tensors

/// Decodes a value from settings; what they leave out it takes from `defaults`.
struct SettingDecoder: Decoder {
  let setting: Setting
  let defaults: Any?
  let path: [String]
  /// Whether the settings are those of what holds these parameters, and others among them.
  let isShared: Bool

  init(setting: Setting, defaults: Any?, path: [String], isShared: Bool = false) {
    self.isShared = isShared
    // The default of an optional property arrives as an optional inside `Any`.
    let mirror = defaults.map { Mirror(reflecting: $0) }
    self.defaults =
      mirror?.displayStyle == .optional ? mirror?.children.first?.value : defaults
    (self.setting, self.path) = (setting, path)
  }

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .group(let settings) = setting else { throw wrong("a group of settings {…}") }
    let properties = defaults.map { Mirror(reflecting: $0).children.map { $0 } } ?? []
    let shared = properties.filter { $0.value is any SharedParameters }.compactMap { $0.label }
    let names =
      (defaults as? any Configurable).map { $0.parameters.map { $0.name } }
      ?? properties.compactMap { $0.label }
    for key in settings.keys.sorted() where !isShared && !names.contains(key) {
      guard Key(stringValue: key) == nil || shared.contains(key) else { continue }
      throw SettingError(
        path: path,
        problem: "no '\(key.visible)'\(suggestion(for: key, in: names)); \(choices(names))")
    }
    let known = Dictionary(
      properties.compactMap { child in child.label.map { ($0, child.value) } }
    ) { $1 }
    return KeyedDecodingContainer(Keyed(settings: settings, defaults: known, path: path))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let settings) = setting else { throw wrong("a list […]") }
    return Unkeyed(settings: settings, path: path)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

  func wrong(_ expected: String) -> SettingError {
    SettingError(path: path, problem: "expected \(expected), not \(setting.kind)")
  }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    switch type {
    case is Bool.Type:
      guard case .boolean(let value as T) = setting else { throw wrong("true or false") }
      return value
    case is String.Type:
      guard case .text(let value as T) = setting else { throw wrong("a text") }
      return value
    case is Double.Type:
      guard let number = setting.double, number.isFinite, let value = number as? T else {
        throw wrong("a number")
      }
      return value
    case let type as any FixedWidthInteger.Type:
      guard let value = type.init(setting) as? T else {
        throw wrong(type.expectation(insteadOf: setting))
      }
      return value
    case let type as any (CaseIterable & RawRepresentable<String>).Type:
      let allowed = type.rawValues
      // `none`, which a formula reads as no value, may be the name of a choice.
      if setting == .none, let value = type.init(rawValue: "none") as? T { return value }
      guard case .text(let text) = setting, let value = type.init(rawValue: text) as? T else {
        var text = ""
        if case .text(let given) = setting { text = suggestion(for: given, in: allowed) }
        throw wrong("one of \(quoted(allowed))\(text)")
      }
      return value
    case is Setting.Type:
      guard let value = setting as? T else { throw wrong("a setting") }
      return value
    case let type as any Configurable.Type where !(defaults is T):
      return try T(from: SettingDecoder(setting: setting, defaults: type.standard, path: path))
    default: return try T(from: self)
    }
  }
}

extension CaseIterable where Self: RawRepresentable<String> {
  fileprivate static var rawValues: [String] { allCases.map { $0.rawValue } }
}

private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let settings: [String: Setting]
  let defaults: [String: Any]
  let path: [String]

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { settings.keys.sorted().compactMap { Key(stringValue: $0) } }

  /// Whether the key has a value, given or by default.
  func contains(_ key: Key) -> Bool { !isNone(key) }

  func decodeNil(forKey key: Key) -> Bool { isNone(key) }

  private func isNone(_ key: Key) -> Bool {
    if let setting = settings[key.stringValue] { return setting == .none }
    guard let value = defaults[key.stringValue] else { return true }
    let mirror = Mirror(reflecting: value)
    return mirror.displayStyle == .optional && mirror.children.isEmpty
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    let name = key.stringValue
    if let shared = defaults[name] as? any SharedParameters {
      let own = SettingDecoder(
        setting: .group(settings), defaults: shared, path: path, isShared: true)
      return try T(from: own)
    }
    guard let setting = settings[name] else {
      if let value = defaults[name] as? T { return value }
      throw SettingError(path: path, problem: "'\(name)' is missing")
    }
    return try SettingDecoder(setting: setting, defaults: defaults[name], path: path + [name])
      .decode(type)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try superDecoder(forKey: key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try superDecoder(forKey: key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    SettingDecoder(setting: .group(settings), defaults: nil, path: path)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    SettingDecoder(
      setting: settings[key.stringValue] ?? .none, defaults: defaults[key.stringValue],
      path: path + [key.stringValue])
  }
}

private struct Unkeyed: UnkeyedDecodingContainer {
  let settings: [Setting]
  let path: [String]
  var currentIndex = 0

  init(settings: [Setting], path: [String]) { (self.settings, self.path) = (settings, path) }

  var codingPath: [any CodingKey] { [] }
  var count: Int? { settings.count }
  var isAtEnd: Bool { currentIndex >= settings.count }

  mutating func decodeNil() -> Bool {
    guard !isAtEnd, settings[currentIndex] == .none else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decode(type) }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }

  private mutating func next() throws -> SettingDecoder {
    guard !isAtEnd else { throw SettingError(path: path, problem: "the list is too short") }
    defer { currentIndex += 1 }
    let place = Array(path.dropLast()) + ["\(path.last ?? "")[\(currentIndex)]"]
    return SettingDecoder(setting: settings[currentIndex], defaults: nil, path: place)
  }
}

private struct Single: SingleValueDecodingContainer {
  let decoder: SettingDecoder

  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { decoder.setting == .none }

  func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type) }
}
