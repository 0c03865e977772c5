import Foundation
import Kindred
import KindredCLI
import Testing

@Suite struct CheckTests {
  @Test func aName() {
    let result = kindred("check", "rkd.distance")
    #expect(result.code == .done)
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n")
    #expect(
      lines[0] == "check                        measured  allowed  what")
    #expect(lines[2].hasPrefix("gradient at embedding  PASS "))
    #expect(lines.contains { $0.hasPrefix("zero rows              PASS ") })
    #expect(lines.dropFirst(2).contains { $0.contains("relative change by a rotation") })
    for line in lines { #expect(line.count <= 80) }
  }

  @Test func everythingThatIsRegistered() {
    let result = kindred("check")
    #expect(result.code == .done)
    let rows = result.output.split(separator: "\n").dropFirst(2).map {
      $0.split(separator: " ").map { String($0) }
    }
    #expect(rows.map { $0[0] } == twoPapers.terms.keys.sorted())
    #expect(rows.allSatisfy { $0[1] == "PASS" && Int($0[2]) ?? 0 > 20 && $0.count == 3 })
  }

  @Test func severalFormulasAsJSON() throws {
    struct Report: Decodable {
      struct Check: Decodable {
        let check: String
        let passed: Bool
        let measured: Double?
        let allowed: Double?
        let words: String
      }
      let loss: String
      let passed: Bool
      let checks: [Check]
    }
    let result = kindred("check", "rkd.angle(delta: 2)", "ce + 0.9*kd", "--format", "json")
    #expect(result.code == .done)
    let reports = try JSONDecoder().decode([Report].self, from: Data(result.output.utf8))
    #expect(reports.map { $0.loss } == ["rkd.angle(delta: 2)", "ce + 0.9*kd"])
    #expect(reports.allSatisfy { $0.passed })
    let checks = try #require(reports.last?.checks)
    #expect(checks[0].check == "gradient at logits")
    #expect(checks[0].allowed == 1e-3)
    #expect(try #require(checks[0].measured) < 1e-3)
    #expect(checks.map { $0.check }.contains("shift"))
    #expect(!checks.map { $0.check }.contains("zero at the teacher"))
  }

  @Test(arguments: [[], ["wrong"], ["kd", "wrong"]]) func aCheckThatFails(_ names: [String]) {
    let program = Program.kindred(registry: twoPapers.adding([Wrong.self]))
    let recording = Recording()
    #expect(program(["check"] + names, console: recording.console()) == .failed)
    let failed = recording.output.split(separator: "\n").filter { $0.contains(" FAIL ") }
    #expect(failed.count == (names.isEmpty ? 2 : 1))
    #expect(failed.last?.hasPrefix("zero at the teacher  FAIL ") == true)
    #expect(recording.errors.hasPrefix("kindred: 1 of "))
    #expect(recording.errors.hasSuffix(" checks failed\n"))
  }

