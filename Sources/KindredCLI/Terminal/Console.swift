import Distillation
import Reports
import Synchronization
import Tensors

/// Writes what a command says: data to standard output, everything else to standard error.
///
/// It is a class because everyone who writes to one terminal must agree on whether its last line is
/// a status line, which the next text replaces.
public final class Console: Sendable {
  let output: TextStream
  let errors: TextStream

  /// Whether a status line may be drawn: if the terminal can draw one and `CI` is not set.
  public let showsStatus: Bool

  /// Whether errors and bars may be coloured: if the terminal can do so and `NO_COLOR` is not set.
  public let usesColor: Bool

  private let status = Mutex("")

  /// Makes a console for two streams. From the environment it reads `CI`, `NO_COLOR` and `TERM`.
  public init(output: TextStream, errors: TextStream, environment: [String: String]) {
    let isSet = { (name: String) in environment[name]?.isEmpty == false }
    let canDraw = errors.isTerminal && environment["TERM"] != "dumb"
    self.output = output
    self.errors = errors
    self.showsStatus = canDraw && !isSet("CI")
    self.usesColor = canDraw && !isSet("NO_COLOR")
  }

  /// Writes data to standard output.
  ///
  /// If that is a terminal, escapes replace the control characters that other people's names and
  /// formulas may hold. Otherwise the data are written as they are.
  ///
  /// - Throws: ``CommandError/cannotWrite(_:reason:)`` if the data cannot be written.
  public func write(_ data: String) throws(CommandError) {
    replaceStatus(with: "")
    try output.write(output.isTerminal ? data.visibleInLines : data)
  }

  /// Writes one or more lines to standard error, with escapes in place of control characters. If
  /// that fails, nobody is left to be told.
  public func note(_ line: String) { note(line, label: nil) }

  /// Writes a line after a label, which may be coloured.
  func note(_ line: String, label: String?) {
    replaceStatus(with: "", then: (label.map { $0 + " " } ?? "") + line.visibleInLines + "\n")
  }

  /// Shows a line that the next text replaces. If ``showsStatus`` is false, nothing is shown.
  public func showStatus(_ line: String) {
    guard showsStatus else { return }
    replaceStatus(with: line.visible.truncated(toDisplayWidth: statusWidth))
  }

  /// The columns of a status line: one fewer than the terminal has, so that the cursor does not
  /// wrap.
  public var statusWidth: Int { (errors.columns() ?? 80) - 1 }

  /// The columns of text for a reader: 80 if it does not go to a terminal.
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
