public import Distillation
public import Foundation

/// One experiment: data, a teacher, students of one architecture, and a loss a row.
///
/// Read from JSON5. Every key but the rows has a default; a key that is none of these is an
/// error.
public struct Recipe: Configurable {
  /// What the experiment is called, in its report.
  public var name = ""

  /// What it tests, and where that was claimed.
  public var claim: String?
  public var source: String?

  /// What the claim says of the rows. It holds where every one of these holds.
  public var comparisons: [Comparison] = []

  public var data = DataSettings()
  public var teacher: TeacherSettings?
  public var student = StudentSettings()

  /// The losses to compare; differences are taken to the first.
  public var rows: [Row] = []

  public var evaluation = EvaluationSettings()

  /// One student a row and seed. Students of one seed have the same initial weights and batches.
  public var seeds: [UInt64] = [1]

  public init() {}

  /// A loss, and what it is called in tables.
  public struct Row: Configurable {
    public var name = ""
    public var loss = ""

    public init() {}
  }
}

/// The images.
public struct DataSettings: Configurable {
  /// `fashion-mnist` or `glyphs`.
  public var set = "fashion-mnist"

  /// The folder of the IDX files; where there is none, the usual places are searched.
  public var directory: String?

  /// How many images to train and to test on; all there are where there is no number. `glyphs`
  /// makes as many as asked, 4,000 and 2,000 by default.
  public var train: Int?
  public var test: Int?

  /// Classes, counted from 0, that no network is trained on. Recall is then measured on their test
  /// images and accuracy on the others', as in metric learning; of both, and of the training images,
  /// there are fewer by that.
  public var heldOut: [Int] = []

  /// For `glyphs` what is drawn, for others which images are taken.
  public var seed: UInt64 = 0

  public init() {}
}

/// How the teacher comes about.
public struct TeacherSettings: Configurable {
  public var network = "resnet14:16"

  /// A checkpoint to load in place of training.
  public var load: String?

  public var loss = "ce"
  public var seed: UInt64 = 0
  public var training = TrainingSettings()

  public init() {}
}

/// What the students are.
public struct StudentSettings: Configurable {
  public var network = "resnet8:4"
  public var training = TrainingSettings()

  public init() {}
}

/// How a network is trained.
public struct TrainingSettings: Configurable {
  /// How many of the training images are used, the same number of each class; all where there is
  /// no number.
  public var images: Int?

  public var epochs = 10
  public var batch = 128
  public var optimizer = OptimizerSettings()
  public var schedule = Schedule()
  public var augmentation = Augmentation()
  public var sampler = SamplerSettings()

  /// The second view of every batch, where a loss reads an output of it, such as `logits@virtual`.
  public var view = RandAugment()

  public init() {}
}

// MARK: - Reading

extension Recipe {
  /// The recipe in a JSON5 file, with settings replaced: `["student.training.epochs=3"]`.
  ///
  /// Throws what is wrong with the file, with the path of the setting.
  public static func read(_ data: Data, replacing replacements: [String] = []) throws -> Recipe {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    var setting: Setting
    do {
      setting = try decoder.decode(Setting.self, from: data)
    } catch {
      throw TrainingError.recipe(path: [], problem: "not JSON5: \(reason(for: error, in: data))")
    }
    for replacement in replacements { try setting.replace(replacement, with: decoder) }
    guard case .group(let settings) = setting else {
      throw TrainingError.recipe(path: [], problem: "a recipe is one group of settings {…}")
    }
    return try Recipe(settings).validated()
  }

  private static func reason(for error: any Error, in data: Data) -> String {
    if let problem = JSON5Scanner.problem(in: String(decoding: data, as: UTF8.self)) {
      return problem
    }
    guard case DecodingError.dataCorrupted(let context) = error else { return "\(error)" }
    let reason = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
    return reason ?? context.debugDescription
  }

  /// This recipe, with names for the rows that have none.
  ///
  /// Throws ``TrainingError/recipe(path:problem:)`` for what no default can mend.
  func validated() throws -> Recipe {
    func wrong(_ path: String..., problem: String) -> TrainingError {
      .recipe(path: path, problem: problem)
    }
    var recipe = self
    guard !rows.isEmpty else {
      throw wrong("rows", problem: "there is none; a row is {name: \"kd\", loss: \"ce + kd\"}")
    }
    for (index, row) in rows.enumerated() {
      guard !row.loss.isEmpty else { throw wrong("rows[\(index)]", problem: "there is no 'loss'") }
      if row.name.isEmpty { recipe.rows[index].name = row.loss }
    }
    let names = recipe.rows.map { $0.name }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw wrong("rows[\(index)].name", problem: "'\(name)' is taken")
    }
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else {
      throw wrong("seeds", problem: "expected one or more different whole numbers")
    }
    for (name, count) in [("train", data.train), ("test", data.test)] {
      if let count, !(1...1_000_000).contains(count) {
        throw wrong("data", name, problem: "expected 1 to 1000000, not \(count)")
      }
    }
    guard Set(data.heldOut).count == data.heldOut.count else {
      throw wrong("data", "heldOut", problem: "expected different classes")
    }
    try evaluation.validate()
    try recipe.validateComparisons()
    try teacher?.training.validate(in: ["teacher", "training"])
    try student.training.validate(in: ["student", "training"])
    return recipe
  }
}

