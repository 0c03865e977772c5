import Foundation
import Kindred
import TensorFiles
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// Rows whose students classify with a teacher's last layer: `classifier: "teacher"`.
@Suite struct ClassifierTests {
  static let loss = "simkd(layer: embedding)"

  func experiment(_ rows: String, _ changes: [String] = []) throws -> Experiment {
    try Experiment(
      ExperimentTests.recipe(["ce"], ["rows=\(rows)", "seeds=[1]"] + changes), registry: .linked)
  }

  func experiment(of formula: String, _ changes: [String] = []) throws -> Experiment {
    try experiment("[{ name: \"row\", loss: \"\(formula)\", classifier: \"teacher\" }]", changes)
  }

  /// The teachers of a run, and each student as the run reports it, with the trainee and the accuracy of each
  /// epoch before.
  struct Report {
    var teachers: [Model] = []
    var students: [(learner: Learner, model: Model, trainee: Trainee, metric: Double)] = []
    var epochs: [(trainee: Trainee, accuracy: Double)] = []
    var results: Results?
  }

  func run(_ experiment: Experiment) throws -> Report {
    var report = Report()
    report.results = try experiment.run { event, state in
      switch event {
      case .teacher(_, _, let model): report.teachers.append(model)
      case .training(.student, .epoch(let epoch)), .training(.candidate, .epoch(let epoch)):
        if let trainee = state.current?.training.trainee {
          report.epochs.append((trainee, epoch.accuracy ?? .nan))
        }
      case .student(let learner, let model, let metric):
        if let last = report.epochs.last {
          report.students.append((learner, model, last.trainee, metric ?? .nan))
        }
      default: break
      }
    }
    return report
  }

  /// The share of images whose largest logit is their label's, by loops in Double: the student's embedding is
  /// mapped, and the teacher's last layer follows.
  func accuracy(
    of trainee: Trainee, with teacher: Model, behind map: String?, on images: ImageDataSet,
    in experiment: Experiment
  ) throws -> Double {
    let features = trainee.model.features(
      "embedding", of: images, normalizedBy: experiment.data.normalization)
    func affine(_ x: [Double], _ weight: Tensor?, _ bias: Tensor?) throws -> [Double] {
      let (weight, bias) = (try #require(weight), try #require(bias))
      return (0..<bias.count).map { o in
        x.indices.reduce(Double(bias.scalars[o])) {
          $0 + Double(weight.scalars[o * x.count + $1]) * x[$1]
        }
      }
    }
    let (learned, last) = (trainee.lossState.parameters, teacher.weights.tensors)
    let width = features.shape[1]
    let correct = try images.labels.indices.count { n in
      var x = features.scalars[n * width..<(n + 1) * width].map { Double($0) }
      if let map { x = try affine(x, learned["\(map).weight"], learned["\(map).bias"]) }
      let logits = try affine(x, last["logits.weight"], last["logits.bias"])
      return logits.indices.max { logits[$0] < logits[$1] } == Int(images.labels[n])
    }
    return Double(correct) / Double(images.count)
  }

  /// Each epoch's accuracy, that of the end, and the student itself are those of the teacher's last layer.
  @Test func everyMeasureIsOfTheTeachersLastLayer() throws {
    let experiment = try experiment(
      of: Self.loss,
      [
        "data.train=320", "data.test=96", "teacher.training={epochs: 20, batch: 16}",
        """
        student.training={epochs: 12, batch: 16, optimizer: {method: "adam", rate: 0.01}}
        """,
      ])
    let report = try run(experiment)
    let (teacher, images) = (try #require(report.teachers.first), experiment.data.test)
    #expect(report.epochs.count == 12)
    for (trainee, found) in report.epochs {
      #expect(
        try found
          == accuracy(of: trainee, with: teacher, behind: "simkd", on: images, in: experiment))
    }
    let (_, student, trainee, metric) = try #require(report.students.first)
    #expect(metric == report.epochs.last?.accuracy)
    #expect(report.results?.rows[0].metrics["accuracy"]?.values == [metric])
    #expect(student.accuracy(on: images, normalizedBy: experiment.data.normalization) == metric)
    // There are sixteen classes, and the student's own last layer has learned nothing.
    let own = trainee.model.accuracy(on: images, normalizedBy: experiment.data.normalization)
    #expect(metric > 0.15 && metric > own + 0.05, "\(metric), \(own)")
    #expect(report.results?.rows[0].classifier == "mlp:16")
    #expect(report.results?.rows[0].parameters == student.weights.parameterCount)
  }

  /// The folded layer is in the student's file, which has nothing else that is new.
  @Test func theStudentIsSavedWithIt() throws {
    let folder = try ScratchFolder()
    let experiment = try experiment(of: Self.loss)
    var student: Model?
    _ = try SavedRun(of: experiment, in: ResultsFolder(folder.path("run"))).results { event, _ in
      if case .student(_, let model, _) = event { student = model }
    }
    let file = try TensorFile.read(folder.path("run/checkpoints/1-row-seed1.safetensors"))
    let expected = try #require(student).weights.tensors
    #expect(file.mapValues { $0.scalars } == expected.mapValues { $0.scalars })
    #expect(
      file.keys.sorted() == ["hidden1.bias", "hidden1.weight", "logits.bias", "logits.weight"])
  }

