import Distillation
import TensorFiles
import Tensors
import Training

/// The files of a batch that a loss is evaluated on, as the command line names them.
struct ScorePaths {
  let student: String
  let teacher: String?
  let labels: String?
  let parameters: String?

  /// Every file that is named, with its option.
  var all: [(label: String, path: String)] {
    [
      ("--student", student), ("--teacher", teacher), ("--labels", labels),
      ("--parameters", parameters),
    ].compactMap { pair in pair.1.map { (pair.0, $0) } }
  }

  /// The files of several batches.
  ///
  /// - Throws: ``CommandError`` if there are not as many files of one kind as of the other.
  static func batches(
    student: [String], teacher: [String], labels: [String], parameters: String?
  ) throws(CommandError) -> [ScorePaths] {
    for (label, files) in [("--teacher", teacher), ("--labels", labels)]
    where !files.isEmpty && files.count != student.count {
      throw .invalidUse(
        """
        '--student' names \(student.count == 1 ? "1 file" : "\(student.count) files") and '\(label)' \
        \(files.count); each batch has one of both
        """)
    }
    return student.indices.map { index in
      ScorePaths(
        student: student[index], teacher: teacher.isEmpty ? nil : teacher[index],
        labels: labels.isEmpty ? nil : labels[index], parameters: parameters)
    }
  }
}

/// The inputs of a loss: two networks' outputs on one batch, and its labels.
struct ScoreInputs {
  private typealias Labels = Result<LabelsFile, any Error>

  private(set) var student: OutputsFile
  /// The teacher's outputs, or `nil` if no file is named. A loss that reads none of them allows
  /// that.
  let teacher: OutputsFile?
  /// The labels, or what is wrong with them: that matters only to a loss that reads labels.
  private var labels: Labels?
  /// The index of each example, or what is wrong with them.
  private var indices = Result<[Int]?, any Error>.success(nil)
  /// The tensors that the loss owns.
  private(set) var state = LossState()
  private let parameters: String?

  /// Reads from each file what the loss needs, and checks that all describe the same examples.
  init(_ paths: ScorePaths, for graph: LossGraph, warn: (String) -> Void) throws {
    try Self.checkTeacher(paths.teacher, for: graph)
    parameters = paths.parameters
    student = try OutputsFile(paths.student, of: .student, for: graph)
    var teacher = try paths.teacher.map { try OutputsFile($0, of: .teacher, for: graph) }
    if let teacher {
      try ExampleArray.checkSame(student.exampleArray, teacher.exampleArray)
    }
    if student.hasTokens || teacher?.hasTokens == true { try student.readMask() }
    if teacher?.hasTokens == true { try teacher?.readMask() }
    self.teacher = teacher
    labels = try Self.labels(student, teacher, named: paths.labels, warn: warn)
    try checkBatchSizes()
    student.outputs.labels = try? labels?.get().labels
    indices = Result { [student] in try student.indices() }
    student.outputs.indices = try? indices.get()
    let counted = try countedBatch(for: graph)
    try student.checkFinite(in: counted, for: graph)
    try teacher?.checkFinite(in: counted, for: graph)
    do {
      let first = try graph.initialState(
        student: student.outputs, teacher: teacherOutputs, seed: 0)
      // What does not fit is said before it is asked for a file.
      if parameters == nil, !first.parameters.isEmpty {
        try graph.checkMemory(student: student.outputs, teacher: teacherOutputs)
        _ = try graph.evaluate(
          student: student.outputs, teacher: teacherOutputs, at: Moment(), state: first,
          withGradients: false)
      }
      state = try ParametersFile(parameters).state(like: first, for: graph)
    } catch let error as DistillationError {
      throw placed(error, graph)
    }
  }

  /// What counts of the batch, according to the arrays `weights` and `mask` and to the labels.
  private func countedBatch(for graph: LossGraph) throws -> CountedBatch {
    do {
      return try CountedBatch(student.outputs, teacherOutputs, for: graph)
    } catch let error as DistillationError {
      var file = student
      if case .unfitMask(_, of: .teacher) = error { file = teacher ?? student }
      throw CommandError.badData("'\(file.path.visible)': \(error)")
    }
  }

  /// Evaluates the loss. Its errors name the files.
  func evaluate(
    _ graph: LossGraph, at moment: Moment, withGradients: Bool
  ) throws -> LossEvaluation {
    do {
      try graph.checkMemory(student: student.outputs, teacher: teacherOutputs)
      let result = try graph.evaluate(
        student: student.outputs, teacher: teacherOutputs, at: moment, state: state,
        withGradients: withGradients)
      try result.checkFinite()
      return result
    } catch let error as DistillationError {
      throw placed(error, graph)
    }
  }

