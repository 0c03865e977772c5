import Foundation
import Testing

@testable import KindredCLI

/// The completion scripts, read and asked by the shells themselves.
@Suite struct CompletionTests {
  /// A line before the cursor, and what is offered there.
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    var offers: [String] = []
    /// Whether nothing else is offered.
    var alone = true
    /// Of bash, if it differs: bash replaces what follows the last `=` or `:`.
    var bash: [String]?

    var testDescription: String { line }
  }

  static let cases = [
    Case(line: "ru", offers: ["run"]),
    Case(line: "", offers: ["run", "bench", "completion", "manual", "help"], alone: false),
    Case(line: "bench ", offers: ["losses", "training", "products", "help"]),
    Case(line: "help ben", offers: ["bench"]),
    Case(line: "bench help pro", offers: ["products"]),
    Case(line: "run --fo", offers: ["--format", "--force"]),
    Case(line: "run --format ", offers: ["text", "json"]),
    Case(line: "run --format=j", offers: ["json"]),
    Case(line: "run --out x --format te", offers: ["text"]),
    Case(line: "completion ", offers: ["bash", "zsh", "fish"]),
    Case(line: "list sam", offers: ["samplers"]),
    Case(line: "describe rkd", offers: ["rkd", "rkd.angle", "rkd.distance"]),
    Case(line: "describe gly", offers: ["glyphs"]),
    Case(line: "describe huber --format m", offers: ["mermaid"]),
    Case(line: "score --loss rkd.d", offers: ["rkd.distance"]),
    Case(line: "score --loss=rkd.d", offers: ["rkd.distance"]),
    Case(line: "check kd rkd.a", offers: ["rkd.angle"]),
    Case(line: "check cosi", offers: []),
    Case(line: "check ma", offers: []),
    Case(line: "score --loss cosi", offers: ["cosineRamp"]),
    Case(line: "score --loss ma", offers: ["match"]),
    Case(line: "bench losses --losses kd rkd.a", offers: ["rkd.angle"]),
    Case(line: "bench losses --losses kd --form", offers: ["--format"]),
    Case(
      line: "bench training --networks resnet8:", offers: ["resnet8:16"], bash: ["16"]),
    Case(line: "run ex", offers: ["experiment.json5", "experiments/"]),
    Case(line: "run --data ex", offers: ["experiments/"]),
    Case(line: "score --student s", offers: ["student.npz"]),
    Case(line: "new paper ", offers: []),
    Case(line: "run -- --f", offers: []),
    Case(line: "with --u", offers: ["--update"]),
    Case(line: "with ex", offers: ["experiments/"]),
    Case(line: "with . ru", offers: ["run"]),
    Case(line: "with . run --fo", offers: ["--format", "--force"]),
    Case(line: "with . run ex", offers: ["experiment.json5", "experiments/"]),
    Case(line: "with . check rkd.a", offers: ["rkd.angle"]),
    Case(line: "with . bench ", offers: ["losses", "training", "products", "help"]),
    Case(line: "with . bench losses --losses kd --form", offers: ["--format"]),
    Case(line: "with --at 1.0 https://a.b/c list sam", offers: ["samplers"]),
    Case(line: "with . with a run --format=j", offers: ["json"]),
  ]

  /// At the end of a formula, the name alone is offered by zsh.
  static let formula = "score --loss ce+25*rkd.d"

  private let folder: ScoreFolder

  init() throws {
    folder = try ScoreFolder()
    for name in ["experiment.json5", "example.txt", "student.py"] {
      try Data().write(to: URL(filePath: folder.path(name)))
    }
    try FileManager.default.createDirectory(
      atPath: folder.path("experiments"), withIntermediateDirectories: false)
  }

  private func script(_ shell: String) throws -> String {
    let result = kindred("completion", shell)
    try #require(result.code == .done)
    return result.output
  }

  private func write(_ text: String, _ name: String) throws -> String {
    try text.write(toFile: folder.path(name), atomically: true, encoding: .utf8)
    return folder.path(name)
  }

  private func expect(_ offered: [String], _ offers: [String], alone: Bool) {
    let offered = offered.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    let offers = offers.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    if alone {
      #expect(offered.sorted() == offers.sorted())
    } else {
      #expect(Set(offers).isSubset(of: offered), "\(offered)")
    }
  }

  // MARK: - bash

  private func bash(_ line: String) throws -> [String] {
    // Words as bash itself breaks them.
    let words = line.split(separator: " ", omittingEmptySubsequences: false).flatMap { word in
      word.isEmpty
        ? [""]
        : word.replacing("=", with: " = ").replacing(":", with: " : ").split(separator: " ")
          .map { String($0) }
    }
    let list = words.map { $0.shellQuoted }.joined(separator: " ")
    let test = """
      source completion.bash
      COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
      COMP_WORDS=(kindred \(list))
      COMP_CWORD=\(words.count)
      _kindred kindred
      ((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
      exit 0
      """
    _ = try write(try script("bash"), "completion.bash")
    let result = try InstalledShell.bash.run(
      ["--norc", try write(test, "test.bash")], in: folder)
    #expect(result.errors == "")
    return result.output.split(separator: "\n").map { String($0) }
  }

  @Test(.enabled(if: InstalledShell.bash.isExpected, "bash is not installed"), arguments: cases)
  func bash(_ test: Case) throws {
    expect(try bash(test.line), test.bash ?? test.offers, alone: test.alone)
  }

  @Test(.enabled(if: InstalledShell.bash.isExpected, "bash is not installed"))
  func bashKeepsAFormula() throws {
    #expect(try bash(Self.formula) == ["ce+25*rkd.distance"])
    let file = try write(try script("bash"), "completion.bash")
    #expect(try InstalledShell.bash.run(["-n", file], in: folder) == (0, "", ""))
  }

  // MARK: - fish

  private func fish(_ line: String) throws -> [String] {
    _ = try write(try script("fish"), "completion.fish")
    let result = try InstalledShell.fish.run(
      [
        "--no-config", "--command",
        "source completion.fish; complete --do-complete \("kindred \(line)".shellQuoted)",
      ], in: folder)
    #expect(result.errors == "")
    // Behind a tab stands what each is.
    return result.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
  }

  @Test(.enabled(if: InstalledShell.fish.isExpected, "fish is not installed"), arguments: cases)
  func fish(_ test: Case) throws {
    let offered = try fish(test.line).map { $0.replacing(/^--[a-z]+=/, with: "") }
    expect(offered, test.offers, alone: test.alone)
  }

  @Test(.enabled(if: InstalledShell.fish.isExpected, "fish is not installed"))
  func fishKeepsAFormula() throws {
    #expect(try fish(Self.formula) == ["ce+25*rkd.distance"])
  }

  // MARK: - zsh

  /// What zsh would add to the command line, from a shell of its own on a terminal of its own.
  private func zsh(_ line: String) throws -> [String] {
    _ = try write(try script("zsh"), "completion.zsh")
    let setup = """
      PROMPT=
      autoload -Uz compinit
      compinit -u -D
      source completion.zsh
      compadd() {
        local -a hits
        if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
          builtin compadd -O hits "$@"
          (( $#hits )) && print -rl -- $hits >> offered
        fi
        builtin compadd "$@"
      }
      finish() { : > finished }
      comppostfuncs=(finish)
      bindkey '^I' complete-word
      : > ready
      """
    _ = try write(setup, "setup.zsh")
    let driver = """
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell 'source ./setup.zsh'
      repeat 200 { [[ -e ready ]] && break; sleep 0.05 }
      zpty -w -n shell \("kindred \(line)".shellQuoted)$'\\t'
      repeat 200 { [[ -e finished ]] && break; sleep 0.05 }
      zpty -d shell
      [[ -e finished ]] || { print -u2 'zsh did not complete'; exit 1 }
      """
    let result = try InstalledShell.zsh.run(["-f", try write(driver, "driver.zsh")], in: folder)
    #expect(result.errors == "")
    let offered = (try? String(contentsOfFile: folder.path("offered"), encoding: .utf8)) ?? ""
    return Array(Set(offered.split(separator: "\n").map { String($0) }))
  }

  @Test(.enabled(if: InstalledShell.zsh.isExpected, "zsh is not installed"), arguments: cases)
  func zsh(_ test: Case) throws {
    expect(try zsh(test.line), test.offers, alone: test.alone)
  }

  @Test(.enabled(if: InstalledShell.zsh.isExpected, "zsh is not installed"))
  func zshKeepsAFormula() throws {
    #expect(try zsh(Self.formula) == ["rkd.distance"])
  }

  // MARK: - The scripts

  /// Every option of every verb is in every script.
  @Test(arguments: ["bash", "zsh", "fish"]) func everythingIsThere(_ shell: String) throws {
    let script = try script(shell)
    func look(at command: any Command) {
      for declaration in command.parameters.map({ $0.declaration })
      where declaration.kind != .argument {
        #expect(script.contains(shell == "fish" ? "-l \(declaration.name) " : declaration.label))
      }
      for command in command.subcommands {
        #expect(script.contains(command.name))
        look(at: command)
      }
    }
    look(at: Program.kindred(registry: twoPapers))
  }

  /// A program of another package is completed by its own name.
  @Test(arguments: ["bash", "zsh", "fish"]) func anotherProgram(_ shell: String) {
    let recording = Recording()
    let program = Program.kindred(name: "My-Tool", registry: twoPapers)
    #expect(program(["completion", shell], console: recording.console()) == .done)
    #expect(!recording.output.contains("kindred"))
    #expect(recording.output.contains("_My_Tool"))
  }

  /// A script of 'kindred with PACKAGE' is one of 'kindred', which knows the package's papers.
  @Test(arguments: ["bash", "zsh", "fish"]) func theProgramOfAPackage(_ shell: String) {
    let recording = Recording()
    let program = Program.kindred(name: "kindred with .", registry: twoPapers)
    #expect(program(["completion", shell], console: recording.console()) == .done)
    let caller = "Written by 'kindred with . completion \(shell)'"
    #expect(recording.output.contains(caller))
    let ofKindred = kindred("completion", shell).output
    #expect(
      recording.output.replacing(caller, with: "Written by 'kindred completion \(shell)'")
        == ofKindred)
  }
}
