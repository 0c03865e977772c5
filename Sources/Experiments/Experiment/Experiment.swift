public import Distillation
import Foundation
import Tensors
public import Training

/// A recipe that is ready to run: every name in it is known, and every formula fits the networks.
public struct Experiment: Sendable {
  /// The recipe, with names for the rows that have none.
  public let recipe: Recipe
  let data: TrainingData
  /// The teachers of the recipe and of its rows, whether they are needed or not.
  let teachers: [Teacher]
  private(set) var rows: [Row]
  /// The greatest amount of teachers' outputs that is held at a time, in bytes. It changes no
  /// result.
  var teacherOutputLimit = 512 << 20

  /// Warnings about the losses: not errors, but worth knowing before training.
  public private(set) var warnings: [String] = []

  /// A teacher with everything that its settings name.
  struct Teacher: Sendable {
    let settings: TeacherSettings
    /// The path of the teacher in the recipe.
    let path: [String]
    let origin: Origin
    let images: ImageDataSet
    let loss: LossGraph

    enum Origin: Sendable {
      /// A network that the run trains.
      case trained(any Network)
      /// A network with the weights of a checkpoint.
      case loaded(Model)
      /// The outputs in a file.
      case file(StoredTeacher)
    }
  }

  /// A row with everything that its settings name.
  struct Row: Sendable {
    let name: String
    let settings: StudentSettings
    let network: any Network
    /// The images to train on. If they are chosen for each seed, those of one stand here for all.
    var images: ImageDataSet
    /// The images that the weight is chosen on; `nil` if there is no weight to choose.
    var validation: ImageDataSet?
    /// One loss, or one for each of the weights to choose from.
    let losses: [LossGraph]
    /// The weights to choose from, with those that may be tried beyond them.
    let weights: [Double]
    let grid: WeightGrid
    /// The teachers whose outputs the loss or the sampler reads; none if neither reads any. If it reads
    /// those of a later teacher, those before it are there too.
    let teachers: [TeacherOfRow]
    /// The last layer of a teacher with which the students classify; `nil` if it is their own.
    var classifier: TeacherClassifier?
    /// The weights in a file from which the students start; `nil` if all start fresh.
    var start: StartingWeights?
  }

  enum TeacherOfRow: Hashable, Sendable {
    case trained(Int)
    /// The student of the same seed in an earlier row.
    case student(row: Int)
  }

  /// Reads the data and checks everything that can be checked before training.
  ///
  /// - Parameters:
  ///   - unchecked: The recipe to run.
  ///   - registry: The terms that formulas can name.
  ///   - networks: The networks that teachers and students can be.
  ///   - folder: The folder that paths of data and of students' weights are relative to; by default the current
  ///     one.
  /// - Throws: An error that says what is wrong with the recipe, its data or its formulas.
  public init(
    _ unchecked: Recipe, registry: Registry, networks: Networks = .standard,
    in folder: String = ""
  ) throws {
    let recipe = try unchecked.validated().completed
    self.recipe = recipe
    let losses = try recipe.rows.enumerated().map { index, row in
      let grid = WeightGrid(row.weights, extend: recipe.validation.extend).all
      let weights: [Double?] = grid.isEmpty ? [nil] : grid
      let names = recipe.teacher(of: row).map { $0.all.map { $0.name ?? "" } } ?? [""]
      return try weights.map {
        try Self.loss(
          row.loss, weight: $0, teachers: names, at: ["rows[\(index)]", "loss"], in: registry)
      }
    }
    // This is checked before the data is read, because reading takes time.
    let needed = try recipe.rows.indices.map { index in
      try Self.needsTeacher(row: index, of: recipe, losses[index])
    }
    try Self.checkOutputs(of: recipe, losses, in: networks)
    let files = try Self.teacherFiles(of: recipe, losses, in: folder)
    let teacherLosses = try recipe.teachers.map { teacher in
      try Self.loss(teacher.loss, at: recipe.path(of: teacher) + ["loss"], in: registry)
    }
    var data = try TrainingData(
      recipe.data, in: folder, unlessLabelled: Self.classesOfTeachers(of: recipe, files))
    data.domain = try recipe.evaluation.domain.map {
      let domain = try TrainingData($0, at: ["evaluation", "domain"], in: folder).retrieval
      guard domain.isLabelled else {
        throw SettingError(
          path: ["evaluation", "domain"], problem: "recall is measured by labels, and it has none")
      }
      return domain
    }
    let stored = try Self.storedTeachers(of: recipe, files, &data)
    data.teacherFeatures = try Self.teacherFeatures(of: recipe, in: folder, data)
    self.data = data
    try Self.checkFeatures(of: recipe, losses, data)
    try Self.checkLabels(of: recipe, losses, teachers: teacherLosses, data)
    // Training sets with the same number of images are equal, so each is held once.
    var known: [Int?: ImageDataSet] = [:]
    func images(for settings: TrainingSettings) throws -> ImageDataSet {
      let images =
        try known[settings.images] ?? data.images(for: settings, seed: recipe.data.seed.shared)
      known[settings.images] = images
      return images
    }
    var knownForValidation: [Int?: ImageDataSet] = [:]
    func validationImages(beside settings: TrainingSettings) throws -> ImageDataSet {
      let images =
        try knownForValidation[settings.images]
        ?? data.validationImages(
          beside: settings, of: recipe, seed: recipe.data.seed.shared)
      knownForValidation[settings.images] = images
      return images
    }
    teachers = try zip(recipe.teachers, teacherLosses).enumerated().map { index, teacher in
      let (settings, loss) = teacher
      return try Teacher(
        settings, loss, at: recipe.path(of: settings), data, networks,
        images(for: settings.training), stored[index])
    }
    rows = try recipe.rows.enumerated().map { index, row in
      let settings = recipe.student(of: row)
      return Row(
        name: row.name, settings: settings,
        network: try data.network(
          settings.network, settings.input, of: networks, at: recipe.pathOfStudent(index)),
        images: try images(for: settings.training),
        validation: row.weights.isEmpty ? nil : try validationImages(beside: settings.training),
        losses: losses[index],
        weights: WeightGrid(row.weights, extend: recipe.validation.extend).all,
        grid: WeightGrid(row.weights, extend: recipe.validation.extend),
        teachers: needed[index] ? recipe.teachersOfRow(index, losses[index]) : [])
    }
    for index in rows.indices {
      rows[index].start = try start(ofRow: index, in: folder)
    }
    warnings = data.warningOfNoAccuracy.map { [$0] } ?? []
    warnings += try checkLosses()
    for index in rows.indices {
      rows[index].classifier = try classifier(ofRow: index)
    }
    warnings += rows.indices.compactMap(warning(ofRow:))
    try checkNumbers()
  }