  /// A term is found by what it compares, and not by its name. The name of its map follows from the loss.
  @Test(arguments: [
    ("ce + 10*fitnet(layer: embedding)", "fitnet", 0),
    ("match(projected(embedding), with: huber)", "match(projected, to: embedding, with: huber)", 0),
    ("simkd(layer: hidden1)", "simkd", 0), ("fitnet(layer: embedding) + \(loss)", "fitnet", 0),
    ("kd + ramp(\(loss), start: 0.3)", "simkd", 0),
    ("simkd(layer: embedding, teacher: 2)", "simkd", 1),
    ("\(loss) + fitnet(layer: embedding, projection: mlp)", "simkd", 0),
    ("\(loss) + match(projected(hidden1), by: gram, with: meanSquare)", "simkd", 0),
    (
      "\(loss) + match(embedding, to: projected(embedding, side: teacher), with: huber)", "simkd", 0
    ),
  ])
  func aTermIsFound(_ formula: String, _ map: String, _ teacher: Int) throws {
    let found = try experiment(of: formula, Self.twoTeachers).rows[0].classifier
    #expect(found == TeacherClassifier(teacher: teacher, map: map))
  }

  static let twoTeachers = [
    """
    teacher=[
      { network: "mlp:16", training: { epochs: 1, batch: 32 } },
      { network: "mlp:6", training: { epochs: 1, batch: 32 } },
    ]
    """
  ]

  /// Maps of the last stage and their pooled features are both last; so are layers of equal widths.
  @Test(arguments: [
    ("simkd", "simkd"), ("simkd(layer: stage3)", "simkd"),
    ("match(projected(lastStage), by: resized, with: meanSquare)", nil),
    ("simkd(projection: none)", nil), ("match(lastStage, with: meanSquare)", nil),
    ("match(embedding, with: meanAbsolute) + match(lastStage, with: meanSquare)", nil),
  ])
  func theLastStageIsFound(_ formula: String, _ map: String?) throws {
    let networks = ["teacher.network=resnet14:2", "student.network=resnet8:2"]
    let found = try #require(try experiment(of: formula, networks).rows[0].classifier)
    #expect(found.teacher == 0)
    if formula.contains("projected(") {
      #expect(found.map?.hasPrefix("match(projected") == true)
    } else {
      #expect(found.map == map)
    }
  }

  /// The second teacher classifies if the term is its.
  @Test func theTeacherIsTheTerms() throws {
    let experiment = try experiment(
      of: "simkd(layer: embedding, teacher: 2)", Self.twoTeachers)
    let report = try run(experiment)
    let trainee = try #require(report.epochs.last)
    #expect(
      try trainee.accuracy
        == accuracy(
          of: trainee.trainee, with: report.teachers[1],
          behind: "simkd", on: experiment.data.test, in: experiment))
    #expect(report.results?.rows[0].classifier == "mlp:6")
    let (student, second) = (try #require(report.students.first).model, report.teachers[1])
    let bias = try #require(student.weights.tensors["logits.bias"]).scalars
    #expect(bias != second.weights.tensors["logits.bias"]?.scalars, "W b is added")
  }

