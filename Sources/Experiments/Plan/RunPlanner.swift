import Distillation
import Tensors
import Training

/// Plans a run: takes a few steps of every training with fresh weights, and counts the parts of the
/// run.
package struct RunPlanner {
  let experiment: Experiment
  let recipe: Recipe
  let data: TrainingData
  let held: [OutputsKey: OutputsToKeep]

  /// A planner for an experiment.
  ///
  /// - Throws: The errors of a network's outputs.
  package init(_ experiment: Experiment) throws {
    self.experiment = experiment
    (recipe, data) = (experiment.recipe, experiment.data)
    held = try experiment.outputsToKeep()
  }

  /// Makes the plan.
  ///
  /// - Throws: The errors of a loss.
  package func plan() throws -> RunPlan {
    let (teachers, rows) = (experiment.teachers, experiment.rows)
    var plan = RunPlan(
      images: RunPlan.Images(training: data.training, test: data.test, kind: data.kind),
      threads: Parallel.threads, teacherOutputLimit: experiment.teacherOutputLimit)
    for (index, teacher) in teachers.enumerated() where experiment.isNeeded(teacher: index) {
      guard let network = teacher.trained else { continue }
      let trainer = Trainer(
        loss: teacher.loss, settings: teacher.settings.training, teacher: nil, name: "teacher",
        seed: 0)
      plan.rows.append(
        try training(
          trainer, of: network, on: teacher.images, .teacher,
          count: experiment.learners(ofTeacher: index).count))
      let names = rows.flatMap { row in
        row.teachers.indices.filter { row.teachers[$0] == .trained(index) }
          .flatMap { row.outputs(ofTeacher: $0) }
      }
      plan.add(
        network, .teacher, reading: names,
        of: try firstBatch(of: trainer, on: teacher.images))
    }
    for row in rows {
      let trainer = try trainer(of: row)
      let batch = try firstBatch(of: trainer, on: row.images)
      for (index, teacher) in row.teachers.enumerated() where isTrainedElsewhere(teacher) {
        guard let network = experiment.architecture(of: teacher) else { continue }
        plan.add(network, .teacher, reading: row.outputs(ofTeacher: index), of: batch)
      }
      plan.add(
        row.network, .student, reading: row.losses[0].outputs(of: .student), of: batch)
      var training = try training(
        trainer, of: row.network, on: row.images, .student,
        count: recipe.seeds.count + experiment.candidates(of: row).count)
      training.name = row.name
      training.start = row.startingPoint
      training.candidates = try candidates(of: row, trainer)
      plan.rows.append(training)
    }
    plan.files = experiment.files
    plan.preparations = try preparations()
    plan.warnings = experiment.warnings
    plan.megabytes = ResidentMemory.peak
    return plan
  }

  /// Whether a teacher is missing from the plan's trainings of teachers.
  private func isTrainedElsewhere(_ teacher: Experiment.TeacherOfRow) -> Bool {
    switch teacher {
    case .trained(let index): experiment.teachers[index].trained == nil
    case .student: true
    }
  }

  /// A trainer whose steps take as long as the row's, with teachers of any weights.
  private func trainer(of row: Experiment.Row) throws -> Trainer {
    let teachers = row.teachers.map { experiment.source(of: $0, Model.blank) }
    let training = row.settings.training
    let images = try row.images.first(min(training.batch, row.images.count))
    let outputs = zip(teachers.indices, experiment.sources(of: row)).map {
      index, source -> TeacherOutputs? in
      guard let source, held[source]?.rows.contains(row.name) == true,
        let model = teachers[index].model
      else { return nil }
      return TeacherOutputs(
        of: model, on: images,
        giving: row.losses[0].outputs(of: .teacher).asked(ofTeacher: index),
        isMirrored: training.augmentation.flip, normalizedBy: data.normalization)
    }
    return Trainer(
      loss: row.losses[0], settings: training, teachers: teachers, name: row.name, seed: 0,
      sampler: UniformSampler(), teacherOutputs: outputs)
  }

  private func firstBatch(of trainer: Trainer, on images: ImageDataSet) throws -> Batch {
    try trainer.firstBatch(of: images, normalizedBy: data.normalization)
  }

  /// The training of `count` networks of a kind, timed by a few steps of one.
  private func training(
    _ trainer: Trainer, of network: any Network, on images: ImageDataSet, _ role: Role, count: Int
  ) throws -> RunPlan.Row {
    let (loss, settings) = (trainer.loss, trainer.settings)
    let batch = try firstBatch(of: trainer, on: images)
    var trainee = try trainer.trainee(.blank(network), on: batch)
    let length = settings.length(images: images.count)
    trainee.fillMemory(images: images.count, epochs: length.epochs)
    var (source, target) = (Outputs([:]), Outputs([:]))
    let step = try Stopwatch.median {
      (_, source, target) = try trainer.step(&trainee, on: batch, rate: 0)
    }
    let balance = try Stopwatch.median {
      _ = try loss.balance(
        student: source, teacher: target, at: Moment(), state: trainee.lossState)
    }
    // A term alone is not weighed.
    let state = loss.withFirstWeights(trainee.lossState)
    let terms = try zip(loss.summands, loss.summandsAlone).map { summand, alone in
      let seconds = try Stopwatch.median {
        _ = try alone.evaluate(student: source, teacher: target, at: Moment(), state: state)
      }
      return RunPlan.Term(
        formula: summand.formula, weight: summand.weight, seconds: seconds,
        pairs: loss.pairMatrices(of: summand, examples: batch.labels.count))
    }
    return RunPlan.Row(
      name: network.name, role: role.rawValue, count: count, epochs: length.epochs,
      stepsPerEpoch: length.stepsPerEpoch, steps: settings.steps,
      batch: batch.labels.count, secondsPerStep: step,
      secondsPerTest: try secondsPerTest(of: trainee.model, on: data.test),
      secondsPerEvaluation: try secondsPerEvaluation(
        of: trainee.model, trainedOn: images, recipe.evaluation, in: data,
        role == .student ? trainer : nil),
      secondsPerBalance: balance, terms: terms,
      owned: trainee.loss.owned(images: images.count, epochs: length.epochs))
  }

  private func candidates(of row: Experiment.Row, _ trainer: Trainer) throws -> RunPlan.Candidates?
  {
    guard let images = row.validation else { return nil }
    let student = Model.blank(row.network)
    return RunPlan.Candidates(
      count: experiment.candidates(of: row).count, images: images.count,
      secondsPerTest: try secondsPerTest(of: student, on: images),
      secondsPerEvaluation: try secondsPerEvaluation(
        of: student, trainedOn: row.images, recipe.evaluation.only(recipe.validation.metric),
        in: data.testing(on: images), trainer))
  }

  func secondsPerTest(
    of trained: Model, on images: ImageDataSet
  ) throws -> Double {
    let few = try images.first(min(256, images.count))
    let seconds = Stopwatch.median {
      _ = trained.test(on: few, normalizedBy: data.normalization)
    }
    return seconds * Double(images.count) / Double(max(few.count, 1))
  }

  func secondsPerEvaluation(
    of trained: Model, trainedOn images: ImageDataSet, _ evaluation: EvaluationSettings,
    in data: TrainingData, _ trainer: Trainer?
  ) throws -> Double {
    let clock = Stopwatch()
    _ = try evaluation.otherMetrics(of: trained, trainedOn: images, in: data, trainer)
    return clock.seconds
  }
}

