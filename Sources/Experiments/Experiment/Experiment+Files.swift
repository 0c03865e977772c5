import Distillation
import Tensors
import Training

extension Experiment {
  /// The files of those teachers of a recipe that are no networks, by their index among all teachers. What
  /// losses read of each is known and there.
  static func teacherFiles(
    of recipe: Recipe, _ losses: [[LossGraph]], in folder: String
  ) throws -> [Int: TeacherFile] {
    var files: [Int: TeacherFile] = [:]
    for (index, teacher) in recipe.teachers.enumerated() {
      files[index] = try teacher.outputs.map {
        try TeacherFile(Recipe.path($0, in: folder), isFixed: teacher.fixed ?? false)
      }
    }
    for row in recipe.rows.indices {
      for (number, teacher) in recipe.teachersOfRow(row, losses[row]).enumerated() {
        guard case .trained(let index) = teacher, var file = files[index] else { continue }
        let names = losses[row].flatMap { $0.outputs(of: .teacher) }.asked(ofTeacher: number)
        try ask(&file, for: names, row: row, of: recipe)
        files[index] = file
      }
    }
    try checkUses(of: recipe, losses, Set(files.keys))
    return files
  }

  /// Asks a file for the outputs that a row's losses read.
  private static func ask(
    _ file: inout TeacherFile, for names: [OutputName], row: Int, of recipe: Recipe
  ) throws {
    do {
      for name in names { try file.ask(for: name) }
    } catch let error as DistillationError {
      throw SettingError(
        path: ["rows[\(row)]", "loss"], problem: "the teacher (\(file.path.visible)): \(error)")
    }
    let augmentation = recipe.student(of: recipe.rows[row]).training.augmentation
    func wrong(_ name: String, _ advice: String) -> SettingError {
      SettingError(
        path: recipe.pathOfStudent(row) + ["training", "augmentation"],
        problem: """
          '\(name)' changes images, and the outputs in '\(file.path.visible)' are of images as they \
          are; \(advice)
          """)
    }
    let fixed = "teacher.fixed: true says that they stand for changed images too"
    if augmentation.flip {
      for name in names {
        guard let mirrored = file.askForMirrored(name) else { continue }
        throw wrong("flip", "it has no array '\(mirrored)', and \(fixed)")
      }
    }
    for (name, change) in [("crop", augmentation.crop), ("shift", augmentation.shift)]
    where change > 0 && !file.isFixed && !names.isEmpty {
      throw wrong(name, fixed)
    }
  }

  /// Throws ``SettingError`` if something needs the network of a teacher of which there is only a file.
  private static func checkUses(
    of recipe: Recipe, _ losses: [[LossGraph]], _ files: Set<Int>
  ) throws {
    for (row, losses) in zip(recipe.rows.indices, losses) {
      let teachers = recipe.teachersOfRow(row, losses).compactMap { teacher -> Int? in
        if case .trained(let index) = teacher, files.contains(index) { index } else { nil }
      }
      guard let file = teachers.first else { continue }
      let name = recipe.teachers[file].what.visible
      let isRead = losses.contains { !$0.outputs(of: .teacher).isEmpty }
      if recipe.evaluation.spuriousTeacher != nil, isRead {
        throw SettingError(
          path: ["evaluation", "spuriousTeacher"],
          problem: """
            it needs every teacher's outputs on test examples, and '\(name)' has those of training \
            examples
            """)
      }
      let sampler = recipe.student(of: recipe.rows[row]).training.sampler
      if sampler.name == .superclassUniform,
        case .trained(let first)? = recipe.teachersOfRow(row, losses).first, files.contains(first)
      {
        throw SettingError(
          path: recipe.pathOfStudent(row) + ["training", "sampler"],
          problem: """
            'superclassUniform' clusters the embeddings of the first teacher's network, and \
            '\(name)' is a file
            """)
      }
    }
  }

  /// The teachers in these files. Images that one of them leaves out are left out of the training images, if
  /// a loss reads the file.
  static func storedTeachers(
    of recipe: Recipe, _ files: [Int: TeacherFile], _ data: inout TrainingData
  ) throws -> [Int: StoredTeacher] {
    var stored: [Int: StoredTeacher] = [:]
    for (index, file) in files.sorted(by: { $0.key < $1.key }) {
      let teacher = try file.teacher(of: data.all)
      stored[index] = teacher
      guard file.isRead, teacher.summary.rows < teacher.summary.images else { continue }
      data.keep(teacher.covers)
      guard data.training.count > 0 else {
        throw SettingError(
          path: recipe.path(of: recipe.teachers[index]) + ["outputs"],
          problem: "'\(file.path.visible)' leaves nothing to train on")
      }
    }
    return stored
  }

  /// What the recipe's first teacher says of the test examples, if a metric reads it.
  static func teacherFeatures(
    of recipe: Recipe, in folder: String, _ data: TrainingData
  ) throws -> Tensor? {
    guard !recipe.evaluation.teacherNeighbours.isEmpty else { return nil }
    guard let path = recipe.teacher?.all.first?.test else {
      throw SettingError(
        path: ["evaluation", "teacherNeighbours"],
        problem: """
          it needs the first teacher's outputs on test examples, in a file that 'teacher.test' names
          """)
    }
    var file = try TeacherFile(Recipe.path(path, in: folder), of: "test")
    let layer = recipe.evaluation.layer
    do {
      try file.ask(for: OutputName(layer))
    } catch let error as DistillationError {
      throw SettingError(
        path: ["evaluation", "layer"], problem: "the teacher (\(file.path.visible)): \(error)")
    }
    let teacher = try file.teacher(of: data.allTest)
    guard data.retrieval.labels.indices.allSatisfy({ teacher.covers(data.retrieval.place(of: $0)) })
    else {
      throw TrainingError.teacher(
        path: file.path, problem: "it has no outputs of some of the test examples")
    }
    return try teacher.features(layer, of: data.retrieval)
  }
}
