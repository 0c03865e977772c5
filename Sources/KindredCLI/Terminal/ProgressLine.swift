import Reports
import Synchronization
import Tensors

/// Shows how far a piece of work has come. On a terminal it is one line that is drawn over and
/// over:
///
///     teacher  ━━━━━━━━━━━━━━━━━━────────────────  50 %  loss 0.512  0:12 left
///
/// The line grows by further parts, placed before the bar, as far as there is room; if there is too
/// little, its label is shortened. Without a terminal, a plain line is written at every tenth of
/// the way: the same lines in every run.
///
/// It is a class because the threads that do the work share it.
public final class ProgressLine: Sendable {
  private let label: String
  private let total: Int
  private let start: Int
  private let console: Console
  private let elapsed: @Sendable () -> Duration
  private let state: Mutex<State>

  private struct State {
    var lastDrawn: Duration?
    var lastTenth: Int
    /// The bar's width. It only ever shrinks, so that the bar does not tremble as the text beside
    /// it changes.
    var cells = 34
  }

  /// Makes a line for `total` steps, of which there must be at least one.
  ///
  /// - Parameters:
  ///   - label: The name of the work.
  ///   - total: The number of steps.
  ///   - start: The number of steps that were done before.
  ///   - console: The console that shows the line.
  ///   - elapsed: The time since the first `start` steps were done.
  public init(
    _ label: String, total: Int, from start: Int = 0, on console: Console,
    elapsed: @escaping @Sendable () -> Duration = ProgressLine.stopwatch()
  ) {
    require(total >= 1, "[progress] \(total) steps")
    self.label = label
    self.total = total
    self.start = start
    self.console = console
    self.elapsed = elapsed
    state = Mutex(State(lastTenth: start * 10 / total))
  }

  /// Returns a clock that starts now.
  public static func stopwatch() -> @Sendable () -> Duration {
    let start = ContinuousClock.now
    return { ContinuousClock.now - start }
  }

  /// Says that `completed` steps are done. This costs next to nothing: a line is drawn at most ten
  /// times a second.
  ///
  /// - Parameters:
  ///   - completed: The number of steps done, including those before the start.
  ///   - detail: A text that is always shown.
  ///   - parts: Texts that are shown as far as there is room, beginning with the first. A plain
  ///     line shows all of them.
  public func update(_ completed: Int, _ detail: String = "", _ parts: [String] = []) {
    state.withLock { state in
      if console.showsStatus {
        let now = elapsed()
        if let last = state.lastDrawn, now - last < .milliseconds(100), completed < total { return }
        state.lastDrawn = now
        console.showStatus(line(completed, detail, parts, now, &state.cells))
      } else {
        let tenth = completed * 10 / total
        guard tenth > state.lastTenth else { return }
        state.lastTenth = tenth
        let words = ["\(label) \(completed)/\(total)", detail] + parts
        console.note(words.filter { !$0.isEmpty }.joined(separator: "  "))
      }
    }
  }

  /// Removes the line and leaves `summary` in its place.
  public func finish(_ summary: String? = nil) {
    if let summary { console.note(summary) } else { console.showStatus("") }
  }

  private func line(
    _ completed: Int, _ detail: String, _ parts: [String], _ now: Duration, _ cells: inout Int
  ) -> String {
    let fraction = min(1, max(0, Double(completed) / Double(total)))
    var text = "\(Int(fraction * 100)) %" + (detail.isEmpty ? "" : "  \(detail)")
    var timeLeft = ""
    if completed > start, completed < total, now >= .seconds(1) {
      let left = now.seconds * Double(total - completed) / Double(completed - start)
      timeLeft = "  \(NumberFormat.clock(seconds: left)) left"
    }
    for part in parts {
      let needed = [label, text, part, timeLeft].reduce(4) { $0 + $1.displayWidth }
      guard needed <= console.statusWidth else { break }
      text += "  \(part)"
    }
    text += timeLeft
    let room = console.statusWidth - label.displayWidth - text.displayWidth - 4
    guard room >= 8 else {
      let left = console.statusWidth - text.displayWidth - 2
      return "\(left >= 8 ? label.truncated(toDisplayWidth: left) : label)  \(text)"
    }
    cells = min(room, cells)
    let filled = Int(fraction * Double(cells))
    let bar = String(repeating: "━", count: filled)
    let rest = String(repeating: "─", count: cells - filled)
    return "\(label)  \(bar)\(rest)  \(text)"
  }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
