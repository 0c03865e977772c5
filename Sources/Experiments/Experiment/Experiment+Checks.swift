import Distillation
import Tensors
import Training

extension Experiment {
  /// Checks that the networks have the outputs that each row's loss reads, which needs no data: the names of a
  /// network's outputs do not depend on its images.
  static func checkOutputs(
    of recipe: Recipe, _ losses: [[LossGraph]], in networks: Networks
  ) throws {
    func check(_ names: [OutputName], of network: String, called role: String, row: Int) throws {
      // A network that does not exist, or not for such images, is an error later.
      guard
        let network = try? networks.named(
          network, classes: 10, shape: ImageShape(height: 28, width: 28))
      else { return }
      try BatchOutputs.check(names, in: network, called: role, at: ["rows[\(row)]", "loss"])
    }
    for (row, settings) in recipe.rows.enumerated() {
      for loss in losses[row] {
        for (index, teacher) in recipe.teachersOfRow(row, losses[row]).enumerated() {
          let network =
            switch teacher {
            case .trained(let index): recipe.teachers[index].network
            case .student(let row): recipe.student(of: recipe.rows[row]).network
            }
          if case .trained(let index) = teacher, recipe.teachers[index].outputs != nil { continue }
          try check(
            loss.outputs(of: .teacher).asked(ofTeacher: index), of: network, called: "teacher",
            row: row)
        }
        try check(
          loss.outputs(of: .student), of: recipe.student(of: settings).network, called: "student",
          row: row)
      }
    }
  }

