import Experiments
import Foundation
import Reports

/// The command `kindred status`.
struct Status: Command {
  let name = "status"
  let summary = "Says how far the shards of a run are."
  let discussion = """
    A shard is running, waiting for another one, done, failed, interrupted, stopped
    (its process is gone) or silent (nothing is heard of it, and the file system
    has no locks to tell more). The time left is that of the shard that takes
    longest, if it goes on as it did.

    Example:
      kindred status results/mine
    """

  let folder = Parameter<String>.argument(
    "DIR", completion: .folders, "The folder that the shards write to.")
  let format = Parameter<OutputFormat>.option("format", default: .text, "How it is written.")

  func run(_ arguments: Arguments, console: Console) throws {
    let status = try RunStatus(of: arguments[folder])
    switch arguments[format] {
    case .text: try console.write(status.text(width: console.textWidth))
    case .json:
      let json = try JSONEncoder.ordered(pretty: true).encode(status)
      try console.write(String(decoding: json, as: UTF8.self) + "\n")
    }
  }
}

extension RunStatus {
  /// The table of the shards, and a sentence on the whole.
  fileprivate func text(width: Int) -> String {
    if hasEnded { return "the run has ended, and its results are written\n" }
    var table = Table(["shard", "", .number("done"), .number("of"), .number("heard of"), "now"])
    for entry in shards {
      let progress = entry.progress
      let name = ["\(progress.shard)", progress.stage?.rawValue].compactMap { $0 }
      table.append([
        name.joined(separator: " "), entry.word, "\(progress.done)", "\(progress.of)",
        entry.age.map { NumberFormat.duration(seconds: $0) + " ago" } ?? "", entry.now,
      ])
    }
    let whole =
      "\(done)\(of.map { " of \($0)" } ?? "") training\(of ?? done == 1 ? " has" : "s have") ended"
    if done == of {
      return (shards.isEmpty ? "" : table.text(width: width) + "\n") + whole
        + "; 'kindred merge' makes the results\n"
    }
    let left = secondsLeft.map { ", about \(NumberFormat.duration(seconds: $0)) left" } ?? ""
    let missing =
      notBegun.isEmpty
      ? ""
      : "\nnot begun: "
        + notBegun.map {
          [("\($0.shard)"), $0.stage?.rawValue].compactMap { $0 }.joined(separator: " ")
        }
        .joined(separator: ", ")
    return (shards.isEmpty ? "" : table.text(width: width) + "\n") + whole + left + missing + "\n"
  }
}

extension RunStatus.Entry {
  /// What the shard is doing.
  fileprivate var word: String {
    switch (progress.activity, isAlive) {
    case (.running, false), (.waiting, false): "stopped"
    case (.running, nil) where age ?? 0 > 60, (.waiting, nil) where age ?? 0 > 60: "silent"
    case (let activity, _): activity.rawValue
    }
  }

  /// The trainings that go on, or what the shard says.
  fileprivate var now: String {
    if progress.activity == .interrupted { return "" }
    if let problem = progress.problem { return problem }
    return progress.trainings.map { "\($0.name) (epoch \($0.epoch)/\($0.epochs))" }
      .joined(separator: "; ")
  }
}
