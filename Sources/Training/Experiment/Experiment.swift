public import Distillation
import Foundation
import Tensors

/// A recipe, ready to run: every name in it is known, every formula fits the networks.
public struct Experiment: Sendable {
  public let recipe: Recipe
  let data: TrainingData
  let losses: [LossGraph]
  let teacherLoss: LossGraph?
  let student: any Network
  let studentImages: ImageDataSet
  let teacher: (any Network)?
  let teacherImages: ImageDataSet?
  /// Where the recipe names a checkpoint.
  let loadedTeacher: TrainedNetwork?
  /// Whether a row's loss reads the teacher's outputs, or the students' sampler its features.
  let needsTeacher: Bool

  /// Reads the data and checks everything that can be checked before training.
  ///
  /// Throws what is wrong with the recipe, its data or its formulas.
  public init(_ unchecked: Recipe, registry: Registry) throws {
    let recipe = try unchecked.validated()
    self.recipe = recipe
    losses = try recipe.rows.enumerated().map { index, row in
      try Self.loss(row.loss, at: ["rows[\(index)]", "loss"], in: registry)
    }
    let isRead = losses.contains { !$0.outputs(of: .teacher).isEmpty }
    if isRead && recipe.teacher == nil {
      throw TrainingError.recipe(path: ["teacher"], problem: "a row's loss needs a teacher")
    }
    needsTeacher = try Self.needsTeacher(forSamplersOf: recipe) || isRead
    teacherLoss = try recipe.teacher.map {
      try Self.loss($0.loss, at: ["teacher", "loss"], in: registry)
    }
    let data = try TrainingData(recipe.data)
    self.data = data
    student = try data.network(recipe.student.network, of: "student")
    studentImages = try data.images(for: recipe.student.training, of: recipe)
    let teacher = try recipe.teacher.map { try data.network($0.network, of: "teacher") }
    self.teacher = teacher
    teacherImages = try recipe.teacher.map { try data.images(for: $0.training, of: recipe) }
    loadedTeacher = try recipe.teacher?.load.flatMap { path in
      try teacher.map {
        try Checkpoint.load(path, into: $0, classes: data.training.classes.count)
      }
    }
    try checkLosses()
    try checkNumbers()
  }

  private static func loss(
    _ formula: String, at path: [String], in registry: Registry
  ) throws -> LossGraph {
    do {
      return try registry.loss(formula)
    } catch let error as DistillationError {
      throw TrainingError.recipe(path: path, problem: "\(error)")
    }
  }
}
