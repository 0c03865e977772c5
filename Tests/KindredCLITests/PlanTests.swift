import Experiments
import Foundation
import Kindred
import KindredCLI
import Tensors
import Testing
import Training

/// `kindred plan`
@Suite struct PlanTests {
  let folder: ScoreFolder

  static let recipe = """
    {
      data: { set: "glyphs", train: 160, test: 48 },
      teacher: { network: "mlp:16", training: { epochs: 3, batch: 32 } },
      student: { network: "mlp:8", training: { images: 48, epochs: 2, batch: 20 } },
      validation: { images: 16 },
      evaluation: { recall: [1] },
      rows: [
        { loss: "ce" },
        { name: "w", loss: "ce + weight*kd", weights: [1, 2, 3], student: { training: { batch: 8 } } },
        { name: "other", loss: "rkd.distance + kd", teacher: { network: "mlp:4" } },
        { name: "own", loss: "kd", taughtBy: "ce" },
      ],
      seeds: [1, 2],
    }
    """

  init() throws {
    folder = try ScoreFolder()
    try Data(Self.recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
  }

  func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    kindred(words)
  }

  func kindred(_ words: [String]) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: .linked)(words, console: recording.console())
    return (code, recording.output, recording.errors.replacing(folder.path + "/", with: ""))
  }

  func plan(_ more: String...) throws -> RunPlan {
    let (code, output, errors) = kindred(
      ["plan", folder.path("recipe.json5"), "--format", "json", "--threads", "1"] + more)
    try #require(code == .done, "\(errors)")
    return try JSONDecoder().decode(RunPlan.self, from: Data(output.utf8))
  }

  @Test func nothingIsWritten() throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    _ = try plan()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == before)
  }

  /// Networks, epochs and steps, in all, of a training in a plan or in a run.
  struct Count: Equatable {
    var networks = 0
    var candidates = 0
    var epochs = 0
    var steps = 0
  }

  /// What a plan counts is what a run of the same recipe does.
  @Test func aRunDoesWhatIsPlanned() throws {
    let plan = try plan()
    let recipe = try Recipe.read(Data(Self.recipe.utf8))
    var found: [String: Count] = [:]
    func name(_ learner: Learner) -> String {
      switch learner {
      case .teacher(let index), .teacherOfSeed(let index, _):
        "teacher \(recipe.teachers[index].network)"
      case .student(let row, _), .candidate(let row, _, _): "student \(row)"
      }
    }
    _ = try Experiment(recipe, registry: .linked).run { event, _ in
      switch event {
      case .begin(let learner, _):
        found[name(learner), default: Count()].networks += 1
        if case .candidate = learner { found[name(learner), default: Count()].candidates += 1 }
      case .training(let learner, .step): found[name(learner), default: Count()].steps += 1
      case .training(let learner, .epoch): found[name(learner), default: Count()].epochs += 1
      default: break
      }
    }
    let planned = plan.rows.map { row in
      (
        "\(row.role) \(row.name)",
        Count(
          networks: row.count, candidates: row.candidates?.count ?? 0,
          epochs: row.count * row.epochs, steps: row.count * row.epochs * row.stepsPerEpoch)
      )
    }
    #expect(Dictionary(uniqueKeysWithValues: planned) == found)
    #expect(found["student w"] == Count(networks: 5, candidates: 3, epochs: 10, steps: 60))
  }

  @Test func whatIsMeasuredOfWhat() throws {
    let plan = try plan()
    #expect((plan.images.training, plan.images.test, plan.images.classes) == (160, 48, 16))
    #expect(plan.threads == 1 && plan.megabytes > 1)
    #expect(plan.rows.map { $0.name } == ["mlp:16", "mlp:4", "ce", "w", "other", "own"])
    #expect(
      plan.rows.map { $0.role } == ["teacher", "teacher"] + Array(repeating: "student", count: 4))
    #expect(plan.rows[4].terms.map { $0.formula } == ["rkd.distance", "kd"])
    for row in plan.rows {
      #expect(row.secondsPerStep > 0 && row.secondsPerTest > 0 && row.secondsPerBalance > 0)
      #expect(row.terms.allSatisfy { $0.seconds > 0 })
    }
    // Weights are tried on validation images.
    #expect(plan.rows.map { $0.candidates?.images } == [nil, nil, nil, 16, nil, nil])
    let networks = plan.networks.map { "\($0.role) \($0.network) \($0.batch)" }
    #expect(
      networks == [
        "teacher mlp:16 32", "teacher mlp:4 32", "student mlp:8 20", "student mlp:8 8",
        "teacher mlp:8 20",
      ])
    #expect(plan.networks[0].parameters == 784 * 16 + 16 + 16 * 16 + 16)
    #expect(plan.networks[1].outputs == ["embedding": [32, 4], "logits": [32, 16]])
    #expect(plan.networks[2].outputs == ["embedding": [20, 8], "logits": [20, 16]])
    #expect(plan.networks[4].outputs == ["logits": [20, 16]])
  }

  /// What is asked of teachers once, and of the first row's students once a seed.
  @Test func preparationsAreCounted() throws {
    let own = try plan()
    #expect(own.preparations.map { $0.kind } == [.outputs, .outputs, .outputs])
    #expect(own.preparations.map { $0.teacher } == ["mlp:16", "mlp:4", "'ce'"])
    #expect(own.preparations.map { $0.count } == [1, 1, 2])
    #expect(own.preparations.map { $0.images } == [48, 48, 48])
    #expect(own.preparations.map { $0.bytes } == [48 * 16 * 4, 48 * 20 * 4, 48 * 16 * 4])
    #expect(own.heldBytes == 48 * 52 * 4)
    let all =
      own.rows.map { $0.seconds } + own.preparations.map { Double($0.count) * $0.secondsEach }
    #expect(abs(all.reduce(0, +) - own.seconds) < 1e-9)

    // Mirrored, with clusters, and not at all.
    let clustered = try plan(
      "--set", "rows.0.student={training: {sampler: {name: 'superclassUniform'}}}", "--set",
      "student.training.augmentation={flip: true}")
    #expect(
      clustered.preparations.map { "\($0.kind) \($0.teacher) \($0.images) \($0.count)" } == [
        "clusters mlp:16 48 1", "outputs mlp:16 96 1", "outputs mlp:4 96 1", "outputs 'ce' 96 2",
      ])
    let moved = try plan("--set", "student.training.augmentation={shift: 1}")
    #expect(moved.preparations.isEmpty && moved.heldBytes == 0)
  }

  /// One that is loaded is evaluated, and not trained.
  @Test func aTeacherThatIsLoaded() throws {
    let network = try Networks.standard.named(
      "mlp:16", classes: 16, shape: ImageShape(height: 28, width: 28))
    var random = Random(seed: 1)
    let teacher = Model(
      network: network, weights: network.initialWeights(using: &random))
    let path = folder.path("teacher.safetensors")
    try Checkpoint.save(teacher, to: path, classes: 16)
    let plan = try plan("--set", "teacher.load=\(path)", "--set", "rows.2.teacher.load=null")
    #expect(plan.rows.map { $0.name } == ["mlp:4", "ce", "w", "other", "own"])
    #expect(
      plan.networks.map { "\($0.role) \($0.network) \($0.batch)" } == [
        "teacher mlp:4 32", "student mlp:8 20", "teacher mlp:16 8", "student mlp:8 8",
        "teacher mlp:8 20",
      ])
    #expect(plan.networks[2].outputs == ["logits": [8, 16]])
    #expect(
      plan.preparations.map { "\($0.kind) \($0.teacher)" } == [
        "evaluation mlp:16", "outputs mlp:16", "outputs mlp:4", "outputs 'ce'",
      ])
    #expect(plan.preparations[0].images == 48 && plan.preparations[0].bytes == nil)
  }

  @Test func itIsShownAsTables() {
    let (code, output, errors) = kindred("plan", folder.path("recipe.json5"))
    #expect(code == .done && errors.isEmpty)
    for line in [
      "160 images to train, 48 to test, 16 classes", "teacher mlp:16", "outputs of 'ce'",
      "memory  ", "outputs 0.01 MB for teachers, held for all epochs\n",
    ] {
      #expect(output.contains(line), "\(line)")
    }
    #expect(output.contains(/time    about .* with \d+ threads?\n/))
    #expect(output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(!output.contains("remembered"))
  }

  /// What the primary comparisons can find is known before anything is trained.
  @Test func theDesignIsSaid() {
    let (code, output, errors) = kindred(
      "plan", folder.path("recipe.json5"), "--set", "seeds=[1, 2, 3]", "--set",
      "comparisons=[{row: 'w', primary: true}, {row: 'other', primary: true}, {row: 'own'}]",
      "--set", "design={deviation: 0.0105, equivalence: 0.005}")
    #expect(code == .done && errors.isEmpty, "\(errors)")
    #expect(
      output.replacing("\n", with: " ").hasSuffix(
        "Design: 2 primary comparisons of 3 seeds, by two-sided paired t-tests at level 0.05, with "
          + "p-values adjusted by Holm’s method. Each finds a difference of 4.86 points with power "
          + "0.8, by a pilot’s standard deviation of 1.05 points; equivalence bound ±0.50 points. "),
      "\(output)")
    #expect(output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func whatALossLearnsIsCounted() {
    let (code, output, errors) = kindred(
      "plan", folder.path("recipe.json5"), "--set", "rows.2.loss=uncertainty(rkd.distance, kd)")
    #expect(code == .done && errors.isEmpty, "\(errors)")
    #expect(
      output.contains(/loss +learned +remembered +MB\n[─ ]+\nother +2 +0 +0\.00\n/), "\(output)")
  }

  /// The commands of several processes, with their trainings and times. The rest of the plan is as without.
  @Test func shardsAreListed() throws {
    let plan = try plan("--shards", "3", "--out", "it's", "--set", "seeds=[1, 2]")
    let shards = try #require(plan.shards)
    // Two teachers, three weights, and four rows of two seeds, of which each 'own' is with its teacher.
    #expect(shards.shares.map { $0.shard } == ["1/3", "2/3", "3/3"])
    #expect(shards.shares.map { $0.trainings }.reduce(0, +) == 13)
    let recipe = folder.path("recipe.json5")
    func command(_ shard: String) -> String {
      "kindred run \(recipe) --out 'it'\\''s' --set 'seeds=[1, 2]' --threads 1 --shard \(shard)"
    }
    #expect(shards.shares.map { $0.command } == ["1/3", "2/3", "3/3"].map(command))
    #expect(
      shards.loop
        == "for i in $(seq 3); do KINDRED_THREADS=1 \(command("\"$i/3\"")) & done; wait")
    #expect(shards.merge == "kindred merge 'it'\\''s'")
    let longest = try #require(shards.shares.map { $0.seconds }.max())
    #expect(longest <= shards.seconds && shards.seconds < plan.seconds)

    // One process has everything, and a hundred have no more trainings.
    let alone = try self.plan("--shards", "1")
    #expect(abs(try #require(alone.shards).seconds - alone.seconds) < 1e-9)
    let many = try #require(self.plan("--shards", "100").shards)
    #expect(many.shares.map { $0.trainings }.reduce(0, +) == 13)
    #expect(many.shares[99].trainings == 0 && many.shares[99].seconds == 0)
    #expect(try self.plan().shards == nil)
  }

  @Test func shardsAreShownAsLinesOfAShell() throws {
    let path = folder.path("recipe.json5")
    let (code, output, errors) = kindred("plan", path, "--shards", "100", "--out", "out")
    #expect(code == .done && errors.isEmpty)
    let parts = output.split(separator: "\n\n# Each of these processes")
    #expect(parts.count == 2)
    let run = "kindred run \(path) --out out --shard"
    #expect(
      output.contains(try Regex("\n\(run) 1/100  # [0-9] trainings?, about .+\n")), "\(output)")
    #expect(output.contains("\n\(run) 100/100  # nothing to train\n"))
    #expect(
      output.hasSuffix(
        """

        # All of them on this machine:
        for i in $(seq 100); do KINDRED_THREADS=1 \(run) "$i/100" & done; wait

        # Then, once:
        kindred merge out

        """), "\(output)")
    #expect(kindred("plan", path, "--out", "out").code == .usage)
  }

  @Test func aMistakeIsNamedAsRunNamesIt() {
    let (code, output, errors) = kindred(
      "plan", folder.path("recipe.json5"), "--set", "rows.1.loss=weight*kdd")
    #expect(code == .badData && output.isEmpty)
    #expect(
      errors.hasPrefix("kindred: recipe.json5: rows[1].loss: no term 'kdd'"), "\(errors)")
    #expect(kindred("plan", folder.path("none.json5")).code == .missingFile)
  }
}
