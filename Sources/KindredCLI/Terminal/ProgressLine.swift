import Reports
import Synchronization

/// How far a piece of work has come: on a terminal one line that is drawn over and over,
///
///     teacher  ━━━━━━━━━━━━━━━━━━────────────────  50 %  loss 0.512  0:12 left
///
/// with as many more parts as there is room for, which come before the bar, and a label that is
/// shortened where there is too little; and elsewhere a plain line at every tenth of the way, the
/// same in every run.
///
/// A class because the threads that do the work share it.
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
    /// The bar's width. It only ever shrinks, lest the bar tremble as the text beside it changes.
    var cells = 34
  }

  /// Of `total` steps, at least one; `elapsed` is the time since the first `start` of them.
  public init(
    _ label: String, total: Int, from start: Int = 0, on console: Console,
    elapsed: @escaping @Sendable () -> Duration = ProgressLine.stopwatch()
  ) {
    precondition(total >= 1, "[progress] \(total) steps")
    self.label = label
    self.total = total
    self.start = start
    self.console = console
    self.elapsed = elapsed
    state = Mutex(State(lastTenth: start * 10 / total))
  }

  /// A clock that starts now.
  public static func stopwatch() -> @Sendable () -> Duration {
    let start = ContinuousClock.now
    return { ContinuousClock.now - start }
  }

  /// Says that `completed` steps are done. Costs next to nothing: a line is drawn at most ten times
  /// a second.
  ///
  /// - Parameters:
  ///   - completed: Of all steps, those before the start included.
  ///   - detail: What is always shown.
  ///   - parts: What is shown as far as there is room, the first of them first; on a plain line all.
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

  /// Takes the line away and leaves `summary` in its place.
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