extension RunPlan {
  /// Adds a network and the outputs that a loss reads for a batch.
  fileprivate mutating func add(
    _ network: any Network, _ role: Role, reading names: [OutputName], of batch: Batch
  ) {
    let trained = Model.blank(network)
    let shapes = network.outputs(on: batch, trained.weights, .inference, giving: names).outputs
      .tensors.mapValues { $0.shape }
    let count = batch.labels.count
    let given = batch.images.shape.dropFirst(2)
    let shape = (network as? AdaptedNetwork).map { [$0.input.shape.height, $0.input.shape.width] }
      .flatMap { given.isEmpty || $0 == Array(given) ? nil : $0 }
    // Rows with the same network and batch may read different outputs.
    let known = networks.firstIndex {
      $0.role == role.rawValue && $0.network == network.name && $0.batch == count
        && $0.shape == shape
    }
    if let known {
      networks[known].outputs.merge(shapes) { first, _ in first }
    } else {
      networks.append(
        NetworkOutputs(
          role: role.rawValue, network: network.name, shape: shape,
          parameters: trained.weights.parameterCount, batch: count, outputs: shapes))
    }
  }
}

extension LossTensors {
  /// The sizes of these tensors; `nil` if there are none.
  fileprivate func owned(images: Int, epochs: Int) -> RunPlan.Owned? {
    let (learned, optimizers, remembered) = counts(images: images, epochs: epochs)
    guard learned + remembered > 0 else { return nil }
    return RunPlan.Owned(
      parameters: learned, remembered: remembered,
      bytes: (learned + optimizers + remembered) * MemoryLayout<Tensor.Scalar>.size)
  }
}

extension Stopwatch {
  /// The median of three calls, after one that is not counted.
  static func median(_ body: () throws -> Void) rethrows -> Double {
    try body()
    return try (0..<3).map { _ in
      let clock = Stopwatch(from: 0)
      try body()
      return clock.seconds
    }
    .sorted()[1]
  }
}