  /// Whether a row, or the sampler of its batches, reads outputs of a teacher.
  private static func needsTeacher(
    row index: Int, of recipe: Recipe, _ losses: [LossGraph]
  ) throws -> Bool {
    let row = recipe.rows[index]
    let isRead = losses.contains { !$0.outputs(of: .teacher).isEmpty }
    let isSampled = recipe.student(of: row).training.sampler.name == .superclassUniform
    guard isRead || isSampled, recipe.teachersOfRow(index, losses).isEmpty else {
      return isRead || isSampled
    }
    guard isRead else {
      throw SamplerSettings.needsTeacher(
        at: recipe.pathOfStudent(index) + ["training", "sampler"])
    }
    throw SettingError(path: ["teacher"], problem: "a row's loss needs a teacher")
  }

  private static func loss(
    _ formula: String, weight: Double? = nil, teachers: [String] = [""], at path: [String],
    in registry: Registry
  ) throws -> LossGraph {
    do {
      return try registry.loss(formula, weight: weight, teachers: teachers)
    } catch let error as DistillationError {
      throw SettingError(path: path, problem: "\(error)")
    }
  }
}

extension Experiment.Teacher {
  /// The network; `nil` if there is only a file.
  var network: (any Network)? {
    switch origin {
    case .trained(let network): network
    case .loaded(let model): model.network
    case .file: nil
    }
  }

  /// The network with the weights of a checkpoint, if the recipe names one.
  var loaded: Model? { if case .loaded(let model) = origin { model } else { nil } }

  /// The outputs in a file, if the recipe names one.
  var stored: StoredTeacher? { if case .file(let stored) = origin { stored } else { nil } }

  /// The network that the run trains, if it trains one.
  var trained: (any Network)? {
    if case .trained(let network) = origin { network } else { nil }
  }

  fileprivate init(
    _ settings: TeacherSettings, _ loss: LossGraph, at path: [String], _ data: TrainingData,
    _ networks: Networks, _ images: ImageDataSet, _ stored: StoredTeacher?
  ) throws {
    if settings.training.sampler.name == .superclassUniform {
      throw SettingError(
        path: path + ["training", "sampler"], problem: "a teacher has no teacher of its own")
    }
    self.init(
      settings: settings, path: path,
      origin: try stored.map { .file($0) } ?? Self.network(of: settings, at: path, data, networks),
      images: images, loss: loss)
  }

  private static func network(
    of settings: TeacherSettings, at path: [String], _ data: TrainingData, _ networks: Networks
  ) throws -> Origin {
    let network = try data.network(
      settings.network, settings.input, of: networks, at: path)
    guard let load = settings.load else { return .trained(network) }
    return .loaded(
      try Checkpoint.load(
        load, into: network, classes: data.training.classes.count,
        reading: network.input(
          of: ModelInput(data.training, normalizedBy: data.normalization))))
  }
}

extension Recipe {
  /// The teachers of a row as far as its losses or its sampler read them; none if it has none.
  func teachersOfRow(
    _ index: Int, _ losses: [LossGraph]
  ) -> [Experiment.TeacherOfRow] {
    if let name = rows[index].taughtBy {
      return rows.firstIndex { $0.name == name }.map { [.student(row: $0)] } ?? []
    }
    let all = teacher(of: rows[index])?.all ?? []
    let read = losses.flatMap { $0.outputs(of: .teacher) }.numberOfTeachers ?? all.count
    return all.prefix(max(read, 1)).compactMap { teachers.firstIndex(of: $0) }
      .map { .trained($0) }
  }
}