  /// Students that try a weight are measured with it, and so are those that teach others: with equal widths
  /// and no map, a student's student has the same last layer.
  @Test func studentsThatTryAndTeachHaveIt() throws {
    let experiment = try experiment(
      """
      [{ name: "first", loss: "ce + weight*\(Self.loss)", weights: [1, 10], classifier: "teacher" },
       { name: "pupil", loss: "match(embedding, with: meanSquare)", taughtBy: "first",
         classifier: "teacher" }]
      """, ["validation.images=16", "student.training.images=40"])
    let report = try run(experiment)
    let teacher = try #require(report.teachers.first)
    let validation = try #require(experiment.rows[0].validation)
    for (learner, _, trainee, metric) in report.students where learner.triedWeight != nil {
      #expect(
        try metric
          == accuracy(
            of: trainee, with: teacher, behind: "simkd", on: validation, in: experiment))
    }
    #expect(report.students.count == 4)
    let (first, pupil) = (report.students[2].model, report.students[3].model)
    for name in ["logits.weight", "logits.bias"] {
      #expect(first.weights.tensors[name]?.scalars == pupil.weights.tensors[name]?.scalars)
    }
    #expect(report.results?.rows[1].classifier == "'first'")
  }

  @Test(arguments: [
    (
      "ce + kd", [],
      """
      no term makes the student's last features, 'hidden1', 'embedding', those of a teacher; \
      'match(projected(embedding), with: meanSquare)' does
      """
    ),
    (
      "ce", ["teacher=null"],
      """
      no term makes the student's last features, 'hidden1', 'embedding', those of a teacher; \
      'match(projected(embedding), with: meanSquare)' does
      """
    ),
    (
      "fitnet", ["teacher.network=resnet8:3", "student.network=resnet8:2"],
      """
      no term makes the student's last features, 'stage3', 'embedding', those of a teacher; \
      'match(projected(embedding), with: meanSquare)' does
      """
    ),
    (
      "simkd(layer: hidden1, teacherLayer: hidden1)", ["teacher.network=mlp:16:12"],
      """
      no term makes the student's last features, 'hidden1', 'embedding', those of a teacher; \
      'match(projected(embedding), with: meanSquare)' does
      """
    ),
    (
      "rsd(projection: linear)", [],
      """
      no term makes the student's last features, 'hidden1', 'embedding', those of a teacher; \
      'match(projected(embedding), with: meanSquare)' does
      """
    ),
    (
      "ce + simkd(layer: embedding, projection: mlp)", [],
      "'simkd' maps the student's features by an 'mlp', and a last layer holds only a 'linear' map"
    ),
    (
      "\(loss) + fitnet(layer: hidden1)", [],
      """
      expected one term that makes the student's last features those of a teacher, not 'simkd', 'fitnet'
      """
    ),
    (
      "\(loss) + simkd(layer: embedding, teacher: 2)", twoTeachers,
      """
      expected one term that makes the student's last features those of a teacher, not \
      'simkd(layer: embedding)', 'simkd(layer: embedding, teacher: 2)'
      """
    ),
  ])
  func whatIsWrongIsSaid(_ formula: String, _ changes: [String], _ problem: String) {
    let error = #expect(throws: (any Error).self) { try experiment(of: formula, changes) }
    #expect(error.map { "\($0)" } == "rows[0].classifier: \(problem)")
  }

  @Test func anotherWordIsRefused() {
    let error = #expect(throws: (any Error).self) {
      try experiment("[{ loss: \"ce\", classifier: \"teachers\" }]")
    }
    #expect(
      error.map { "\($0)" } == """
        rows[0].classifier: expected one of 'own', 'teacher' (did you mean 'teacher'?), not 'teachers'
        """)
  }

  /// A row whose last layer learns nothing is warned of if a teacher's could stand in its place.
  @Test func anUntrainedLastLayerIsWarnedOf() throws {
    func warnings(_ row: String) throws -> [String] { try experiment("[\(row)]").warnings }
    let warning = """
      rows[0]: no term reads the student's 'logits', so that its last layer learns nothing; with \
      classifier: "teacher" it classifies with the teacher's
      """
    #expect(try warnings("{ loss: \"\(Self.loss)\" }") == [warning])
    #expect(try warnings("{ loss: \"rkd + fitnet(layer: embedding)\" }") == [warning])
    for row in [
      "{ loss: \"\(Self.loss)\", classifier: \"teacher\" }", "{ loss: \"ce + \(Self.loss)\" }",
      "{ loss: \"rkd\" }", "{ loss: \"simkd(layer: embedding, projection: mlp)\" }",
    ] {
      #expect(try warnings(row) == [], "\(row)")
    }
    let plan = try RunPlanner(experiment("[{ loss: \"\(Self.loss)\" }]")).plan()
    #expect(plan.warnings == [warning])
  }

  /// A run that is interrupted anywhere in the row goes on to the same bits.
  @Test func aRunGoesOnToTheBit() throws {
    let folder = try ScratchFolder()
    let experiment = try experiment(
      """
      [{ name: "row", loss: "\(Self.loss)", classifier: "teacher" },
       { name: "pupil", loss: "kd", taughtBy: "row" }]
      """)
    var (events, found) = (0, [String]())
    func note(_ event: RunEvent, _ state: RunState) {
      events += 1
      guard case .student(_, let model, _) = event else { return }
      found.append(Checksum(of: model.weights.tensors).text)
    }
    let whole = try experiment.run { note($0, $1) }
    let (students, count) = (found, events)
    #expect(students.count == 2)
    for last in stride(from: count - 16, through: count - 2, by: 2) {
      let path = folder.path("run-\(last)")
      var asked = 0
      #expect(throws: ExperimentError.interrupted(folder: path)) {
        try SavedRun(of: experiment, in: ResultsFolder(path)).results(isInterrupted: {
          asked += 1
          return asked == last
        })
      }
      found = []
      let resumed = try SavedRun(of: experiment, in: ResultsFolder(path, ifThere: .resume))
        .results(report: note)
      #expect(
        try ExperimentTests.withoutSeconds(resumed) == ExperimentTests.withoutSeconds(whole))
      #expect(found == students.suffix(found.count))
    }
  }

  /// Another last layer makes another run.
  @Test func theIdentityHasIt() throws {
    let folder = try ScratchFolder()
    _ = try SavedRun(of: experiment(of: Self.loss), in: ResultsFolder(folder.path("run"))).results()
    let error = #expect(throws: (any Error).self) {
      try SavedRun(
        of: experiment("[{ name: \"row\", loss: \"\(Self.loss)\" }]"),
        in: ResultsFolder(folder.path("run"), ifThere: .resume))
    }
    #expect(
      error.map { "\($0)" }?.contains("rows.0.classifier was \"teacher\", now \"own\"") == true,
      "\(error.map { "\($0)" } ?? "")")
  }
}
