import Distillation
import Training

/// `kindred completion`
struct CompletionScript: Command {
  let name = "completion"
  let summary = "Prints a script that completes this command in a shell."
  let discussion = """
    The script completes verbs, options, their values, files, and the names of
    losses and of their parts. It starts no program while you type. It knows the
    papers that are linked now: print it again when that changes.

    Examples:
      source <(kindred completion bash)
      kindred completion zsh > ~/.zfunc/_kindred
      kindred completion fish > ~/.config/fish/completions/kindred.fish
    """

  enum Shell: String, CaseIterable, ArgumentValue { case bash, zsh, fish }

  let registry: Registry
  let networks: Networks
  /// What the running program is called.
  let caller: String
  /// The program to complete, with this command among its verbs.
  let program: @Sendable () -> Program

  let shell = Parameter<Shell>.argument("SHELL", "The shell that is to read the script.")

  func run(_ arguments: Arguments, console: Console) throws {
    let outline = CompletionOutline(
      of: program(), calledAs: caller, in: registry, networks: networks)
    switch arguments[shell] {
    case .bash: try console.write(outline.bash)
    case .zsh: try console.write(outline.zsh)
    case .fish: try console.write(outline.fish)
    }
  }
}
