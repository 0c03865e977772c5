import Kindred
import Testing

/// A term whose gradient is 0 for all outputs of certain shapes is found by these shapes.
@Suite struct UninformativeTermTests {
  @Test(arguments: [
    ("kd", "logits", [32, 1], "2 classes"), ("ce", "logits", [32, 1], "2 classes"),
    ("mlld", "logits", [4, 1], "2 classes"), ("dist.inter", "logits", [32, 2], "3 classes"),
    ("dist.intra", "logits", [1, 10], "3 examples"),
    ("rkd.distance", "embedding", [2, 16], "3 examples"),
    ("rkd.angle", "embedding", [2, 16], "3 examples"),
    ("rkd.angle", "embedding", [16, 1], "2 features"),
    ("irg.edge", "embedding", [2, 16], "3 examples"), ("cka", "embedding", [2, 16], "3 examples"),
    ("dcor", "embedding", [2, 16], "3 examples"), ("pkt", "embedding", [1, 16], "2 examples"),
    ("cckd", "embedding", [1, 16], "2 examples"), ("cckd", "embedding", [9, 1], "2 features"),
    ("simplex", "embedding", [3, 16], "4 examples"), ("sp", "stage3", [1, 8, 4, 4], "2 examples"),
    ("triplet", "embedding", [2, 16], "3 examples"),
    ("at", "stage3", [8, 16, 1, 1], "maps of 2×2"),
    ("nst", "stage3", [8, 16, 1, 1], "maps of 2×2"),
    ("cwd", "stage3", [8, 16, 1, 1], "maps of 2×2"),
    ("ickd", "stage3", [8, 1, 4, 4], "2 channels"),
    (
      "match(embedding, by: distances.dividedByMean, with: meanSquare)", "embedding", [2, 4],
      "3 examples"
    ),
    ("match(embedding, by: rowNormalized, with: huber)", "embedding", [6, 1], "2 features"),
  ])
  func isFound(_ formula: String, _ output: String, _ shape: [Int], _ need: String) throws {
    let found = try uninformativeTerms(formula, output, shape)
    #expect(
      found == [
        """
        '\(formula)' says nothing about '\(output)' of shape \(shape): its gradient is as good as 0, \
        whatever it holds; it needs at least \(need)
        """
      ])
  }

  @Test(arguments: [
    ("kd", "logits", [1, 2]), ("dist.inter", "logits", [1, 3]), ("dist.intra", "logits", [3, 2]),
    ("rkd", "embedding", [3, 2]), ("irg.edge", "embedding", [3, 1]), ("cka", "embedding", [3, 1]),
    ("dcor", "embedding", [3, 1]), ("pkt", "embedding", [2, 2]), ("sp", "stage3", [2, 1, 1, 1]),
    ("simplex", "embedding", [4, 3]), ("triplet", "embedding", [3, 1]),
    ("at", "stage3", [1, 1, 2, 2]), ("ickd", "stage3", [1, 2, 1, 1]),
    ("pkd", "stage3", [1, 1, 2, 2]),
    ("logits", "logits", [1, 1]), ("ramp(kd)", "logits", [4, 3]),
  ])
  func isNotFound(_ formula: String, _ output: String, _ shape: [Int]) throws {
    #expect(try uninformativeTerms(formula, output, shape) == [])
  }

  @Test(arguments: ["cka", "dcor"]) func theUnbiasedEstimatesNeedFour(_ name: String) throws {
    #expect(
      try uninformativeTerms("\(name)(unbiased: true)", "embedding", [3, 16]) == [
        """
        '\(name)' says nothing about 'embedding' of shape [3, 16]: its gradient is as good as 0, \
        whatever it holds; it needs at least 4 examples
        """
      ])
    #expect(try uninformativeTerms("\(name)(unbiased: true)", "embedding", [4, 16]) == [])
  }

  /// In a stage of one block nothing changes from its first block to its last.
  @Test func layersThatAreTheSame() throws {
    func outputs(_ blocks: Int, _ channels: Int) -> Outputs {
      var outputs: Outputs = [:]
      for stage in 1...3 {
        var random = Random(seed: UInt64(stage))
        let shape = [8, channels << stage, 8, 8]
        outputs.tensors["stage\(stage)"] = random.normal(shape: shape)
        outputs.tensors["stage\(stage).block1"] =
          blocks == 1 ? outputs.tensors["stage\(stage)"] : random.normal(shape: shape)
      }
      return outputs
    }
    let loss = try Registry.linked.loss("irg.transform")
    func found(_ student: Int, _ teacher: Int) -> [String] {
      loss.uninformativeTerms(student: outputs(student, 8), teacher: outputs(teacher, 16))
        .map { "\($0)" }
    }
    #expect(found(2, 2) == [])
    let same = found(1, 1)
    #expect(same == found(1, 2))
    #expect(
      same.first?.hasPrefix("'irg.transform' says nothing about 'stage1' of shape [8, 16, 8, 8]")
        == true, "\(same)")
    #expect(
      same.first?.hasSuffix(
        """
        its gradient is as good as 0, whatever they hold; it needs at least two layers that differ, and \
        'stage1' and 'stage1.block1' are the same
        """) == true, "\(same)")
  }

  /// A triple needs two examples of one class and one of another.
  @Test(arguments: [
    ([0, 1, 2, 3], true), ([5, 5, 5, 5], true), ([-1, -1, 0, 0], true), ([-1, -1, -1, -1], true),
    ([0, 0, 1, -1], false), ([7, 3, 7, 7], false),
  ])
  func labelsWithoutATriple(_ labels: [Int], _ isFound: Bool) throws {
    let outputs = Outputs(["embedding": Tensor(repeating: 0, shape: [4, 3])], labels: labels)
    for mining in ["all", "random", "hard", "semihard", "distance"] {
      let found = try Registry.linked.loss("triplet(mining: \(mining))")
        .uninformativeTerms(student: outputs, teacher: [:])
      #expect(
        found.map { "\($0)" }
          == (isFound
            ? [
              """
              'triplet' says nothing about 'embedding' of shape [4, 3] with these labels: its gradient \
              is as good as 0, whatever it holds
              """
            ] : []))
    }
  }

  /// A sum is examined term by term, and terms of weight 0 are ignored.
  @Test func ofASum() throws {
    let found = try uninformativeTerms(
      "rkd + pkt + 0*cka + ramp(irg.edge)", "embedding", [2, 5])
    #expect(
      found.map { $0.prefix { $0 != " " } } == ["'rkd.distance'", "'rkd.angle'", "'irg.edge'"])
  }

  /// Outputs that do not fit a term are not tried: the evaluation refuses them.
  @Test func whatDoesNotFitIsNotTried() throws {
    #expect(try uninformativeTerms("at", "stage3", [2, 5]) == [])
    #expect(try uninformativeTerms("at", "embedding", [2, 5]) == [])
  }

  private func uninformativeTerms(
    _ formula: String, _ output: String, _ shape: [Int]
  ) throws -> [String] {
    let outputs = Outputs([output: Tensor(repeating: 0, shape: shape)])
    return try Registry.linked.loss(formula).uninformativeTerms(student: outputs, teacher: outputs)
      .map { "\($0)" }
  }
}
