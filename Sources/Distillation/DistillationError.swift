/// What can be wrong with a loss and the outputs it is given.
public enum DistillationError: Error, Equatable {
  case missingOutput(String, available: [String])
  case missingLabels(term: String)
  case labelOutOfRange(Int, at: Int, classes: Int)
  case unequalBatches(String, Int, String, Int)
  case unequalShapes(String, student: [Int], teacher: [Int])
  case unfit(String, takes: String, shapes: [[Int]], of: Role)
  case tooManyEntries(String, Int)
  indirect case inTerm(String, DistillationError)
  case formula(FormulaError)
  case setting(SettingError)
  case unknownName(String, kind: String, available: [String])
}

extension DistillationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingOutput(let name, let available):
      """
      there is no output '\(name)'\(suggestion(for: name, in: available)); \
      there is \(quoted(available))
      """
    case .missingLabels(let term):
      "'\(term)' needs labels, and there are none"
    case .labelOutOfRange(let label, let index, let classes):
      "label \(label) of example \(index) is not one of the classes 0..<\(classes)"
    case .unequalBatches(let first, let count, let second, let other):
      "\(first) has \(count) examples, but \(second) has \(other)"
    case .unequalShapes(let matcher, let student, let teacher):
      """
      \(matcher) compares entry by entry, but the student's value has shape \(student) and the \
      teacher's \(teacher)
      """
    case .unfit(let component, let kind, let shapes, let role):
      """
      \(component) takes \(kind), but the \(role.rawValue)'s value has \
      \(shapes.count == 1 ? "shape" : "shapes") \
      \(shapes.map { "\($0)" }.joined(separator: " and "))
      """
    case .tooManyEntries(let relation, let count):
      """
      \(relation) has \(count == .max ? "more" : "\(count)") entries for this batch, too many for \
      one step: compare some of them by the matcher's 'tuples', such as huber(tuples: 4096)
      """
    case .inTerm(let term, let error): "\(term): \(error)"
    case .formula(let error): "\(error)"
    case .setting(let error): "\(error)"
    case .unknownName(let name, let kind, let available):
      """
      there is no \(kind) '\(name)'\(suggestion(for: name, in: available)); \
      there is \(quoted(available))
      """
    }
  }
}

/// ` (did you mean 'x'?)` where a name is near, else nothing.
package func suggestion(for name: String, in available: [String]) -> String {
  nearest(to: name, in: available).map { " (did you mean '\($0)'?)" } ?? ""
}

/// `'a', 'b', 'c'`, or `nothing`.
func quoted(_ names: [String]) -> String {
  names.isEmpty ? "nothing" : names.map { "'\($0)'" }.joined(separator: ", ")
}
