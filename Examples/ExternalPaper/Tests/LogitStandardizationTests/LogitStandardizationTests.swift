import Conformance
import Foundation
import Kindred
import LogitStandardization
import Testing

@Suite struct LogitStandardizationTests {
  @Test func registersItself() {
    #expect(Registry.linked.papers.map { $0.name }.contains("logitStandardization"))
  }

  /// The gradient, the claims and the degenerate inputs.
  @Test func conforms() throws {
    let suite = try ConformanceSuite(of: "logitStandardization", in: .linked)
    for finding in suite.findings() { #expect(finding.passed, "\(finding)") }
  }

  /// Numbers that were worked out by hand.
  @Test func vectors() throws {
    let file = try #require(
      Bundle.module.url(
        forResource: "LogitStandardization", withExtension: "json", subdirectory: "Vectors"))
    for vector in try TestVector.read(from: file) {
      for finding in try vector.findings(in: .linked) { #expect(finding.passed, "\(finding)") }
    }
  }
}
