/// `kindred manual`
struct Manual: Command {
  let name = "manual"
  let summary = "Prints this command's manual page, in the language of man."
  let discussion = """
    The page has every verb, option, exit code and environment variable.

    Examples:
      kindred manual | man -l -
      kindred manual > ~/.local/share/man/man1/kindred.1
    """

  /// The program that the page is about, with this command among its verbs.
  let program: @Sendable () -> Program

  func run(_ arguments: Arguments, console: Console) throws {
    try console.write(ManualPage(program()).roff)
  }
}
