import Testing

@testable import KindredCLI

@Suite struct EntryPointTests {
  @Test func variablesThatCannotBeFollowedAreNamed() throws {
    #expect(problem(in: [:]) == nil)
    #expect(problem(in: ["KINDRED_KERNELS": "portable", "KINDRED_THREADS": "2"]) == nil)
    let kernels = try #require(problem(in: ["KINDRED_KERNELS": "avx1"]))
    #expect(kernels.hasPrefix("KINDRED_KERNELS is 'avx1'; this processor has "))
    #expect(kernels.hasSuffix("portable"))
    #expect(
      problem(in: ["KINDRED_THREADS": "none"])
        == "KINDRED_THREADS is 'none'; it must be a number of 1 or more")
    #expect(problem(in: ["KINDRED_THREADS": "100000"]) == nil)
    for threads in ["100001", "9223372036854775807"] {
      #expect(
        problem(in: ["KINDRED_THREADS": threads])
          == "KINDRED_THREADS is '\(threads)'; it must be a number from 1 to 100000")
    }
  }

  /// A program of another package calls itself by its own name.
  @Test func aProgramIsNamedAsItWasCalled() {
    #expect(calledName(["kindred"]) == "kindred")
    #expect(calledName([".build/debug/Tool", "list"]) == "Tool")
    #expect(calledName([]) == "kindred")
    #expect(calledName([""]) == "kindred")
  }
}
