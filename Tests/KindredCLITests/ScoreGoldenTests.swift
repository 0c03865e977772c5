import Distillation
import Foundation
import Goldens
import Tensors
import Testing

/// The built program, on files, gives the references' losses and gradients.
@Suite struct ScoreGoldenTests {
  let folder: ScoreFolder

  init() throws { folder = try ScoreFolder() }

  struct Score: Decodable { let value: Double }

  @Test(arguments: GoldenMethod.all)
  func scoreIsTheReference(_ method: GoldenMethod) throws {
    let golden = try #require(
      try GoldenFile.read(method.name).cases.max { $0.size < $1.size }, "no case")
    // Each format is used by some methods, a lone array by those of one output.
    let formats = method.student.count == 1 ? ["npy", "npz"] : ["npz", "safetensors"]
    for format in formats {
      var arguments = ["score", "--loss", try method.formula(golden), "--format", "json"]
      for role in [Role.student, .teacher] {
        let outputs = method.outputs(of: role, in: golden).tensors
        let path = "\(role.rawValue).\(format)"
        // A loss without a teacher gets a file all the same, which nothing is read of.
        let named = outputs.isEmpty ? ["logits": Tensor([0], shape: [1, 1])] : outputs
        let lone = Dictionary(named.map { ("", $0.value) }) { first, _ in first }
        try folder.write(format == "npy" ? lone : named, path)
        arguments += ["--\(role.rawValue)", folder.path(path)]
      }
      if let labels = golden.labels {
        try folder.write(
          ["": Tensor(labels.map { Float($0) }, shape: [labels.count])], "labels.npy")
        arguments += ["--labels", folder.path("labels.npy")]
      }
      let result = try run(arguments + ["--gradient", folder.path("gradient.\(format)")])
      #expect(result.code == 0, "\(result.errors)")
      let score = try JSONDecoder().decode(Score.self, from: result.output)
      var gradients = try folder.read("gradient.\(format)")
      if let lone = gradients.removeValue(forKey: "") {
        gradients[try #require(method.student.values.first)] = lone
      }
      try method.check(golden, value: score.value, gradients: gradients)
    }
  }

  /// Runs the program that is built beside these tests.
  private func run(
    _ arguments: [String]
  ) throws -> (code: Int32, output: Data, errors: String) {
    let process = Process()
    process.executableURL = try Self.program()
    process.arguments = arguments
    let (output, errors) = (folder.path("output.txt"), folder.path("errors.txt"))
    for path in [output, errors] { try Data().write(to: URL(filePath: path)) }
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try Data(contentsOf: URL(filePath: output)),
      try String(contentsOfFile: errors, encoding: .utf8)
    )
  }

  /// The nearest `kindred` above the golden vectors, which are a resource of the build.
  private static func program() throws -> URL {
    var folder = GoldenFile.folder
    while folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
      let program = folder.appending(path: "kindred")
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: program.path, isDirectory: &isFolder),
        !isFolder.boolValue
      {
        return program
      }
    }
    throw NotBuilt()
  }

  struct NotBuilt: Error, CustomStringConvertible {
    let description = "there is no program 'kindred' above \(GoldenFile.folder.path)"
  }
}

extension GoldenCase {
  /// How many numbers the inputs hold.
  fileprivate var size: Int { inputs.values.reduce(0) { $0 + $1.data.count } }
}