  /// A parameter that is read nowhere is found; one that counts only beside another's value is none.
  @Test func aParameterWithoutEffect() throws {
    let program = Program.kindred(registry: twoPapers.adding([Idle.self, Interplay.self]))
    func rows(_ name: String) -> [String] {
      let recording = Recording()
      let code = program(["check", name], console: recording.console())
      #expect((code == .failed) == (name == "idle"))
      return recording.output.split(separator: "\n").drop { !$0.hasPrefix("parameters ") }
        .prefix(2).map { $0.split(separator: " ").joined(separator: " ") }
    }
    #expect(
      rows("idle") == ["parameters FAIL 2 0 no value of 'unread', 'name'", "changes anything"])
    #expect(rows("interplay")[0] == "parameters PASS 0 0 parameters that change nothing")
  }

  /// A range whose name is misspelt would let any value pass.
  @Test func aRangeOfNoParameter() {
    let program = Program.kindred(registry: twoPapers.adding([Misspelt.self]))
    func check(_ loss: String) -> (code: ExitCode, output: String, errors: String) {
      let recording = Recording()
      let code = program(["check", loss], console: recording.console())
      return (code, recording.output, recording.errors)
    }
    let problem = """
      the ranges of Misspelt have 'lamda', which is no parameter (did you mean 'lambda'?); the only \
      one is 'lambda'
      """
    let (code, output, errors) = check("misspelt")
    #expect(code == .failed)
    let words = output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("composition FAIL \(problem), in misspelt gradient at logits PASS"))
    #expect(errors.hasPrefix("kindred: 1 of "))
    let formula = check("2*misspelt(lambda: 3)")
    #expect(formula.code == .badData)
    #expect(
      formula.errors
        == "kindred: misspelt: \(problem), at column 3 of\n  2*misspelt(lambda: 3)\n    ^\n")
  }

  /// A failed claim that was not stated says how a term does without it.
  @Test func aClaimThatWasNotStated() {
    let program = Program.kindred(registry: twoPapers.adding([Lengths.self]))
    let recording = Recording()
    #expect(program(["check", "lengths"], console: recording.console()) == .failed)
    let words = recording.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains(
        """
        loss or gradient at n = 1, as part of the usual; a loss that need not be 0 there states \
        'static let isZeroForOneExample = false'
        """), "\(words)")
  }

  @Test func aPartThatIsNoTerm() {
    #expect(
      kindred("check", "cosines") == (
        .badData, "",
        """
        kindred: 'cosines' is a relation, not a term: match(embedding, by: cosines, with: \
        meanSquare), at column 1 of
          cosines
          ^

        """
      ))
    #expect(
      kindred("check", "gram.rowNormalized").errors.hasPrefix(
        "kindred: 'gram' is a relation, not a term: match(embedding, by: gram, with: meanSquare)"))
    #expect(
      kindred("check", "embedding").errors.hasPrefix(
        "kindred: 'embedding' is a knowledge, not a term: match(embedding, by: relation, with: "))
  }

  @Test func unknownNames() {
    #expect(
      kindred("check", "kd", "rkd.distanse") == (
        .badData, "",
        """
        kindred: no term 'rkd.distanse' (did you mean 'rkd.distance'?); choose from 'ce', \
        'kd', 'logits', 'rkd', 'rkd.angle', 'rkd.distance'

        """
      ))
    #expect(kindred("check", "2*kd + rkdd").errors.contains("at column 8"))
  }
}

/// Not 0 at the teacher, although it claims to be.
private struct Wrong: PaperModule {
  static let standard = Self()
  var body: some LossTerm { match(.logits, with: .klDivergence(temperature: 1)) + Entropy() }
  static let equation = "wrong"
  static let citation = Citation("", "", "", "")

  struct Entropy: PrimitiveTerm {
    let outputs: [OutputName] = ["logits"]
    func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
      let z = try student["logits"]
      return -(z.softmax() * z.logSoftmax()).sum()
    }
  }
}

/// Two of its parameters are read nowhere.
private struct Idle: PaperModule {
  enum Name: String, Codable, CaseIterable { case one, other }
  var weight = 1.0
  var unread = 2.0
  var name = Name.one
  static let standard = Self()
  var body: some LossTerm { weight * match(.logits, with: .meanSquare) }
  static let equation = "idle"
  static let citation = Citation("", "", "", "")
}

/// The name in `ranges` is misspelt.
private struct Misspelt: PaperModule {
  var lambda = 1.0
  static let standard = Self()
  static let ranges: [String: ClosedRange<Double>] = ["lamda": 0...1]
  var body: some LossTerm { lambda * match(.logits, with: .meanSquare) }
  static let equation = "misspelt"
  static let citation = Citation("", "", "", "")
}

/// It is not 0 for one example, and does not say so.
private struct Lengths: PaperModule {
  static let standard = Self()
  var body: some LossTerm { match(.embedding, by: .gram, with: .meanSquare) }
  static let equation = "lengths"
  static let citation = Citation("", "", "", "")
}

/// One of its parameters is read only if the other is no longer what it is.
private struct Interplay: PaperModule {
  var usesTemperature = false
  var temperature = 1.0
  static let standard = Self()
  static let ranges = ["temperature": ClosedRange.temperature]
  var body: some LossTerm {
    match(.logits, with: .klDivergence(temperature: usesTemperature ? temperature : 1))
  }
  static let equation = "interplay"
  static let citation = Citation("", "", "", "")
}
