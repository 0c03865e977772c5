import Foundation
import Kindred
import KindredCLI
import TensorFiles

/// The papers of the tests' expected texts, whatever else is linked.
let twoPapers = Registry(papers: [KD.self, RKD.self])

/// A folder with the outputs of two small networks, for one test.
final class ScoreFolder {
  let path = NSTemporaryDirectory() + "kindred-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let student = ["logits": Tensor([1, 2, 3, 4], shape: [2, 2])]
    let teacher = ["logits": Tensor([0, 2, 3, 6], shape: [2, 2])]
    try write(student, "student.npz")
    try write(teacher, "teacher.npz")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }

  func write(_ tensors: [String: Tensor], _ name: String) throws {
    try TensorFile.write(tensors, to: path(name), overwriting: true)
  }

  func read(_ name: String) throws -> [String: Tensor] { try TensorFile.read(path(name)) }

  var files: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path) } }

  /// Runs `kindred score` in this folder, whose path is then taken out of what it wrote.
  func score(
    _ loss: String, student: String = "student.npz", teacher: String = "teacher.npz",
    in registry: Registry = twoPapers, _ more: String...
  ) -> (code: ExitCode, output: String, errors: String) {
    let files = more.map { $0.contains(".") ? path($0) : $0 }
    let recording = Recording()
    let code = Program.kindred(registry: registry)(
      ["score", "--loss", loss, "--student", path(student), "--teacher", path(teacher)] + files,
      console: recording.console())
    return (code, recording.output, recording.errors.replacing(path + "/", with: ""))
  }
}
