import Foundation
import Tensors
import Testing

/// A command on files that other programs wrote, and what is right.
///
/// The files are in a folder of `Situations/`, where `make.py` says how they came about.
struct Situation: Sendable, CustomTestStringConvertible {
  let folder: String
  let arguments: [String]
  let right: Right
  /// What standard error must not have.
  var never: [String] = []

  enum Right: Sendable {
    /// Exit code 0, this value within 10⁻⁵ of itself or 10⁻⁷, a gradient of finite numbers, and on
    /// standard error these words, or nothing where there are none.
    case value(Double, saying: [String] = [])
    /// Exit code 0, some value, and these words on standard error.
    case warning([String])
    /// Exit code 0, this value, words as before, and every number of the gradient is 0.
    case still(Double, saying: [String] = [])
    /// Exit code 65, nothing on standard output, and one message with all these words.
    case refusal([String])
    /// Exit code 0, and these words on standard output.
    case output([String])
  }

  var testDescription: String { "\(folder): \(arguments.joined(separator: " "))" }

  /// Scores a loss on two files, and writes the gradient.
  static func score(
    _ folder: String, _ loss: String, _ student: String, _ teacher: String?,
    labels: String? = nil, is right: Right, never: [String] = []
  ) -> Situation {
    var arguments = ["score", "--format", "json", "--loss", loss, "--student", student]
    if let teacher { arguments += ["--teacher", teacher] }
    if let labels { arguments += ["--labels", labels] }
    return Situation(
      folder: folder, arguments: arguments + ["--gradient", "gradient.npz"], right: right,
      never: never)
  }
}

extension Situation {
  /// Runs the built program in a copy of the folder, and compares.
  func check() throws {
    let place = try SituationFolder(folder)
    let result = try place.run(arguments)
    for words in never { #expect(!result.errors.contains(words), "\(result.errors)") }
    switch right {
    case .value(let value, let words), .still(let value, let words):
      try #require(result.code == 0, "exit code \(result.code): \(result.errors)")
      let score = try JSONDecoder().decode(Score.self, from: Data(result.output.utf8))
      #expect(
        abs(score.value - value) <= max(1e-7, 1e-5 * abs(value)), "\(score.value), not \(value)")
      expect(words, in: result.errors, alone: true)
      let gradients = try place.tensors("gradient.npz").values.flatMap { $0.scalars }
      #expect(!gradients.isEmpty)
      #expect(gradients.allSatisfy { $0.isFinite })
      if case .still = right { #expect(gradients.allSatisfy { $0 == 0 }, "\(gradients)") }
    case .warning(let words):
      #expect(result.code == 0, "exit code \(result.code): \(result.errors)")
      #expect(result.errors.hasPrefix("warning: "), "\(result.errors)")
      expect(words, in: result.errors, alone: false)
    case .refusal(let words):
      #expect(result.code == 65, "exit code \(result.code): \(result.output)\(result.errors)")
      #expect(result.output == "")
      #expect(result.errors.hasPrefix("kindred: "), "\(result.errors)")
      expect(words, in: result.errors, alone: false)
    case .output(let words):
      #expect(result.code == 0, "exit code \(result.code): \(result.errors)")
      expect(words, in: result.output, alone: false)
    }
  }

  private struct Score: Decodable { let value: Double }

  private func expect(_ words: [String], in text: String, alone: Bool) {
    for word in words { #expect(text.contains(word), "no '\(word)' in: \(text)") }
    if alone, words.isEmpty { #expect(text == "") }
  }
}
