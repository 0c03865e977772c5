/// One verb of the command line, or a group of verbs.
///
/// A command declares what it takes as stored properties of type ``Parameter``; the usage line, the
/// help and the errors follow from them.
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
  var name: String { get }

  /// One sentence.
  var summary: String { get }

  /// What the help says below the parameters: lines of at most 80 characters, examples first.
  var discussion: String { get }

  /// What the command takes, in the order of the usage line. By default, every stored property
  /// that is a parameter.
  var parameters: [any AnyParameter] { get }

  /// The verbs of a group, which is then never run itself.
  var subcommands: [any Command] { get }

  /// Does the work. Data goes to ``Console/write(_:)`` and everything else to
  /// ``Console/note(_:)``. An error that is an ``ExitCodeError`` decides the exit code.
  func run(_ arguments: Arguments, console: Console) throws
}

extension Command {
  public var discussion: String { "" }

  public var parameters: [any AnyParameter] {
    Mirror(reflecting: self).children.compactMap { $0.value as? any AnyParameter }
  }

  public var subcommands: [any Command] { [] }
}
