import Distillation
import Tensors

extension Experiment {
  /// Takes a few steps of every training, with fresh weights, and counts what the run consists of.
  ///
  /// Throws what a loss throws.
  public func plan() throws -> RunPlan {
    var plan = RunPlan(
      images: RunPlan.Images(
        training: data.training.count, test: data.test.count, classes: data.training.classes.count),
      threads: Parallel.threads)
    for (index, teacher) in teachers.enumerated()
    where isNeeded(teacher: index) && teacher.loaded == nil {
      let trainer = Trainer(
        loss: teacher.loss, settings: teacher.settings.training, teacher: nil, name: "teacher",
        seed: 0)
      let name = teacher.network.name
      let students = rows.filter { $0.teacher == .trained(index) }
      let read = students.flatMap { $0.losses.flatMap { $0.outputs(of: .teacher) } }
      try plan.add(
        trainer, teacher.network, on: teacher.images, .teacher, name, count: 1, reading: read, self)
    }
    for row in rows {
      let count = recipe.seeds.count + row.weights.count
      try plan.add(
        try trainer(of: row), row.network, on: row.images, .student, row.name, count: count,
        reading: [], self)
    }
    plan.megabytes = ResidentMemory.peak
    return plan
  }

  /// One that takes steps as the row's do, taught by fresh weights.
  private func trainer(of row: Row) throws -> Trainer {
    let teacher = row.teacher.map { teacher in
      switch teacher {
      case .trained(let index): TrainedNetwork.blank(teachers[index].network)
      case .student(let index): TrainedNetwork.blank(rows[index].network)
      }
    }
    let loss = row.losses[0]
    let (names, training) = (loss.outputs(of: .teacher), row.settings.training)
    var outputs: TeacherOutputs?
    if let teacher, !names.isEmpty, TeacherOutputs.areKnown(names, under: training.augmentation) {
      outputs = try TeacherOutputs(
        of: teacher, on: firstImages(of: row.images, training), giving: names,
        isMirrored: training.augmentation.flip, normalizedBy: data.normalization, file: nil)
    }
    return Trainer(
      loss: loss, settings: training, teacher: teacher, name: row.name, seed: 0,
      sampler: UniformSampler(), teacherOutputs: outputs)
  }

  /// As many as a batch has.
  fileprivate func firstImages(
    of images: ImageDataSet, _ settings: TrainingSettings
  ) throws -> ImageDataSet {
    try images.first(min(settings.batch, images.count))
  }
}

extension RunPlan {
  fileprivate mutating func add(
    _ trainer: Trainer, _ network: any Network, on images: ImageDataSet, _ role: Role,
    _ name: String, count: Int, reading names: [String], _ experiment: Experiment
  ) throws {
    let (loss, settings, data) = (trainer.loss, trainer.settings, experiment.data)
    let few = try experiment.firstImages(of: images, settings)
    let batch = Batches(
      of: few, size: few.count, sampler: SequentialSampler(), normalization: data.normalization,
      augmentation: settings.augmentation, view: settings.view, seed: 0, epoch: 0)[0]
    var student = TrainedNetwork.blank(network)
    var optimizer = Optimizer(settings.optimizer, for: student.weights)
    var learned = LearnedScalars(of: loss, settings.optimizer)
    let step = try Stopwatch.median {
      _ = try trainer.step(&student, &optimizer, &learned, batch, rate: 0)
    }
    let outputs = [(Role.student, student), (.teacher, trainer.teacher ?? student)]
      .map { role, trained in
        trained.network.outputs(
          on: batch, trained.weights, .inference, giving: loss.outputs(of: role)
        ).outputs
      }
    let terms = try zip(loss.summands, loss.summandsAlone).map { summand, alone in
      let seconds = try Stopwatch.median {
        _ = try alone.evaluate(student: outputs[0], teacher: outputs[1])
      }
      return Term(formula: summand.formula, weight: summand.weight, seconds: seconds)
    }
    let tested = try data.test.first(min(256, data.test.count))
    let test = Stopwatch.median {
      _ = student.accuracy(on: tested, normalizedBy: data.normalization)
    }
    let evaluation = Stopwatch(from: 0)
    _ = try experiment.recipe.evaluation.metrics(
      of: student, trainedOn: images, in: data, role == .student ? trainer : nil)
    let own = role == .student ? loss.outputs(of: .student) : names
    let read = student.network.outputs(on: batch, student.weights, .inference, giving: own).outputs
    let shapes = read.tensors.mapValues { $0.shape }
    // Rows of one network and batch read different outputs of it.
    let known = networks.firstIndex {
      $0.role == role.rawValue && $0.network == network.name && $0.batch == few.count
    }
    if let known {
      networks[known].outputs.merge(shapes) { first, _ in first }
    } else {
      networks.append(
        NetworkOutputs(
          role: role.rawValue, network: network.name, parameters: student.weights.parameterCount,
          batch: few.count, outputs: shapes))
    }
    rows.append(
      Row(
        name: name, role: role.rawValue, count: count, epochs: settings.epochs,
        stepsPerEpoch: UniformSampler.batchCount(of: images.count, size: settings.batch),
        batch: few.count, secondsPerStep: step,
        secondsPerTest: test * Double(data.test.count) / Double(max(tested.count, 1)),
        secondsPerEvaluation: evaluation.seconds, terms: terms))
  }
}

extension Stopwatch {
  /// Of three calls, after one that is not counted.
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
