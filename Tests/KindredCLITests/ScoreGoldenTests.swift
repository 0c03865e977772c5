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
      let result = try BuiltProgram.run(
        arguments + ["--gradient", folder.path("gradient.\(format)")], in: folder)
      #expect(result.code == 0, "\(result.errors)")
      let score = try JSONDecoder().decode(Score.self, from: result.output)
      var gradients = try folder.read("gradient.\(format)")
      if let lone = gradients.removeValue(forKey: "") {
        gradients[try #require(method.student.values.first)] = lone
      }
      try method.check(golden, value: score.value, gradients: gradients)
    }
  }
}

extension GoldenCase {
  /// How many numbers the inputs hold.
  fileprivate var size: Int { inputs.values.reduce(0) { $0 + $1.data.count } }
}
