import Foundation
import Kindred
import Training

@testable import KindredCLI

/// A folder with a recipe to submit, and with programs that stand for those of Slurm.
struct SubmitFolder {
  let folder: ScoreFolder
  /// The folder within it in which everything is.
  private let place: String

  static let recipe = """
    {
      data: { set: "glyphs", train: 64, test: 32 },
      teacher: { network: "mlp:8", training: { epochs: 1 } },
      student: { network: "mlp:4", training: { images: 32, epochs: 1 } },
      validation: { images: 16 },
      rows: [
        { loss: "ce" },
        { name: "w", loss: "ce + weight*kd", weights: [1, 2] },
        { name: "other", loss: "kd", teacher: { network: "mlp:6" } },
      ],
      seeds: [1, 2],
    }
    """

  init(named name: String = "sweep") throws {
    folder = try ScoreFolder()
    place = folder.path(name)
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try Data(Self.recipe.utf8).write(to: URL(filePath: path("recipe.json5")))
  }

  func path(_ name: String) -> String { place + "/" + name }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8).replacing(place, with: "DIR")
  }

  func script(_ name: String) throws -> String { try text("out/slurm/\(name).sh") }

  var scripts: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path("out/slurm")).sorted() }
  }

  /// Makes a program of a line of a shell, and returns its path.
  @discardableResult
  func fake(_ name: String, _ line: String) throws -> String {
    try Data("#!/usr/bin/env bash\n\(line)\n".utf8).write(to: URL(filePath: path(name)))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path(name))
    return path(name)
  }

  /// A program that prints each of its words.
  func program() throws -> String {
    try fake("program", "printf '<%s> ' \"$@\" | sed 's/ $//'; echo")
  }

  /// Runs `kindred submit` in this process.
  func submit(
    _ words: [String], executable: String = "/opt/kindred", called name: String = "kindred",
    package: String? = nil, path: String = ""
  ) throws -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let command = Submit(
      registry: .linked, networks: .standard, program: name, executable: executable,
      package: package, path: path)
    let program = Program(name: name, summary: "", version: "1", commands: [command])
    let code = program(
      ["submit", self.path("recipe.json5"), "--out", self.path("out")] + words,
      console: recording.console())
    return (
      code, recording.output.replacing(place, with: "DIR"),
      recording.errors.replacing(place, with: "DIR")
    )
  }

  /// Runs the built program where this folder's programs come first.
  func submitBuilt(_ words: [String]) throws -> (code: Int32, output: String, errors: String) {
    let command =
      [try BuiltProgram.url().path, "submit", path("recipe.json5"), "--out", path("out")] + words
    return try bash(command.map { $0.shellQuoted }.joined(separator: " "))
  }

  /// Runs a script as the second job of an array.
  func runScript(
    _ name: String, _ before: String
  ) throws -> (code: Int32, output: String, errors: String) {
    // Threads of tests have these signals blocked, and a shell would inherit that.
    var (signals, mask) = (sigset_t(), sigset_t())
    sigemptyset(&signals)
    for signal in [SIGTERM, SIGUSR1] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, &mask)
    defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
    return try bash(
      "export SLURM_ARRAY_JOB_ID=17 SLURM_ARRAY_TASK_ID=2; \(before)\nsource \(path("out/slurm/\(name).sh").shellQuoted)"
    )
  }

  private func bash(_ line: String) throws -> (code: Int32, output: String, errors: String) {
    try InstalledShell.bash.run(["-c", "PATH=\(place.shellQuoted):$PATH; \(line)"], in: folder)
  }
}
