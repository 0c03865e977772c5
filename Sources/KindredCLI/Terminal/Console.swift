import Distillation
import Reports
import Synchronization
import Tensors

/// What a command says, and where: data on standard output, everything else on standard error.
///
/// A class because all who write to one terminal must agree on whether its last line is a status
/// line, which the next text replaces.
public final class Console: Sendable {
  let output: TextStream
  let errors: TextStream

  /// Whether a status line may be drawn: on a terminal that can, and not under `CI`.
  public let showsStatus: Bool

  /// Whether errors and bars may be coloured: on a terminal that can, and without `NO_COLOR`.
  public let usesColor: Bool

  private let status = Mutex("")

  /// Of the environment variables, `CI`, `NO_COLOR` and `TERM` are read.
  public init(output: TextStream, errors: TextStream, environment: [String: String]) {
    let isSet = { (name: String) in environment[name]?.isEmpty == false }
    let canDraw = errors.isTerminal && environment["TERM"] != "dumb"
    self.output = output
    self.errors = errors
    self.showsStatus = canDraw && !isSet("CI")
    self.usesColor = canDraw && !isSet("NO_COLOR")
  }

  /// Writes data to standard output: as it is, and to a terminal with escapes in place of control
  /// characters, which names and formulas of others may hold.
  ///
  /// - Throws: ``CommandError/cannotWrite(_:reason:)``
  public func write(_ data: String) throws(CommandError) {
    replaceStatus(with: "")
    try output.write(output.isTerminal ? data.visibleInLines : data)
  }

  /// Writes a line to standard error, or several, with escapes in place of control characters.
  /// Where that fails nobody is left to be told.
  public func note(_ line: String) { note(line, label: nil) }

  /// Writes a line behind a label, which may be coloured.
  func note(_ line: String, label: String?) {
    replaceStatus(with: "", then: (label.map { $0 + " " } ?? "") + line.visibleInLines + "\n")
  }

  /// Shows a line that the next text replaces; none at all where ``showsStatus`` is false.
  public func showStatus(_ line: String) {
    guard showsStatus else { return }
    replaceStatus(with: line.visible.truncated(toDisplayWidth: statusWidth))
  }

  /// The columns of a status line: one less than the terminal has, lest the cursor wrap.
  public var statusWidth: Int { (errors.columns() ?? 80) - 1 }

  /// The columns of text that a user reads, 80 where it does not go to a terminal.
  public var textWidth: Int {
    min(100, max(40, output.isTerminal ? output.columns() ?? 80 : 80))
  }

  private func replaceStatus(with line: String, then text: String = "") {
    status.withLock { shown in
      guard shown != line || !text.isEmpty else { return }
      let returnAndErase = shown.isEmpty ? "" : "\r\u{1B}[K"
      try? errors.write(returnAndErase + text + line)
      shown = line
      ControlC.statusIsShown = !line.isEmpty
    }
  }
}
