import Distillation
package import Training

/// What is measured of every network beside its accuracy, on its features of the test images.
package struct EvaluationSettings: Configurable {
  /// For which K the recall is measured: `recall@1`, ….
  package var recall: [Int] = []

  /// Whether recall is measured by cosine too, and not by distance alone: `recall@1 by cosine`.
  package var cosine = false

  /// For which k the accuracy by nearest neighbours is measured: `knn@5`, ….
  package var neighbours: [Int] = []

  /// Classification of the images that recall is measured on by a few examples of each class:
  /// `1-shot`, ….
  package var fewShot: FewShotSettings?

  /// Other images, on whose test part the recall is measured as well: `recall@1 on glyphs`.
  package var domain: DataSettings?

  /// Whether the accuracy on the images trained on is measured: `training accuracy`.
  package var training = false

  /// On how many test images a teacher is given one row that is wrong, to measure `spread`: the share
  /// of the gradient's change that lands on the other examples.
  package var spuriousTeacher: Int?

  /// The output that serves as the features.
  package var layer = "embedding"

  package init() {}

  /// The metrics by which a weight can be chosen, beside accuracy.
  var namesForValidation: [String] {
    recall.map { "recall@\($0)" } + neighbours.map { "knn@\($0)" }
  }

  /// These settings, for one such metric alone.
  func only(_ name: String) -> EvaluationSettings {
    var settings = EvaluationSettings()
    settings.layer = layer
    settings.recall = recall.filter { "recall@\($0)" == name }
    settings.neighbours = neighbours.filter { "knn@\($0)" == name }
    return settings
  }
}

extension EvaluationSettings {
  /// Throws ``SettingError``.
  func validate() throws {
    try domain?.validate(in: ["evaluation", "domain"])
    func wrong(_ path: String..., problem: String) -> SettingError {
      SettingError(path: ["evaluation"] + path, problem: problem)
    }
    for (path, numbers) in [
      (["recall"], recall), (["neighbours"], neighbours),
      (["fewShot", "shots"], fewShot?.shots ?? []),
    ] where Set(numbers).count < numbers.count || numbers.contains(where: { $0 < 1 }) {
      throw SettingError(
        path: ["evaluation"] + path,
        problem: "expected different whole numbers of 1 or more, not \(numbers)")
    }
    for (path, numbers) in [
      (["recall"], recall), (["neighbours"], neighbours),
      (["fewShot", "shots"], fewShot?.shots ?? []),
    ] {
      guard let number = numbers.max(), number > 1_000_000 else { continue }
      throw SettingError(
        path: ["evaluation"] + path, problem: "expected 1 to 1000000, not \(number)")
    }
    if let fewShot {
      for (name, number, least) in [
        ("ways", fewShot.ways, 2), ("queries", fewShot.queries, 1),
        ("episodes", fewShot.episodes, 1),
      ] where !(least...1_000_000).contains(number) {
        throw wrong("fewShot", name, problem: "expected \(least) to 1000000, not \(number)")
      }
    }
    if cosine, recall.isEmpty {
      throw wrong("cosine", problem: "recall is measured by it, and there is no 'recall'")
    }
    if domain != nil, recall.isEmpty {
      throw wrong("domain", problem: "recall is measured on it, and there is no 'recall'")
    }
    if let count = spuriousTeacher, count < 2 {
      throw wrong("spuriousTeacher", problem: "expected 2 or more images, not \(count)")
    }
    if let count = spuriousTeacher, count > 1_000_000 {
      throw wrong("spuriousTeacher", problem: "expected 2 to 1000000 images, not \(count)")
    }
  }
}
