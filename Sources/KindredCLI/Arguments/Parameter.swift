/// Something that a command takes on its command line.
///
///     let recipe = Parameter<String>.argument("RECIPE", "The recipe, a JSON5 file.")
///     let output = Parameter<String?>.option(
///       "out", "DIR", completion: .folders, "Where the results go.")
///     let set = Parameter<[String]>.option("set", "KEY=VALUE", "Changes the recipe.")
///     let threads = Parameter<Int>.option("threads", "N", default: 2, "Cores to use.")
///     let force = Parameter.flag("force", "Overwrites what exists.")
public struct Parameter<Value: ParameterValue>: Sendable {
  /// How the parameter is written and explained.
  public let declaration: Declaration
  let defaultValue: Value?
}

/// What the parser and the help need of a parameter, whatever the type of its value.
public struct Declaration: Sendable {
  enum Kind: Sendable { case argument, option, flag }

  let kind: Kind
  /// In capitals for an argument, without its dashes for an option.
  let name: String
  /// What stands for the value in the usage line.
  let placeholder: String
  let help: String
  /// Every word that is allowed if these are few; otherwise empty.
  let choices: [String]
  let completion: Completion
  let isRequired: Bool
  let isRepeated: Bool
  let defaultText: String?

  /// As the user writes it: `--out`, or `RECIPE` for an argument.
  var label: String { kind == .argument ? name : "--" + name }

  /// With its value: `--out DIR`.
  var labelWithValue: String { kind == .option ? "\(label) \(placeholder)" : label }

  /// Whether words that follow the first can only be more values: the option may be given again,
  /// and the command has no arguments.
  func takesSeveralWords(beside declarations: [Declaration]) -> Bool {
    kind == .option && isRepeated && !declarations.contains { $0.kind == .argument }
  }
}

extension Parameter {
  /// A word found by its position among the words that are not options. Whether it must be given is
  /// as its type says, unless stated.
  public static func argument(
    _ name: String, completion: Completion = .nothing, isRequired: Bool = Value.isRequired,
    _ help: String
  ) -> Parameter {
    Parameter(.argument, name, nil, nil, completion, isRequired: isRequired, help)
  }

  /// A word that follows `--name`, or is joined to it by `=`. If the value's type has choices,
  /// these are its placeholder; any other type needs one. Whether it must be given is as its type says, unless
  /// stated.
  public static func option(
    _ name: String, _ placeholder: String? = nil, default defaultValue: Value? = nil,
    completion: Completion = .nothing, isRequired: Bool = Value.isRequired, _ help: String
  ) -> Parameter {
    Parameter(.option, name, placeholder, defaultValue, completion, isRequired: isRequired, help)
  }

  private init(
    _ kind: Declaration.Kind, _ name: String, _ placeholder: String?, _ defaultValue: Value?,
    _ completion: Completion, isRequired: Bool = Value.isRequired, _ help: String
  ) {
    let choices = Value.choices
    let representable = defaultValue as? any RawRepresentable<String>
    let words = (defaultValue as? [any ArgumentValue])?.map { "\($0)" }.joined(separator: " ")
    self.declaration = Declaration(
      kind: kind, name: name,
      placeholder: placeholder ?? (choices.isEmpty ? name : choices.joined(separator: "|")),
      help: help, choices: choices,
      completion: choices.isEmpty ? completion : .words(choices),
      isRequired: isRequired && defaultValue == nil,
      isRepeated: Value.isRepeated,
      defaultText: representable?.rawValue ?? words ?? defaultValue.map { "\($0)" })
    self.defaultValue = defaultValue
  }
}

extension Parameter<Bool> {
  /// A name without a value: true when it is given.
  public static func flag(_ name: String, _ help: String) -> Parameter {
    Parameter(.flag, name, nil, nil, .nothing, help)
  }
}

/// A parameter of any type.
public protocol AnyParameter: Sendable {
  /// How the parameter is written and explained.
  var declaration: Declaration { get }

  /// The value of this parameter, in a `Box` of its type, read from the words given for it.
  func read(_ words: [String]) throws(CommandError) -> any Sendable
}

extension Parameter: AnyParameter {
  public func read(_ words: [String]) throws(CommandError) -> any Sendable {
    if words.isEmpty, let defaultValue { return Box(value: defaultValue) }
    return Box(value: try Value.read(words, label: declaration.label))
  }
}

/// Keeps a value's type through `any`: a cast to `Box<Int?>` never succeeds for a `Box<Int>`.
struct Box<Value: Sendable>: Sendable {
  let value: Value
}
