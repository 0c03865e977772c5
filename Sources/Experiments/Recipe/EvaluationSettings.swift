import Distillation
package import Training

/// The metrics that are measured of every network besides its accuracy, on its features of the test
/// images.
package struct EvaluationSettings: Configurable {
  /// The values of K for which recall is measured: `recall@1`, ….
  package var recall: [Int] = []

  /// Whether recall is measured by cosine as well as by distance: `recall@1 by cosine`.
  package var cosine = false

  /// The values of k for which the accuracy by nearest neighbours is measured: `knn@5`, ….
  package var neighbours: [Int] = []

  /// The values of K for which the teacher's nearest neighbours among test examples are compared with the
  /// student's: `teacher neighbours@10`, …. They are those of the first teacher of the recipe.
  package var teacherNeighbours: [Int] = []

  /// Classification by a few examples of each class: `1-shot`, …. It uses the images on which
  /// recall is measured.
  package var fewShot: FewShotSettings?

  /// Another data set, on whose test images recall is measured as well: `recall@1 on glyphs`.
  package var domain: DataSettings?

  /// Whether the accuracy on the training images is measured: `training accuracy`.
  package var training = false

  /// The number of test images in a batch with one wrong row of the teacher's outputs, which
  /// measures `spread`: the share of the change in the gradient that falls on the other examples.
  package var spuriousTeacher: Int?

  /// The output that is used as features.
  package var layer = "embedding"

  package init() {}
  package static let standard = Self()

  /// The metrics besides accuracy that a weight can be chosen by.
  var namesForValidation: [String] {
    recall.map { "recall@\($0)" } + neighbours.map { "knn@\($0)" }
  }

  /// These settings, reduced to one of those metrics.
  func only(_ name: String) -> EvaluationSettings {
    var settings = EvaluationSettings()
    settings.layer = layer
    settings.recall = recall.filter { "recall@\($0)" == name }
    settings.neighbours = neighbours.filter { "knn@\($0)" == name }
    return settings
  }
}

extension EvaluationSettings {
  /// Throws ``SettingError`` if a setting is impossible.
  func validate() throws {
    try domain?.validate(in: ["evaluation", "domain"])
    func wrong(_ path: String..., problem: String) -> SettingError {
      SettingError(path: ["evaluation"] + path, problem: problem)
    }
    if domain?.seed == .each {
      throw wrong("domain", "seed", problem: "no network is trained on it: expected a number")
    }
    if domain?.normalization != nil {
      throw wrong(
        "domain", "normalization",
        problem: "networks see these images as they see those of 'data', normalised alike")
    }
    for (path, numbers) in [
      (["recall"], recall), (["neighbours"], neighbours),
      (["teacherNeighbours"], teacherNeighbours),
      (["fewShot", "shots"], fewShot?.shots ?? []),
    ] where Set(numbers).count < numbers.count || numbers.contains(where: { $0 < 1 }) {
      throw SettingError(
        path: ["evaluation"] + path,
        problem: "expected different whole numbers of 1 or more, not \(numbers)")
    }
    for (path, numbers) in [
      (["recall"], recall), (["neighbours"], neighbours),
      (["teacherNeighbours"], teacherNeighbours),
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
      throw wrong("cosine", problem: "recall uses it, but no 'recall' is given")
    }
    if domain != nil, recall.isEmpty {
      throw wrong("domain", problem: "recall uses it, but no 'recall' is given")
    }
    if let count = spuriousTeacher, count < 2 {
      throw wrong("spuriousTeacher", problem: "expected 2 or more images, not \(count)")
    }
    if let count = spuriousTeacher, count > 1_000_000 {
      throw wrong("spuriousTeacher", problem: "expected 2 to 1000000 images, not \(count)")
    }
  }
}
