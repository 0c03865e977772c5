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
    let kinds = Dictionary(grouping: try GoldenFile.read(method.name).cases, by: \.kind)
    #expect(!kinds.isEmpty)
    for cases in kinds.values {
      try expectScore(of: try #require(cases.max { $0.size < $1.size }), by: method)
    }
  }

  private func expectScore(of golden: GoldenCase, by method: GoldenMethod) throws {
    // Each format is used by some methods, a lone array by those of one output.
    let tensors = method.tensors(in: golden)
    let isLone =
      method.outputs(of: .student, in: golden).tensors.count == 1 && tensors.isEmpty
    let formats = isLone ? ["npy", "npz"] : ["npz", "safetensors"]
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
      if let labels = golden.inputs["labels"]?.tensor {
        try folder.write(["": labels], "labels.npy")
        arguments += ["--labels", folder.path("labels.npy")]
      }
      if !tensors.isEmpty {
        try folder.write(tensors, "parameters.\(format)")
        arguments += ["--parameters", folder.path("parameters.\(format)")]
      }
      let result = try BuiltProgram.run(
        arguments + ["--gradient", folder.path("gradient.\(format)"), "--force"], in: folder)
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
  /// The inputs that the case has, and the method if a file holds several: the largest case of each kind
  /// is scored.
  fileprivate var kind: [String] { inputs.keys.sorted() + [(try? text("method")) ?? ""] }

  /// How many numbers the inputs hold.
  fileprivate var size: Int { inputs.values.reduce(0) { $0 + $1.data.count } }
}