  /// Evaluates every loss on a few images, and on a batch made of their repetitions, so that
  /// anything that does not fit is found before training.
  ///
  /// - Returns: A warning for each term that tells nothing about outputs of such shapes.
  func checkLosses() throws -> [String] {
    var warnings: [String] = []
    let few = try data.training.first(min(4, data.training.count))
    let batch = Batches(
      of: few, size: few.count, sampler: SequentialSampler(), normalization: data.normalization,
      augmentation: Augmentation(), view: RandAugment(), seed: 0, epoch: 0)[0]
    func outputs(_ network: any Network, _ names: [OutputName]) -> Outputs {
      let model = Self.checked(network)
      return network.outputs(on: batch, model.weights, .inference, giving: names).outputs
    }
    func check(
      _ loss: LossGraph, _ learner: any Network, called role: String, _ path: [String], size: Int,
      taughtBy teachers: [TeacherOfRow] = []
    ) throws {
      do {
        let names = loss.outputs(of: .teacher)
        let targets = try teachers.enumerated().map { index, teacher in
          let asked = names.asked(ofTeacher: index)
          let source = self.source(of: teacher, Self.checked)
          if let network = source.model?.network {
            try BatchOutputs.check(asked, in: network, called: "teacher", at: path)
          }
          return try source.outputs(on: batch, giving: asked)
        }
        for name in names where name.teacher == .mean && name.withoutTeacher != "logits" {
          throw SettingError(
            path: path,
            problem: """
              '\(name)': only 'logits' have a mean over teachers, that of their probabilities
              """)
        }
        let target = Outputs(of: targets, giving: names)
        try BatchOutputs.check(loss.outputs(of: .student), in: learner, called: role, at: path)
        let source = outputs(learner, loss.outputs(of: .student))
        _ = try loss(student: source, teacher: target, at: Moment(), state: LossState())
        let batch = (
          student: source.repeated(few.count, to: size),
          teacher: target.repeated(few.count, to: size)
        )
        try loss.checkMemory(student: batch.student, teacher: batch.teacher)
        _ = try loss(
          student: batch.student, teacher: batch.teacher, at: Moment(), state: LossState())
        // The labels are left out, because they are those of a few images, repeated.
        let unlabelled = Outputs(batch.student.tensors)
        warnings += loss.uninformativeTerms(student: unlabelled, teacher: batch.teacher).map {
          "\(SettingError(path: path, problem: "\($0)"))"
        }
      } catch let error as DistillationError {
        let problem = error.termWithoutLabels.map { data.problem(ofLabelsFor: $0) } ?? "\(error)"
        throw SettingError(path: path, problem: problem)
      }
    }
    for teacher in teachers {
      guard let network = teacher.network else { continue }
      let path = teacher.path + ["loss"]
      guard teacher.loss.outputs(of: .teacher).isEmpty else {
        throw SettingError(path: path, problem: "a teacher has no teacher of its own")
      }
      try check(
        teacher.loss, network, called: "teacher", path,
        size: min(teacher.settings.training.batch, teacher.images.count))
    }
    for (index, row) in rows.enumerated() {
      for loss in row.losses {
        try check(
          loss, row.network, called: "student", ["rows[\(index)]", "loss"],
          size: min(row.settings.training.batch, row.images.count), taughtBy: row.teachers)
      }
    }
    // Losses of one row that differ only in a weight give the same warnings.
    return warnings.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// A teacher before any training: a network with the weights of its checkpoint, or else with those that
  /// `weighted` gives it; or a file.
  func source(
    of teacher: TeacherOfRow, _ weighted: (any Network) -> Model
  ) -> TeacherSource {
    switch teacher {
    case .student(let row): .network(weighted(rows[row].network))
    case .trained(let index):
      switch teachers[index].origin {
      case .trained(let network): .network(weighted(network))
      case .loaded(let model): .network(model)
      case .file(let stored): .file(stored)
      }
    }
  }

  /// A network with weights that are good enough to check losses.
  private static func checked(_ network: any Network) -> Model {
    var random = Random(seed: 0, "check")
    return Model(network: network, weights: network.initialWeights(using: &random))
  }

  /// Checks the settings that depend on the data and on the networks.
  func checkNumbers() throws {
    for (index, row) in rows.enumerated() {
      let sampler = row.settings.training.sampler
      if sampler.name == .superclassUniform, let clusters = sampler.clusters,
        clusters > row.images.count
      {
        throw SettingError(
          path: recipe.pathOfStudent(index) + ["training", "sampler", "clusters"],
          problem: "expected 1 to \(row.images.count), the number of images, not \(clusters)")
      }
    }
    guard !recipe.evaluation.names.isEmpty else { return }
    try checkImages()
    for row in rows {
      try checkEvaluation(of: row.network, called: "student", trainedOn: row.images)
    }
    for (index, teacher) in teachers.enumerated() where isNeeded(teacher: index) {
      guard let network = teacher.network else { continue }
      try checkEvaluation(of: network, called: "teacher", trainedOn: teacher.images)
    }
  }

  /// Checks that there are images for everything that the recipe measures.
  private func checkImages() throws {
    func wrong(_ path: String..., problem: String) -> SettingError {
      SettingError(path: ["evaluation"] + path, problem: problem)
    }
    let evaluation = recipe.evaluation
    if let fewShot = evaluation.fewShot, let shots = fewShot.shots.max() {
      let classes = fewShot.classes(in: data.retrieval.labels.map { Int($0) }, shots: shots)
      guard classes.count >= fewShot.ways else {
        throw wrong(
          "fewShot", "ways",
          problem: """
            \(fewShot.ways) classes are asked for, but \(classes.count) have the \
            \(shots + fewShot.queries) test images that \(shots) shots and \(fewShot.queries) \
            queries take
            """)
      }
    }
    if let domain = data.domain {
      guard domain.shape == data.test.shape else {
        throw wrong(
          "domain", "set",
          problem: """
            its images are \(domain.shape), but the networks take \(data.test.shape)
            """)
      }
      if let most = evaluation.recall.max(), most > domain.count - 1 {
        throw wrong(
          "recall",
          problem: "\(domain.name) has \(domain.count) images: too few for \(most) others")
      }
    }
    if let count = evaluation.spuriousTeacher, count >= data.test.count {
      throw wrong(
        "spuriousTeacher",
        problem:
          "expected 2 to \(data.test.count - 1), fewer than there are test images, not \(count)")
    }
  }

  private func checkEvaluation(
    of network: any Network, called role: String, trainedOn images: ImageDataSet
  ) throws {
    let evaluation = recipe.evaluation
    try BatchOutputs.check(
      plain: evaluation.layer, in: network, called: role, at: ["evaluation", "layer"])
    for (name, numbers, most, what) in [
      ("recall", evaluation.recall, data.retrieval.count - 1, "other test images"),
      (
        "teacherNeighbours", evaluation.teacherNeighbours, data.retrieval.count - 1,
        "other test images"
      ),
      ("neighbours", evaluation.neighbours, images.count, "the \(role)'s training images"),
    ] {
      guard let given = numbers.max(), given > most else { continue }
      throw SettingError(
        path: ["evaluation", name],
        problem: most > 0
          ? "expected 1 to \(most), the number of \(what), not \(given)"
          : "expected none, since there are no \(what)")
    }
  }
}

extension Outputs {
  /// The outputs of a few examples, repeated until there are `count` of them.
  fileprivate func repeated(_ few: Int, to count: Int) -> Outputs {
    let indices = (0..<count).map { $0 % few }
    return Outputs(
      tensors.mapValues { $0.rows(indices) },
      labels: labels.map { labels in indices.map { labels[$0] } }, indices: Array(indices),
      softLabels: softLabels?.rows(indices))
  }
}

extension DistillationError {
  /// The name of the term that needs labels of another kind than there are, if that is what is wrong.
  fileprivate var termWithoutLabels: String? {
    switch self {
    case .inTerm(let term, let error): error.termWithoutLabels.map { _ in term }
    case .missingLabels(let term), .softLabels(let term): term
    default: nil
    }
  }
}
