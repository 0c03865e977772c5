import Distillation
import Foundation

/// What a paper can be called: its name is that of a Swift type and of a module, and its id, the
/// same in lower camel case, that of a term.
enum PaperName {
  static func check(
    _ name: String, in checkout: Checkout?, _ registry: Registry
  ) throws(CommandError) {
    guard name.wholeMatch(of: /[A-Z][A-Za-z0-9]*/) != nil else {
      throw .invalidValue(
        name, label: "NAME",
        expected: "a name that a Swift type can have, such as \(corrected(name) ?? "MyLoss")",
        choices: [])
    }
    if let owner = owner(of: name, in: checkout, registry) {
      throw .badData("the name '\(name)' is taken, by \(owner)")
    }
  }

  /// `my-loss` → `MyLoss`; `nil` where no letters are left.
  private static func corrected(_ name: String) -> String? {
    let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return joined.first?.isLetter == true ? joined : nil
  }

  /// The present owner of a name, in a checkout of Kindred if one is known. Names that differ only in
  /// case count as equal, because some file systems ignore case.
  private static func owner(
    of name: String, in checkout: Checkout?, _ registry: Registry
  ) -> String? {
    func isEqual(_ other: String) -> Bool { other.lowercased() == name.lowercased() }
    if let paper = checkout?.papers.first(where: isEqual) { return "the paper \(paper)" }
    if let module = checkout?.modules.first(where: isEqual) { return "the module \(module)" }
    if let target = checkout?.targets.first(where: isEqual) { return "the target \(target)" }
    let id = lowerCamelCase(name)
    if registry.terms[id] != nil { return "the term \(id)" }
    if registry.relations[id] != nil { return "the relation \(id)" }
    if registry.matchers[id] != nil { return "the matcher \(id)" }
    if registry.knowledge[id] != nil { return "the knowledge \(id)" }
    if let type = checkout?.publicTypes[name] { return "the type in \(type)" }
    if ReservedNames.modules.contains(where: isEqual) { return "a module of the toolchain" }
    if ReservedNames.types.contains(name) { return "a type of Swift or Foundation" }
    return ReservedNames.words.contains(name) ? "formulas" : nil
  }
}
