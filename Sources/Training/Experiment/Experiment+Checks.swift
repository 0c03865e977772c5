import Distillation
import Tensors

extension Experiment {
  /// Whether the students' batches come from the teacher's features.
  static func needsTeacher(forSamplersOf recipe: Recipe) throws -> Bool {
    if recipe.teacher?.training.sampler.name == .superclassUniform {
      throw TrainingError.recipe(
        path: ["teacher", "training", "sampler"], problem: "a teacher has no teacher of its own")
    }
    guard recipe.student.training.sampler.name == .superclassUniform else { return false }
    guard recipe.teacher != nil else {
      throw SamplerSettings.needsTeacher(at: ["student", "training", "sampler"])
    }
    return true
  }

  /// Evaluates every loss on a few images, and on a batch of them repeated, so that whatever does not
  /// fit is found now.
  func checkLosses() throws {
    let few = try data.training.first(min(4, data.training.count))
    let batch = Batches(
      of: few, size: few.count, sampler: SequentialSampler(), normalization: data.normalization,
      augmentation: Augmentation(), view: recipe.student.training.view, seed: 0, epoch: 0)[0]
    func outputs(
      _ network: any Network, _ names: [String], _ known: TrainedNetwork? = nil
    ) -> Outputs {
      var random = Random(seed: 0, "check")
      let weights = known?.weights ?? network.initialWeights(using: &random)
      return network.outputs(on: batch, weights, .inference, giving: names).outputs
    }
    func check(
      _ loss: LossGraph, _ learner: any Network, called role: String, _ path: [String], size: Int
    ) throws {
      do {
        let target = try teacher.map { teacher in
          try ViewOutputs.check(
            loss.outputs(of: .teacher), in: teacher, called: "teacher", at: path)
          return outputs(teacher, loss.outputs(of: .teacher), loadedTeacher)
        }
        try ViewOutputs.check(loss.outputs(of: .student), in: learner, called: role, at: path)
        let source = outputs(learner, loss.outputs(of: .student))
        _ = try loss(student: source, teacher: target ?? [:])
        _ = try loss(
          student: source.repeated(few.count, to: size),
          teacher: (target ?? [:]).repeated(few.count, to: size))
      } catch let error as DistillationError {
        throw TrainingError.recipe(path: path, problem: "\(error)")
      }
    }
    if let teacherLoss, let teacher {
      guard teacherLoss.outputs(of: .teacher).isEmpty else {
        throw TrainingError.recipe(
          path: ["teacher", "loss"], problem: "a teacher has no teacher of its own")
      }
      try check(
        teacherLoss, teacher, called: "teacher", ["teacher", "loss"],
        size: min(recipe.teacher?.training.batch ?? 0, teacherImages?.count ?? 0))
    }
    let size = min(recipe.student.training.batch, studentImages.count)
    for (index, loss) in losses.enumerated() {
      try check(loss, student, called: "student", ["rows[\(index)]", "loss"], size: size)
    }
  }

  /// What depends on the data and on the networks.
  func checkNumbers() throws {
    let sampler = recipe.student.training.sampler
    if sampler.name == .superclassUniform, let clusters = sampler.clusters,
      clusters > studentImages.count
    {
      throw TrainingError.recipe(
        path: ["student", "training", "sampler", "clusters"],
        problem: "expected 1 to \(studentImages.count), the number of images, not \(clusters)")
    }
    guard !recipe.evaluation.names.isEmpty else { return }
    try checkEvaluation(of: student, called: "student", trainedOn: studentImages)
    if needsTeacher, let teacher, let teacherImages {
      try checkEvaluation(of: teacher, called: "teacher", trainedOn: teacherImages)
    }
  }

  private func checkEvaluation(
    of network: any Network, called role: String, trainedOn images: ImageDataSet
  ) throws {
    let evaluation = recipe.evaluation
    try ViewOutputs.check(
      plain: evaluation.layer, in: network, called: role, at: ["evaluation", "layer"])
    for (name, numbers, most, what) in [
      ("recall", evaluation.recall, data.retrieval.count - 1, "other test images"),
      ("neighbours", evaluation.neighbours, images.count, "the \(role)'s training images"),
    ] {
      guard let given = numbers.max(), given > most else { continue }
      throw TrainingError.recipe(
        path: ["evaluation", name],
        problem: most > 0
          ? "expected 1 to \(most), the number of \(what), not \(given)"
          : "expected none, since there are no \(what)")
    }
  }
}

extension Outputs {
  /// Those of a few examples, again and again up to a number of them.
  fileprivate func repeated(_ few: Int, to count: Int) -> Outputs {
    let indices = (0..<count).map { $0 % few }
    return Outputs(
      tensors.mapValues { $0.rows(indices) },
      labels: labels.map { labels in indices.map { labels[$0] } })
  }
}
