package import Foundation

extension JSONEncoder {
  /// An encoder that sorts the keys, so that equal values have equal bytes. It writes one line
  /// unless it is `pretty`.
  package static func ordered(pretty: Bool) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return encoder
  }
}