extension TrainingSettings {
  fileprivate func validate(in path: [String]) throws {
    func require(
      _ holds: Bool, _ name: String..., expecting expected: String, given: some Numeric
    ) throws {
      guard !holds else { return }
      let text = (given as? Double).map { describe($0) } ?? "\(given)"
      throw TrainingError.recipe(
        path: path + name, problem: "expected \(expected), not \(text)")
    }
    try require(images ?? 1 >= 1, "images", expecting: "1 or more", given: images ?? 1)
    for (name, number, least) in [("epochs", epochs, 0), ("batch", batch, 1)] {
      try require(
        (least...1_000_000).contains(number), name, expecting: "\(least) to 1000000",
        given: number)
    }
    for (name, number) in [("rate", optimizer.rate), ("epsilon", optimizer.epsilon)] {
      try require(number > 0, "optimizer", name, expecting: "more than 0", given: number)
    }
    try require(
      optimizer.weightDecay >= 0, "optimizer", "weightDecay", expecting: "0 or more",
      given: optimizer.weightDecay)
    for (name, share) in [
      ("momentum", optimizer.momentum), ("beta1", optimizer.beta1), ("beta2", optimizer.beta2),
    ] {
      try require(
        (0..<1).contains(share), "optimizer", name, expecting: "0 to less than 1", given: share)
    }
    for (name, number) in [
      ("warmup", schedule.warmup), ("factor", schedule.factor), ("floor", schedule.floor),
      ("milestones", schedule.milestones.min() ?? 0),
    ] {
      try require(number >= 0, "schedule", name, expecting: "0 or more", given: number)
    }
    for (name, pixels) in [("crop", augmentation.crop), ("shift", augmentation.shift)] {
      try require(
        (0...28).contains(pixels), "augmentation", name, expecting: "0 to 28", given: pixels)
    }
    try require(
      (0...16).contains(view.operations), "view", "operations", expecting: "0 to 16",
      given: view.operations)
    try require(
      (0...1).contains(view.strength), "view", "strength", expecting: "0 to 1",
      given: view.strength)
    try require(
      sampler.clusters ?? 1 >= 1, "sampler", "clusters", expecting: "1 or more",
      given: sampler.clusters ?? 1)
    let each = sampler.imagesOfEach
    try require(
      each >= 1 && (!sampler.groupsFill || batch.isMultiple(of: each)), "sampler", "each",
      expecting: sampler.groupsFill ? "a divisor of the batch of \(batch)" : "1 or more",
      given: each)
  }
}

extension Setting {
  /// Sets what `key.key=value` says; the value is JSON5, or else a text.
  fileprivate mutating func replace(_ replacement: String, with decoder: JSONDecoder) throws {
    let parts = replacement.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw TrainingError.recipe(
        path: [], problem: "expected key=value, not '\(replacement)'")
    }
    let text = String(parts[1])
    let value = try? decoder.decode(Setting.self, from: Data(text.utf8))
    try set(
      parts[0].split(separator: ".", omittingEmptySubsequences: false).map { String($0) },
      to: value ?? .text(text))
  }

  /// The first keys of `path`, `depth` of them, lead here.
  private mutating func set(_ path: [String], to value: Setting, depth: Int = 0) throws {
    guard depth < path.count else {
      self = value
      return
    }
    let key = path[depth]
    func wrong(_ problem: String) -> TrainingError {
      .recipe(path: Array(path.prefix(depth)), problem: problem)
    }
    switch self {
    case .group(var group):
      try group[key, default: .none].set(path, to: value, depth: depth + 1)
      self = .group(group)
    case .none:
      var setting = Setting.none
      try setting.set(path, to: value, depth: depth + 1)
      self = .group([key: setting])
    case .list(var list):
      // `rows.0.loss` reaches into a list.
      guard let index = Int(key), list.indices.contains(index) else {
        throw wrong(
          list.isEmpty
            ? "there is no '\(key)' in an empty list"
            : "there is no '\(key)'; the list goes from 0 to \(list.count - 1)")
      }
      try list[index].set(path, to: value, depth: depth + 1)
      self = .list(list)
    case .boolean, .number, .text:
      throw wrong("there is no '\(key)'; it is one value, and no group of settings")
    }
  }
}
