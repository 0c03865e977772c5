import Tensors

/// The commands of processes that share the trainings of a run, as one types them in a shell.
struct ShardedRun {
  /// What the program is called.
  let program: String
  let recipe, out: String
  var set: [String] = []
  var data: String?
  var threads: ThreadCount?

  /// The recipe, and each option with its value: what all shards have in common.
  var groups: [String] {
    let options =
      [("--out", out)] + set.map { ("--set", $0) } + (data.map { [("--data", $0)] } ?? [])
      + (threads.map { [("--threads", "\($0)")] } ?? [])
    return ["run \(recipe.shellWord)"] + options.map { "\($0) \($1.shellWord)" }
  }

  /// The command of a shard, which may be an expression of the shell in quotes.
  func command(shard: String) -> String {
    ([program] + groups + ["--shard \(shard)"]).joined(separator: " ")
  }

  /// The command that makes the results of what all shards have trained.
  var merge: String { "\(program) merge \(out.shellWord)" }
}
