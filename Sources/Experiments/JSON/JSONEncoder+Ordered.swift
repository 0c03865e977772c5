package import Foundation

extension JSONEncoder {
  /// Every key in order, so that equal values are equal bytes; on one line unless it is `pretty`.
  package static func ordered(pretty: Bool) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return encoder
  }
}
