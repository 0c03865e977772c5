/// A piece of HTML or SVG. All text and attributes are escaped when they are written, from any
/// source.
///
///     Markup("p", ["class": "note"], "a < b", Markup("b", [:], "bold")).html
indirect enum Markup: Sendable, ExpressibleByStringLiteral {
  case text(String)
  case element(String, attributes: [Attribute], children: [Markup])
  case group([Markup])
  /// A file that is written as it is: the style or the script of a page.
  case file(PageFile)

  struct Attribute: Sendable {
    var name: String
    var value: String
  }

  init(stringLiteral text: String) { self = .text(text) }

  init(_ name: String, _ attributes: KeyValuePairs<String, String>, _ children: Markup...) {
    self.init(name, attributes, children)
  }

  init(_ name: String, _ attributes: KeyValuePairs<String, String>, _ children: [Markup]) {
    self = .element(
      name, attributes: attributes.map { Attribute(name: $0.key, value: $0.value) },
      children: children)
  }

  static let nothing = Markup.group([])
}

extension Markup {
  private static let void: Set<String> = ["br", "img", "meta"]

  var html: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .text(let content): Self.escape(content, to: &text)
    case .file(let file): text += file.text
    case .group(let parts): for part in parts { part.write(to: &text) }
    case .element(let name, let attributes, let children):
      text += "<\(name)"
      for attribute in attributes {
        text += " \(attribute.name)=\""
        Self.escape(attribute.value, to: &text)
        text += "\""
      }
      text += ">"
      guard !Self.void.contains(name) else { return }
      for child in children { child.write(to: &text) }
      text += "</\(name)>"
    }
  }

  /// Escapes text, and attributes in double quotes. Control characters are replaced, because HTML
  /// does not allow them.
  private static func escape(_ content: String, to text: inout String) {
    for scalar in content.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      case "\n", "\t": text.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
        text.unicodeScalars.append("\u{FFFD}")
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
