/// Extracts the sentences that explain parameters from Swift sources: the documentation comment
/// above each stored property, and above each case of an enumeration that a parameter may have.
///
///     var extractor = ParameterExtractor()
///     extractor.read(source, module: "MyPaper")
///     extractor.comments  // ["MyPaper.MyPaper": ["temperature": "T, the temperature …"]]
///
/// A property without a comment has the comment of the property that its default is taken from:
/// `DIST.standard.temperature`, `Sample().keep`. That one may be in any source that was read.
package struct ParameterExtractor {
  /// By the type's full name, with its module: `RKD.RKD.Potentials`.
  private var types: [String: [StoredProperty]] = [:]

  package init() {}

  /// Reads one source of a module.
  package mutating func read(_ source: String, module: String) {
    for (path, properties) in StoredProperties(of: source).byType {
      types["\(module).\(path)", default: []] += properties
    }
  }

  /// The comments of all that was read: by the type's full name, then by the property's or case's.
  package var comments: ParameterComments {
    var comments: ParameterComments = [:]
    for (type, properties) in types {
      for property in properties {
        guard let text = comment(of: property, in: type, visited: []) else { continue }
        comments[type, default: [:]][property.name] = text
      }
    }
    return comments
  }

  private func comment(
    of property: StoredProperty, in type: String, visited: Set<String>
  ) -> String? {
    guard property.comment.isEmpty else { return property.comment }
    let name = "\(type).\(property.name)"
    guard !visited.contains(name), let (owner, label) = reference(property.initialValue, in: type),
      let original = types[owner]?.first(where: { $0.name == label })
    else { return nil }
    return comment(of: original, in: owner, visited: visited.union([name]))
  }

  /// The type and the property that a value such as `DIST.standard.temperature` is taken from.
  private func reference(_ value: String?, in type: String) -> (type: String, label: String)? {
    let pattern = /((?:\w+\.)*\w+)(?:\(\)|\.standard)\.(\w+)/
    guard let match = value?.wholeMatch(of: pattern) else { return nil }
    // As Swift looks names up: in the type itself, in what it stands in, then in other modules.
    var scope = type.split(separator: ".").map { String($0) }
    repeat {
      let candidate = (scope + [String(match.1)]).joined(separator: ".")
      if types[candidate] != nil { return (candidate, String(match.2)) }
    } while scope.popLast() != nil
    let elsewhere = types.keys.filter { $0.drop { $0 != "." }.dropFirst() == match.1 }
    return elsewhere.count == 1 ? (elsewhere[0], String(match.2)) : nil
  }
}
