import Distillation
import Tensors
import Training

extension Experiment {
  /// Whether the examples to train or to test on have labels.
  package var isLabelled: Bool { data.training.isLabelled || data.test.isLabelled }

  /// The classes that a recipe's teachers tell apart, as far as a file says it: that of their logits, or a checkpoint.
  static func classesOfTeachers(
    of recipe: Recipe, _ files: [Int: TeacherFile]
  ) -> [String]? {
    recipe.teachers.enumerated().lazy.compactMap { index, teacher -> [String]? in
      if let count = files[index]?.classes { return (0..<count).map { "\($0)" } }
      return teacher.load.flatMap { Checkpoint.classes(of: $0) }
    }.first
  }

  /// Throws ``SettingError`` if something reads labels that the data do not have.
  static func checkLabels(
    of recipe: Recipe, _ losses: [[LossGraph]], teachers: [LossGraph], _ data: TrainingData
  ) throws {
    guard data.training.hasSoftLabels || !data.training.isLabelled || !data.test.isLabelled else {
      return
    }
    func check(_ loss: LossGraph, at path: [String], _ possible: String = "") throws {
      let terms =
        data.training.isLabelled
        ? data.training.hasSoftLabels ? loss.termsThatReadLabels(ofClasses: true) : []
        : loss.termsThatReadLabels()
      guard let term = terms.first else { return }
      throw SettingError(path: path, problem: data.problem(ofLabelsFor: term) + possible)
    }
    for (row, losses) in losses.enumerated() {
      for loss in losses { try check(loss, at: ["rows[\(row)]", "loss"]) }
      if !data.training.isLabelled {
        try recipe.student(of: recipe.rows[row]).training.sampler.checkNeedsNoLabels(
          of: data, at: recipe.pathOfStudent(row) + ["training", "sampler"])
        if !recipe.rows[row].weights.isEmpty {
          throw SettingError(
            path: ["rows[\(row)]", "weights"],
            problem: """
              one is chosen by \(recipe.validation.metric.visible) on training examples, which have no labels
              """)
        }
      }
    }
    for (teacher, loss) in zip(recipe.teachers, teachers)
    where teacher.load == nil && teacher.outputs == nil {
      try check(
        loss, at: recipe.path(of: teacher) + ["loss"],
        data.training.isLabelled
          ? "" : "; a teacher that is there already needs none: 'load' or 'outputs' names its file")
    }
    try recipe.checkMetricsWithoutLabels(data, losses)
  }
}

extension TrainingData {
  /// The problem of a term that reads labels, if the data do not have them.
  func problem(ofLabelsFor term: String) -> String {
    training.isLabelled
      ? """
      '\(term.visible)' needs the class of each example, and the data have soft labels; possible: 'ce', which takes \
      them, and losses that read no labels
      """
      : """
      '\(term.visible)' needs labels, and the examples to train on have none; possible: losses that read no labels, \
      such as 'kd' and 'rkd'
      """
  }

  /// A warning if there is no accuracy, because the examples to test on have no labels.
  var warningOfNoAccuracy: String? {
    test.isLabelled
      ? nil
      : "data: the examples to test on have no labels, so that no accuracy is measured"
  }
}

extension SamplerSettings {
  /// Throws ``SettingError`` if batches cannot be drawn without labels.
  fileprivate func checkNeedsNoLabels(of data: TrainingData, at path: [String]) throws {
    switch name {
    case .uniform: return
    case .superclassUniform:
      guard clusters == nil, data.training.classes.count < 2 else { return }
      throw SettingError(
        path: path + ["clusters"],
        problem: """
          it is half the number of classes unless it is given, and nothing says how many classes there are
          """)
    case .classUniform, .npairs:
      throw SettingError(
        path: path,
        problem: """
          '\(name.rawValue)' draws from classes, and the examples to train on have no labels; possible: 'uniform', \
          'superclassUniform'
          """)
    }
  }
}

extension Recipe {
  /// Throws ``SettingError`` if the recipe asks for a metric that needs labels which the data do not have.
  fileprivate func checkMetricsWithoutLabels(
    _ data: TrainingData, _ losses: [[LossGraph]]
  ) throws {
    func wrong(_ path: [String], of part: String) -> SettingError {
      SettingError(
        path: path, problem: "it is measured by labels, and the examples to \(part) on have none")
    }
    let ofTest = [
      ("recall", !evaluation.recall.isEmpty), ("neighbours", !evaluation.neighbours.isEmpty),
      ("fewShot", evaluation.fewShot != nil),
      (
        "spuriousTeacher",
        evaluation.spuriousTeacher != nil
          && losses.joined().contains { !$0.termsThatReadLabels().isEmpty }
      ),
    ]
    if !data.test.isLabelled {
      if let (name, _) = ofTest.first(where: { $0.1 }) {
        throw wrong(["evaluation", name], of: "test")
      }
      for (index, comparison) in comparisons.enumerated() where comparison.metric == "accuracy" {
        throw wrong(["comparisons[\(index)]", "metric"], of: "test")
      }
    }
    guard !data.training.isLabelled else { return }
    let ofTraining = [
      ("training", evaluation.training), ("neighbours", !evaluation.neighbours.isEmpty),
    ]
    if let (name, _) = ofTraining.first(where: { $0.1 }) {
      throw wrong(["evaluation", name], of: "train")
    }
  }
}
