import Training

/// Names that recipes have and formulas do not: data sets, samplers and networks.
struct RecipeNames {
  let networks: Networks

  /// Every name that is a word of its own, and one network of each kind.
  var all: [String] {
    DataSets.names + Samplers.summaries.map { $0.name } + networks.kinds.map { $0.example.name }
  }

  /// What the networks give, and a formula takes as knowledge.
  var outputs: [String] { networks.kinds.flatMap { $0.example.outputNames } }

  func named(_ name: String) -> Description.Named? {
    if let found = DataSets.summaries.first(where: { $0.name == name }) {
      return Description.Named(
        kind: "data set", name: name, summary: found.summary.sentence, setting: "data.set")
    }
    if let found = Samplers.summaries.first(where: { $0.name == name }) {
      return Description.Named(
        kind: "sampler", name: name, summary: found.summary.sentence,
        setting: "student.training.sampler.name or that of the teacher")
    }
    return network(name)
  }

  private static let setting = "teacher.network or student.network"

  /// A network with its sizes, such as `resnet8:16`, or a kind of networks: `mlp`.
  private func network(_ name: String) -> Description.Named? {
    if let network = try? networks.named(
      name, classes: 10, shape: ImageShape(height: 28, width: 28))
    {
      return Description.Named(
        kind: "network", name: network.name,
        summary: "Its outputs are \(network.outputNames.joined(separator: ", ")).",
        setting: Self.setting)
    }
    let kind = networks.kinds.first { pattern, _ in
      pattern == name || pattern.prefix { $0.isLetter || $0.isNumber } == name
    }
    return kind.map { pattern, example in
      Description.Named(
        kind: "kind of networks", name: pattern,
        summary: """
          An example is \(example.name), with the outputs \
          \(example.outputNames.joined(separator: ", ")).
          """,
        setting: Self.setting)
    }
  }
}
