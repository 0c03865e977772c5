import Distillation
import Tensors
import Training

extension RunPlanner {
  /// The work of the run besides the trainings, each part timed on a few images.
  ///
  /// - Throws: The errors of an evaluation.
  func preparations() throws -> [RunPlan.Preparation] {
    var preparations: [RunPlan.Preparation] = []
    for (index, teacher) in experiment.teachers.enumerated()
    where experiment.isNeeded(teacher: index) {
      guard let loaded = teacher.loaded else { continue }
      preparations.append(
        RunPlan.Preparation(
          kind: .evaluation, teacher: experiment.name(of: .trained(index)), images: data.test.count,
          count: 1,
          secondsEach: try secondsPerTest(of: loaded, on: data.test)
            + secondsPerEvaluation(
              of: loaded, trainedOn: teacher.images, recipe.evaluation, in: data, nil)))
    }
    var known: Set<OutputsKey> = []
    var clustered: Set<String> = []
    for row in experiment.rows {
      for (index, (teacher, source)) in zip(row.teachers, experiment.sources(of: row)).enumerated()
      {
        let times = times(ofTeacher: index, of: row)
        guard let architecture = experiment.architecture(of: teacher) else { continue }
        let network = Model.blank(architecture)
        if let outputs = source.flatMap({ held[$0] }), known.insert(outputs.source).inserted {
          preparations.append(
            RunPlan.Preparation(
              kind: .outputs, teacher: experiment.name(of: teacher),
              images: outputs.source.examples, count: times,
              secondsEach: try seconds(for: outputs.source.examples, of: row.images) { few in
                _ = TeacherOutputs(
                  of: network, on: few, giving: outputs.sizes.keys.sorted().map { OutputName($0) },
                  isMirrored: false, normalizedBy: data.normalization)
              }, bytes: outputs.bytes))
        }
      }
      guard let teacher = row.teachers.first,
        let architecture = experiment.architecture(of: teacher)
      else { continue }
      let network = Model.blank(architecture)
      let sampler = row.settings.training.sampler
      let times = times(ofTeacher: 0, of: row)
      // The clusters of a student's features are not shared.
      let key = times == 1 ? "\(teacher) \(row.images.count) \(sampler)" : row.name
      if sampler.name == .superclassUniform, clustered.insert(key).inserted {
        preparations.append(
          RunPlan.Preparation(
            kind: .clusters, teacher: experiment.name(of: teacher), images: row.images.count,
            count: times,
            secondsEach: try seconds(for: row.images.count, of: row.images) { few in
              _ = try sampler.sampler(
                for: few, teacher: network, normalizedBy: data.normalization)
            }))
      }
    }
    return preparations
  }

  /// How often something is made of a teacher of a row: once for each teacher and choice of images.
  private func times(ofTeacher index: Int, of row: Experiment.Row) -> Int {
    let students = recipe.seeds.map { Learner.student(row: row.name, seed: $0) }
    let isDrawn = recipe.data.seed == .each
    let known = (experiment.candidates(of: row) + students).compactMap { learner -> [Learner]? in
      let teachers = experiment.teachers(of: learner)
      guard teachers.indices.contains(index) else { return nil }
      return [teachers[index]]
        + (isDrawn ? [.teacherOfSeed(index, seed: learner.seed ?? 0)] : [])
    }
    return Set(known).count
  }

  /// The seconds that so many images take, estimated from the first of them.
  private func seconds(
    for count: Int, of images: ImageDataSet, _ body: (ImageDataSet) throws -> Void
  ) throws -> Double {
    let few = try images.first(min(512, images.count))
    let clock = Stopwatch()
    try body(few)
    return clock.seconds * Double(count) / Double(max(few.count, 1))
  }
}
