/// The values given to a command, each of the type that its parameter declares.
///
///     let formula = arguments[loss]  // a String where `loss` is a Parameter<String>
public struct Arguments: Sendable {
  private var values: [String: any Sendable] = [:]

  /// Reads the words given for each parameter, by label.
  init(_ words: [String: [String]], for parameters: [any AnyParameter]) throws(CommandError) {
    for parameter in parameters {
      let label = parameter.declaration.label
      values[label] = try parameter.read(words[label] ?? [])
    }
  }

  /// The value of a parameter.
  ///
  /// - Precondition: the command declares it among its ``Command/parameters``.
  public subscript<Value>(parameter: Parameter<Value>) -> Value {
    let label = parameter.declaration.label
    guard let box = values[label] as? Box<Value> else {
      fatalError("[arguments] \(label) is no parameter of this command")
    }
    return box.value
  }
}
