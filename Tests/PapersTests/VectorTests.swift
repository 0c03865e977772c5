import Conformance
import Foundation
import Kindred
import Testing

/// Every file of test vectors in the folder passes.
@Suite struct VectorTests {
  static let files: [String] = {
    let urls = Bundle.module.urls(forResourcesWithExtension: "json", subdirectory: "Vectors")
    return (urls ?? []).compactMap { $0.lastPathComponent }.sorted()
  }()

  @Test func someAreFound() { #expect(Self.files.contains("Standard.json")) }

  @Test(arguments: files) func holds(_ file: String) throws {
    let url = try #require(
      Bundle.module.url(forResource: file, withExtension: nil, subdirectory: "Vectors"))
    let vectors = try TestVector.read(from: url)
    #expect(!vectors.isEmpty)
    for vector in vectors {
      #expect(!vector.source.isEmpty)
      #expect(!vector.gradients.isEmpty)
      for finding in try vector.findings(in: .linked) {
        #expect(finding.passed, "\(finding)")
      }
    }
  }

  private func vector(_ text: String) throws -> TestVector {
    try JSONDecoder().decode(TestVector.self, from: Data(text.utf8))
  }

  @Test func wrongNumbersAreFound() throws {
    let text = """
      {"formula": "logits", "source": "", "student": {"logits": [[1, 2]]},
       "teacher": {"logits": [[0, 2]]}, "value": 0.5, "gradients": {"logits": [[1, 0]]}}
      """
    #expect(try vector(text).findings(in: .linked).allSatisfy { $0.passed })
    let value = try vector(text.replacing("0.5", with: "0.501")).findings(in: .linked)
    #expect(value.map { $0.passed } == [false, true])
    #expect(value[0].words == "logits is 0.5, not 0.501")
    let slope = try vector(text.replacing("[[1, 0]]", with: "[[1, 0.01]]")).findings(in: .linked)
    #expect(slope.map { $0.passed } == [true, false])
    let shape = try vector(text.replacing("[[1, 0]]", with: "[1, 0]")).findings(in: .linked)
    #expect(shape[1].words == "it has shape [1, 2], not [2]")
  }

  @Test func whatIsNoVectorIsAnError() {
    #expect(throws: DecodingError.self) {
      try vector(#"{"formula": "logits", "source": "", "value": 0, "gradient": {}}"#)
    }
    #expect(throws: DecodingError.self) {
      try vector(#"{"formula": "x", "source": "", "value": 0, "student": {"a": [[1], [1, 2]]}}"#)
    }
  }
}
