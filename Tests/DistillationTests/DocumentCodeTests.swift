import Foundation
import Kindred
import TestSupport
import Testing

/// The Swift in documents, where the compiler sees it.
@Suite struct DocumentCodeTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private static func blocks(_ language: String, of page: String) throws -> [String] {
    try text(page).components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  /// docs/own-loop.md, whose code is the program that continuous integration runs.
  @Test func theTutorialIsTheProgram() throws {
    let program = try Self.text("Examples/OwnLoop/Sources/OwnLoop/main.swift")
    let manifest = try Self.text("Examples/OwnLoop/Package.swift")
    let blocks = try Self.blocks("swift", of: "docs/own-loop.md")
    #expect(blocks.count == 8)
    #expect(blocks.allSatisfy { $0.count > 30 })
    for block in blocks {
      let part = Self.dense(block.replacing("../kindred", with: "../.."))
      #expect(program.contains(block) || Self.dense(manifest).contains(part), "\(block)")
    }
  }

  /// docs/arrays.md
  @Test func arraysOfOthers() throws {
    let logits = noise([64, 10], seed: 1).scalars
    let teacherLogits = noise([64, 10], seed: 2).scalars
    let (labels, step, steps) = ((0..<64).map { $0 % 10 }, 3, 10)

    let student: Outputs = ["logits": Tensor(logits, shape: [64, 10])]
    let teacher = Outputs(["logits": Tensor(teacherLogits, shape: [64, 10])], labels: labels)

    let loss = try LossGraph {
      CrossEntropy()
      0.9 * KD(temperature: 4)
    }
    let result = try loss.evaluate(student: student, teacher: teacher, at: Moment(step, of: steps))
    let gradient: [Float] = try result.gradients["logits"].scalars

    #expect(gradient.count == 640 && gradient.contains { $0 != 0 })
    #expect(loss.outputs(of: .student) == ["logits"])
  }

  /// docs/weights.md
  @Test func weightsThatMove() throws {
    let moving = try LossGraph {
      CrossEntropy()
      Ramp(to: 25, end: 0.2) { RKD() }
      CosineRamp(from: 0.9) { KD() }
    }
    let balanced = try LossGraph {
      GradientNorm {
        CrossEntropy()
        KD()
        RKD()
      }
    }
    let learned = try LossGraph {
      Uncertainty {
        CrossEntropy()
        KD()
      }
    }
    let adaptive = try LossGraph {
      Adaptive(temperature: 0.5) {
        SP()
        KD()
      }
    }
    let formulas = [
      "ce + ramp(rkd, to: 25, end: 0.2) + cosineRamp(kd, from: 0.9)",
      "gradientNorm(ce, kd, rkd)", "uncertainty(ce, kd)", "adaptive(sp, kd, temperature: 0.5)",
    ]
    for (loss, formula) in zip([moving, balanced, learned, adaptive], formulas) {
      #expect(loss.formula == (try Registry.linked.loss(formula).formula))
    }
  }

  /// docs/balancing.md
  @Test func weightsAreLearnedInALoop() throws {
    let (x, labels, steps) = (noise([16, 5], seed: 1), (0..<16).map { $0 % 4 }, 30)
    let teacher: Outputs = ["logits": noise([16, 4], seed: 2)]
    let weights = [0.1 * noise([5, 4], seed: 3)]
    func forward(_ x: Tensor, _ w: [Tensor]) -> Outputs {
      Outputs(["logits": x.matmul(w[0])], labels: labels)
    }

    let loss = try LossGraph {
      Uncertainty {
        CrossEntropy()
        KD()
      }
    }
    let first = try loss.initialState(student: forward(x, weights), teacher: teacher, seed: 0)
    let names = first.parameters.keys.sorted()
    var learned = weights + names.compactMap { first.parameters[$0] }
    var optimizer = Adam(learningRate: 0.005)
    for _ in 0..<steps {
      let (_, gradients) = try valueWithGradient(at: learned) { w in
        var state = first
        for (name, value) in zip(names, w.dropFirst(weights.count)) {
          state.parameters[name] = value
        }
        return try loss(student: forward(x, w), teacher: teacher, state: state).total
      }
      optimizer.step(&learned, gradients)
    }
    #expect(loss.learnedScalars.count == 2)
    #expect(learned[1].scalars.allSatisfy { abs($0) > 0.01 })
    #expect(names == ["uncertainty.logVariances"])
  }

  // MARK: - Every block

  private static func dense(_ text: some StringProtocol) -> String {
    String(text.filter { !$0.isWhitespace })
  }

  private static func files(in folder: String, _ ext: String) -> [String] {
    let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
    return (paths?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(ext) && !$0.contains(".build/") }.map { "\(folder)/\($0)" }
  }

  /// Each block of Swift in the README and in docs/ stands in a test or an example, which the compiler
  /// sees. TutorialTests compares docs/adding-a-paper.md, and code of MLX and Core ML needs a Mac.
  @Test func everyBlockIsCompiled() throws {
    // Tests/OwnPackage/Typo does not compile, on purpose.
    let files = (Self.files(in: "Tests", ".swift") + Self.files(in: "Examples", ".swift"))
      .filter { !$0.contains("/Typo/") }
    let sources = try files.map { Self.dense(try Self.text($0)) }
    let pages = ["README.md"] + Self.files(in: "docs", ".md")
    var count = 0
    for page in pages where page != "docs/adding-a-paper.md" {
      for block in try Self.blocks("swift", of: page) {
        if page == "docs/arrays.md" && (block.contains("mlx") || block.contains("MLShaped")) {
          continue
        }
        count += 1
        let block = Self.dense(block.replacing("import Kindred\n", with: ""))
        // A manifest is that of Examples/OwnLoop, apart from its place.
        let manifest = block.replacing("../kindred", with: "../..")
          .replacing("\"App\"", with: "\"OwnLoop\"")
        #expect(
          sources.contains { $0.contains(block) || $0.contains(manifest) }, "\(page): \(block)")
      }
    }
    #expect(count > 60)
  }
}
