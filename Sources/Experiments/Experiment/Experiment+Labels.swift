import Distillation
import Training

extension Experiment {
  /// Throws ``SettingError`` if a loss reads labels that the data do not have.
  static func checkLabels(
    of recipe: Recipe, _ losses: [[LossGraph]], teachers: [LossGraph], _ data: TrainingData
  ) throws {
    guard data.training.hasSoftLabels else { return }
    func check(_ loss: LossGraph, at path: [String]) throws {
      guard let term = loss.termsThatReadLabels(ofClasses: true).first else { return }
      throw SettingError(path: path, problem: problem(of: term))
    }
    for (row, losses) in losses.enumerated() {
      for loss in losses { try check(loss, at: ["rows[\(row)]", "loss"]) }
    }
    for (teacher, loss) in zip(recipe.teachers, teachers)
    where teacher.load == nil && teacher.outputs == nil {
      try check(loss, at: recipe.path(of: teacher) + ["loss"])
    }
  }

  /// What is wrong with a term that reads labels which the data do not have.
  private static func problem(of term: String) -> String {
    """
    '\(term)' needs the class of each example, and the data have soft labels; possible: 'ce', which takes them, \
    and losses that read no labels
    """
  }
}
