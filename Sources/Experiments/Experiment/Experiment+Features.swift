import Distillation
import Training

extension Experiment {
  /// Throws ``SettingError`` if the data are features and the recipe changes images at random.
  static func checkFeatures(
    of recipe: Recipe, _ losses: [[LossGraph]], _ data: TrainingData
  ) throws {
    guard data.training.isOfFeatures else { return }
    let trainings =
      recipe.rows.indices.map {
        (recipe.pathOfStudent($0), recipe.student(of: recipe.rows[$0]).training)
      } + recipe.teachers.map { (recipe.path(of: $0), $0.training) }
    for (path, training) in trainings {
      let augmentation = training.augmentation
      let changes = zip(augmentation.parameters, Augmentation.standard.parameters).filter {
        describe($0.value) != describe($1.value)
      }
      guard let (change, _) = changes.first else { continue }
      throw SettingError(
        path: path + ["training", "augmentation"],
        problem: """
          '\(change.name)' changes images, and the data are \(data.training.shape.channels) \
          features
          """)
    }
    for (row, losses) in losses.enumerated() {
      let names = losses.flatMap { $0.outputs(of: .student) + $0.outputs(of: .teacher) }
      guard let name = names.first(where: { $0.view != nil }) else { continue }
      throw SettingError(
        path: ["rows[\(row)]", "loss"],
        problem: """
          '\(name)' is of images that are changed, and the data are \
          \(data.training.shape.channels) features
          """)
    }
  }
}
