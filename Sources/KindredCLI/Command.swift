/// One verb of the command line, or a group of verbs.
///
/// A command declares its parameters as stored properties of type ``Parameter``. The usage line,
/// the help and the errors follow from them.
///
///     struct Greet: Command {
///       let name = "greet"
///       let summary = "Greets somebody."
///       let who = Parameter<String>.argument("NAME", "Whom to greet.")
///       let loudly = Parameter.flag("loudly", "Greets in capitals.")
///
///       func run(_ arguments: Arguments, console: Console) throws {
///         let greeting = "Hello, \(arguments[who])!"
///         try console.write((arguments[loudly] ? greeting.uppercased() : greeting) + "\n")
///       }
///     }
public protocol Command: Sendable {
  /// The word that calls the command.
  var name: String { get }

  /// One sentence that says what the command does.
  var summary: String { get }

  /// The text below the parameters in the help: lines of at most 80 characters, examples first.
  var discussion: String { get }

  /// The parameters, in the order of the usage line. By default these are all stored properties
  /// that are parameters.
  var parameters: [any AnyParameter] { get }

  /// The verbs of a group. A command that has some is never run itself.
  var subcommands: [any Command] { get }

  /// Does the work. Data goes to ``Console/write(_:)`` and everything else to ``Console/note(_:)``.
  /// If the command throws an ``ExitCodeError``, that decides the exit code.
  func run(_ arguments: Arguments, console: Console) throws
}

extension Command {
  /// By default, the help has no text below the parameters.
  public var discussion: String { "" }

  /// The stored properties that are parameters, in the order of their declaration.
  public var parameters: [any AnyParameter] {
    Mirror(reflecting: self).children.compactMap { $0.value as? any AnyParameter }
  }

  /// By default, a command is not a group.
  public var subcommands: [any Command] { [] }
}
