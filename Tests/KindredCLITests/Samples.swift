import KindredCLI
import Synchronization
import Testing

/// What a program wrote on its two streams.
final class Recording: Sendable {
  private let texts = Mutex((output: "", errors: ""))

  var output: String { texts.withLock { $0.output } }
  var errors: String { texts.withLock { $0.errors } }

  func console(isTerminal: Bool = false, columns: Int = 80, environment: [String: String] = [:])
    -> Console
  {
    Console(
      output: TextStream { text in self.texts.withLock { $0.output += text } },
      errors: TextStream(isTerminal: isTerminal, columns: { columns }) { text in
        self.texts.withLock { $0.errors += text }
      },
      environment: environment)
  }
}

/// A program with a command of every kind of parameter.
let sample = Program(
  name: "sample", summary: "Shows what a command line can hold.", version: "1.2.3",
  commands: [Draw(), Fail(), Pairs()])

func run(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
  let recording = Recording()
  let code = sample(words, console: recording.console())
  return (code, recording.output, recording.errors)
}

enum Ink: String, CaseIterable, ArgumentValue { case black, blue, red }

struct Draw: Command {
  let name = "draw"
  let summary = "Draws a shape, or several of them, on a sheet of paper."
  let discussion = "  sample draw circle --ink red --size 2.5"

  let shape = Parameter<String>.argument("SHAPE", "What to draw.")
  let place = Parameter<Int?>.argument("PLACE", "Where to draw it.")
  let size = Parameter<Double>.option("size", "CM", "How large the shape is, and required.")
  let copies = Parameter<Int>.option("copies", "N", default: 1, "How often it is drawn.")
  let ink = Parameter<Ink>.option("ink", default: .black, "The colour of the ink.")
  let paper = Parameter<String?>.option(
    "paper-from-the-cupboard", "KIND",
    "A kind of paper, about which there is much more to say than would fit into one line.")
  let set = Parameter<[String]>.option("set", "KEY=VALUE", "Changes a setting.")
  let force = Parameter.flag("force", "Draws over what exists.")

  func run(_ arguments: Arguments, console: Console) throws {
    let place = arguments[place].map { "\($0)" } ?? "-"
    let paper = arguments[paper] ?? "-"
    try console.write(
      "\(arguments[shape]) \(place) \(arguments[size]) \(arguments[copies]) "
        + "\(arguments[ink].rawValue) \(paper) \(arguments[set]) \(arguments[force])\n")
  }
}

struct Fail: Command {
  let name = "fail"
  let summary = "Fails in a chosen way."

  enum Way: String, CaseIterable, ArgumentValue { case plainly, data, interrupted, unknown }
  let way = Parameter<Way>.argument("WAY", "How.")

  struct Unknown: Error, CustomStringConvertible {
    let description = "an error that knows no exit code"
  }

  func run(_ arguments: Arguments, console: Console) throws {
    switch arguments[way] {
    case .plainly: throw CommandError.failed("2 of 3 checks failed")
    case .data: throw CommandError.badData("row 3 of 'a.npy' holds NaN")
    case .interrupted: throw CommandError.interrupted
    case .unknown: throw Unknown()
    }
  }
}

/// A group of verbs.
struct Pairs: Command {
  let name = "pairs"
  let summary = "Works on pairs."
  let subcommands: [any Command] = [Count()]

  func run(_ arguments: Arguments, console: Console) {}

  struct Count: Command {
    let name = "count"
    let summary = "Counts the words."
    let words = Parameter<[String]>.argument("WORD", "The words.")

    func run(_ arguments: Arguments, console: Console) throws {
      try console.write("\(arguments[words].count)\n")
    }
  }
}