  /// How much each term counts. Errors name the files.
  func balances(of graph: LossGraph, at moment: Moment) throws -> [TermBalance] {
    do {
      return try graph.balance(
        student: student.outputs, teacher: teacherOutputs, at: moment, state: state)
    } catch let error as DistillationError {
      throw placed(error, graph)
    }
  }

  /// Warns of terms that cannot say anything about outputs of these shapes, and of terms for which
  /// the outputs are too small.
  func warnings(of graph: LossGraph, at moment: Moment) throws -> [String] {
    let (s, t) = (student.outputs, teacherOutputs)
    return graph.uninformativeTerms(student: s, teacher: t).map { "\($0)" }
      + (try graph.termsOfTooSmallOutputs(student: s, teacher: t, at: moment).map { "\($0)" })
  }

  /// The shape of logits that the loss reads.
  private var logits: [Int]? { student.shapeOfLogits ?? teacher?.shapeOfLogits }

  private var teacherOutputs: Outputs { teacher?.outputs ?? [:] }

  /// Checks that the teacher's file is named, unless the loss reads nothing from the teacher.
  private static func checkTeacher(_ path: String?, for graph: LossGraph) throws {
    let read = graph.outputs(of: .teacher)
    guard path == nil, !read.isEmpty else { return }
    let names = read.map { $0.inWords }
    throw CommandError.invalidUse(
      """
      missing --teacher FILE: the loss reads \(names.joined(separator: ", ", last: " and ")) of \
      the teacher
      """)
  }

  /// The labels in the file that is named for them. If none is named, those in the student's file, or
  /// those in the teacher's if the student's has none.
  private static func labels(
    _ student: OutputsFile, _ teacher: OutputsFile?, named path: String?, warn: (String) -> Void
  ) throws -> Labels? {
    let other =
      student.exampleArray(ExampleArray.labels) ?? teacher?.exampleArray(ExampleArray.labels)
    guard let path else { return other.map { array in Labels { try LabelsFile(array.get()) } } }
    let named = try LabelsFile.read(path)
    if case .success(let named) = named, case .success(let other)? = other,
      let difference = named.array.difference(from: other)
    {
      warn(
        """
        the labels of \(named.place) and of \(other.place) disagree: \(difference); the first are \
        taken
        """)
    }
    return named
  }

  /// Checks that all arrays that the loss reads have one row for each example.
  ///
  /// Labels of another number are wrong; that matters only to a loss that reads labels.
  private mutating func checkBatchSizes() throws {
    var first: (place: String, count: Int)?
    for (place, shape) in student.shapes + (teacher?.shapes ?? []) {
      guard let count = shape.first else {
        throw CommandError.badData(
          "\(place) is one number, of shape []; outputs have a row for each example")
      }
      let known = first ?? (place, count)
      guard known.count == count else {
        throw CommandError.badData(
          "\(place) has \(count) examples, but \(known.place) has \(known.count)")
      }
      first = known
    }
    guard let (place, count) = first else { return }
    guard count > 0 else { throw CommandError.badData("\(place) has no examples") }
    if case .success(let known)? = labels,
      let problem = known.problem(of: count, at: place, logits: logits)
    {
      labels = .failure(CommandError.badData(problem))
    }
  }

  /// Adds the names of the files to an error about labels or about what a term reads.
  private func placed(_ error: DistillationError, _ graph: LossGraph) -> any Error {
    var (cause, term) = (error, String?.none)
    while case .inTerm(let name, let inner) = cause { (cause, term) = (inner, term ?? name) }
    switch (cause, labels) {
    case (.labelOutOfRange, .success(let labels)?):
      return CommandError.badData("\(labels.place): \(cause)")
    case (.missingLabels, .failure(let problem)?): return problem
    case (.unfitState, _):
      return CommandError.badData("'\((parameters ?? "").visible)': \(cause)")
    case (.missingIndices(let term), _):
      if case .failure(let problem) = indices { return problem }
      return CommandError.badData(
        """
        '\(term.visible)' remembers each example and needs its index in the data: an array 'indices' in \
        '\(student.path.visible)' gives them, or take a queue, \(term.visible)(memory: queue)
        """)
    case (.missingLabels(let term), _):
      return CommandError.badData(
        "\(DistillationError.needsLabels(term)); --labels FILE gives them")
    default: break
    }
    guard let summand = graph.summands.first(where: { $0.name == term }) else { return error }
    var places = [
      (Role.student, student.place(of: summand.studentOutputs)),
      (.teacher, teacher?.place(of: summand.teacherOutputs)),
    ]
    switch cause {
    case .unfit(_, _, _, let role, _), .tokens(_, _, _, let role),
      .unfitPicture(_, _, _, _, let role):
      places = places.filter { $0.0 == role }
    default: break
    }
    let place = places.compactMap { $0.1 }.joined(separator: " and ")
    return place.isEmpty ? error : CommandError.badData("\(place): \(error)")
  }
}
