import Foundation
import Kindred
import KindredCLI
import TensorFiles
import Testing

@Suite struct LayersTests {
  let folder: ScoreFolder

  init() throws {
    folder = try ScoreFolder()
    let early: [Float] = [1, 0, 2, 0, 0, 3, 1, 1, 4, 2, 5, 7, 2, 2, 6, 1, 0, 5, 3, 3, 7, 0, 2, 6]
    let late: [Float] = [0, 9, 1, 1, 7, 2, 0, 4, 3, 3, 1, 8, 5, 0, 2, 7, 6, 6, 0, 3, 4, 1, 9, 2]
    let layers = [
      "early": Tensor(early, shape: [12, 2]), "late": Tensor(late, shape: [12, 2, 1, 1]),
    ]
    let labels = ["labels": Tensor((0..<12).map { Float($0 % 2) }, shape: [12, 1])]
    try folder.write(layers.merging(labels) { layer, _ in layer }, "s.npz")
    try folder.write(layers, "t.npz")
  }

  private func layers(
    _ student: String = "s.npz", _ teacher: String = "t.npz", _ more: String...
  ) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      ["layers", "--student", folder.path(student), "--teacher", folder.path(teacher)] + more,
      console: recording.console())
    return (code, recording.output, recording.errors.replacing(folder.path + "/", with: ""))
  }

  @Test func everyLayerFindsItself() throws {
    let result = layers()
    #expect(result.code == .done, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    #expect(lines[0] == "student   early    late")
    #expect(lines[2].hasPrefix("early     1.000"))
    #expect(lines[3].hasPrefix("late") && lines[3].hasSuffix("  1.000"))
    #expect(
      lines[4].hasPrefix("early: cka(layer: early) – the most alike, 1.000; the next is late, "))
    let json = try JSONSerialization.jsonObject(
      with: Data(layers("s.npz", "t.npz", "--by", "sp", "--format", "json").output.utf8))
    let object = try #require(json as? [String: Any])
    #expect(object["by"] as? String == "sp")
    #expect(object["examples"] as? Int == 12)
    #expect(object["student"] as? [String] == ["early", "late"])
    let rows = try #require(object["similarity"] as? [[Double]])
    #expect(abs(rows[1][1] - 1) < 1e-5 && rows[0][1] < 0.9)
    #expect(layers("s.npz", "t.npz", "--format", "svg").output.hasPrefix("<svg"))
  }

  /// Every fourth example would be of one class in data that are ordered by classes in turn.
  @Test func someExamplesAreDrawn() throws {
    let all = layers("s.npz", "t.npz", "--examples", "12", "--format", "json").output
    let some = layers("s.npz", "t.npz", "--examples", "6", "--format", "json").output
    #expect(some.contains("\"examples\": 6") && all.contains("\"examples\": 12"))
    #expect(some == layers("s.npz", "t.npz", "--examples", "6", "--format", "json").output)
    let first = Tensor((0..<64).map { Float($0 % 4) }, shape: [64, 1])
    try folder.write(["a": first], "turns.npz")
    let json = layers("turns.npz", "turns.npz", "--examples", "16", "--format", "json").output
    #expect(json.contains("\"similarity\": [[1.0]]") || json.contains("\"similarity\": [[0.99"))
    #expect(layers("s.npz", "t.npz", "--examples", "3").code == .usage)
  }

  @Test func wrongFiles() throws {
    func refused(_ student: String, _ teacher: String, _ message: String) {
      #expect(layers(student, teacher) == (.badData, "", "kindred: \(message)\n"))
    }
    try folder.write(["a": Tensor([1, 2, 3], shape: [3, 1])], "three.npz")
    try folder.write(["a": Tensor([1, 2, 3, .nan], shape: [4, 1])], "nan.npz")
    try folder.write(["a": Tensor([1, 2, 3, 4], shape: [4, 1])], "four.npz")
    try folder.write(["labels": Tensor([0, 1, 0, 1], shape: [4])], "none.npz")
    try folder.write(
      ["a": .ones([6, 2]), "labels": Tensor((0..<12).map { Float($0 % 3) }, shape: [12, 1])],
      "other.npz")
    refused(
      "three.npz", "three.npz",
      "'three.npz', tensor 'a' has 3 examples; estimates without bias need 4")
    refused("nan.npz", "four.npz", "'nan.npz', tensor 'a' holds NaN at [3, 0]")
    refused(
      "none.npz", "four.npz",
      "'none.npz' has no layer, a floating-point array N×D or N×C×H×W; it has 'labels'"
    )
    refused(
      "s.npz", "four.npz",
      "'four.npz', tensor 'a' has 4 examples, but 's.npz', tensor 'early' has 12")
    refused(
      "s.npz", "other.npz",
      "the 'labels' of 's.npz' and 'other.npz' disagree: example 2 is 0 in the first and 2 in the second"
    )
    #expect(layers("gone.npz").code == .missingFile)
    try folder.write(["tokens": .ones([5, 3, 2])], "tokens.npz")
    #expect(layers("tokens.npz").code == .badData)
    try folder.write([TensorFile.unnamed: .ones([5, 3])], "one.npy")
    refused(
      "one.npy", "t.npz",
      "'one.npy' holds one array without a name: name layers in an .npz or .safetensors file")
  }
}
