import Foundation
import Kindred
import Synchronization
import Tensors
import Testing

@testable import Experiments
@testable import Training

/// Samplers, metrics and held-out classes as a recipe sets them.
@Suite struct EvaluationTests {
  func experiment(_ changes: [String], rows: [String] = ["ce", "kd"]) throws -> Experiment {
    try Experiment(ExperimentTests.recipe(rows, changes), registry: .linked)
  }

  @Test func metricsStandBesideTheAccuracy() throws {
    let experiment = try experiment(["evaluation={recall: [1, 4], neighbours: [5]}"])
    var students: [Model] = []
    let results = try experiment.run { event, _ in
      if case .student(_, let student, _) = event { students.append(student) }
    }
    let names: Set = ["accuracy", "recall@1", "recall@4", "knn@5"]
    #expect(results.teacher.map { Set($0.metrics.keys) } == names)
    #expect(results.teacher?.metrics.values.allSatisfy { (0...1).contains($0) } == true)
    for (index, row) in results.rows.enumerated() {
      #expect(Set(row.metrics.keys) == names)
      for metric in row.metrics.values {
        #expect(metric.values.count == 2)
        #expect(metric.standardDeviation != nil)
        #expect((metric.differenceToFirst == nil) == (index == 0))
      }
      let (one, four) = (row.metrics["recall@1"], row.metrics["recall@4"])
      #expect(try #require(one?.mean) < #require(four?.mean))
    }
    // The metrics of the first student are computed by hand. Students are ordered by seed, then by
    // row.
    let data = experiment.data
    let labels = data.test.labels.map { Int($0) }
    let embeddings = students[0].features(
      "embedding", of: data.test, normalizedBy: data.normalization)
    #expect(
      results.rows[0].metrics["recall@1"]?.values[0]
        == Retrieval.recall(of: embeddings, labels: labels, at: [1])[0])
    let gallery = students[0].features(
      "embedding", of: experiment.rows[0].images, normalizedBy: data.normalization)
    #expect(gallery.shape[0] == 48)
    #expect(
      results.rows[0].metrics["knn@5"]?.values[0]
        == Retrieval.accuracy(
          of: embeddings, labels: labels, byNeighboursIn: gallery,
          labels: experiment.rows[0].images.labels.map { Int($0) }, at: [5])[0])
  }

  /// A perceptron that records how many images it is run on, and for which outputs.
  struct CountingNetwork: Network {
    final class Counter: Sendable { let images = Mutex<[String: Int]>([:]) }
    let network = MLP(widths: [8], classes: 16, inputs: 784)
    let counter = Counter()
    var name: String { network.name }
    var outputNames: [String] { network.outputNames }

    func initialWeights(using random: inout Random) -> Weights {
      network.initialWeights(using: &random)
    }

    func callAsFunction(
      _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
    ) -> (outputs: Outputs, statistics: [String: Tensor]) {
      counter.images.withLock {
        $0[names.joined(separator: " "), default: 0] += images.shape[0]
      }
      return network(images, weights, pass, giving: names)
    }
  }

  /// Recall by distance and by cosine, neighbours, and few shots share one pass over the images.
  @Test(arguments: [([String](), 48 + 48 + 40), (["data.heldOut=[1, 5]"], 42 + 6 + 48 + 40)])
  func featuresAreComputedOnce(_ more: [String], _ images: Int) throws {
    let experiment = try experiment(
      [
        """
        evaluation={recall: [1, 2], cosine: true, neighbours: [1, 3],
          fewShot: {ways: 2, shots: [1], queries: 1, episodes: 2}, domain: {set: "glyphs", test: 40}}
        """
      ] + more)
    let network = CountingNetwork()
    let evaluation = experiment.recipe.evaluation
    let metrics = try evaluation.otherMetrics(
      of: .blank(network), trainedOn: experiment.rows[0].images, in: experiment.data, nil)
    #expect(metrics.map { $0.name } == evaluation.names)
    #expect(
      evaluation.names == [
        "recall@1", "recall@2", "recall@1 by cosine", "recall@2 by cosine", "knn@1", "knn@3",
        "1-shot", "recall@1 on glyphs", "recall@2 on glyphs",
      ])
    #expect(network.counter.images.withLock { $0 } == ["embedding": images])
    // Measured alone, each metric has the value that it has among the others.
    for (name, value) in metrics.prefix(2) {
      let alone = try evaluation.only(name).otherMetrics(
        of: .blank(network), trainedOn: experiment.rows[0].images, in: experiment.data, nil)
      #expect(alone.map { $0.name } == [name] && alone.map { $0.value } == [value])
    }
  }

  @Test func anotherLayerServes() throws {
    let changes = ["evaluation.recall=[1]", "seeds=[1]"]
    func recall(_ layer: String) throws -> Double? {
      try experiment(changes + ["evaluation.layer=\(layer)"], rows: ["ce"]).run { _, _ in }
        .rows[0].metrics["recall@1"]?.mean
    }
    #expect(try recall("hidden1") == recall("embedding"))
    #expect(try recall("logits") != recall("embedding"))
  }

  @Test func classesHeldOut() throws {
    let experiment = try experiment([
      "data.heldOut=[1, 5, 15]", "evaluation={recall: [1]}", "student.training.images=null",
    ])
    let data = experiment.data
    let heldOut: Set<UInt16> = [1, 5, 15]
    // There are 64 and 48 images of 16 classes.
    #expect(data.training.count == 52 && data.training.labels.allSatisfy { !heldOut.contains($0) })
    #expect(data.test.count == 39 && data.test.labels.allSatisfy { !heldOut.contains($0) })
    #expect(data.retrieval.count == 9 && Set(data.retrieval.labels) == heldOut)
    #expect(data.normalization == PixelNormalization(of: data.training))
    #expect(experiment.rows[0].images.count == 52)
    let all = try self.experiment([]).data
    #expect(all.retrieval.labels == all.test.labels)
    #expect(all.retrieval.subset(at: [1]).images == data.retrieval.subset(at: [0]).images)

    var student: Model?
    let results = try experiment.run { event, _ in
      if case .student(_, let trained, _) = event { student = student ?? trained }
    }
    let first = try #require(student)
    #expect(
      results.rows[0].metrics["recall@1"]?.values[0]
        == Retrieval.recall(
          of: first.features("embedding", of: data.retrieval, normalizedBy: data.normalization),
          labels: data.retrieval.labels.map { Int($0) }, at: [1])[0])
    #expect(
      results.rows[0].metrics["accuracy"]?.values[0]
        == first.accuracy(on: data.test, normalizedBy: data.normalization))
  }

  // MARK: - Samplers

  @Test(arguments: [
    "{name: 'classUniform', each: 2}", "{name: 'npairs'}", "{name: 'superclassUniform'}",
  ])
  func aSamplerChangesTheBatches(_ sampler: String) throws {
    let uniform = try experiment([], rows: ["ce"]).run { _, _ in }
    let other = try experiment(["student.training.sampler=\(sampler)"], rows: ["ce"]).run { _, _ in
    }
    let (one, two) = (uniform.rows[0].history[0].epochs, other.rows[0].history[0].epochs)
    #expect(one.count == two.count)
    #expect(one[0].loss != two[0].loss)
    // The clusters are of the teacher's features, so a teacher is needed even if no loss reads it.
    #expect((other.teacher != nil) == sampler.contains("superclass"))
  }

  @Test func aTrainerAloneUsesItsSettings() throws {
    let data = Glyphs.make(count: 32, seed: 1)
    let normalization = PixelNormalization(of: data)
    let network = MLP(widths: [4], classes: 16, inputs: 784)
    var random = Random(seed: 1)
    let start = Model(network: network, weights: network.initialWeights(using: &random))
    var settings = TrainingSettings()
    (settings.epochs, settings.batch) = (1, 8)
    settings.sampler.name = .superclassUniform
    func loss(teacher: Model?, sampler: (any Sampler)? = nil) throws -> Double {
      var loss = 0.0
      _ = try Trainer(
        loss: try Registry.linked.loss("ce"), settings: settings, teacher: teacher, name: "test",
        seed: 1, sampler: sampler
      ).train(start, on: data, testingOn: data, normalizedBy: normalization) { event, _ in
        if case .epoch(let epoch) = event { loss = epoch.loss }
      }
      return loss
    }
    let clustered = try loss(teacher: start)
    let made = try settings.sampler.sampler(for: data, teacher: start, normalizedBy: normalization)
    #expect(try loss(teacher: nil, sampler: made) == clustered)
    #expect(try loss(teacher: nil, sampler: UniformSampler()) != clustered)
    let error = #expect(throws: SettingError.self) { try loss(teacher: nil) }
    #expect(
      error?.description == "'superclassUniform' needs a teacher, whose embeddings it clusters")
  }

  @Test(arguments: [
    (
      ["student.training.sampler.name=classUnifrom"],
      """
      student.training.sampler.name: expected one of 'uniform', 'classUniform', \
      'superclassUniform', 'npairs' (did you mean 'classUniform'?), not 'classUnifrom'
      """
    ),
    (
      ["student.training.sampler.eahc=2"],
      """
      student.training.sampler: no 'eahc' (did you mean 'each'?); choose from 'name', \
      'each', 'clusters'
      """
    ),
    (
      ["student.training.sampler={name: 'classUniform', each: 3}"],
      "student.training.sampler.each: expected a divisor of the batch of 16, not 3"
    ),
    (
      ["teacher.training.sampler={name: 'npairs', each: 0}"],
      "teacher.training.sampler.each: expected 1 or more, not 0"
    ),
    (
      ["student.training.sampler={name: 'superclassUniform', clusters: 0}"],
      "student.training.sampler.clusters: expected 1 or more, not 0"
    ),
    (
      ["student.training.sampler={name: 'superclassUniform', clusters: 49}"],
      "student.training.sampler.clusters: expected 1 to 48, the number of images, not 49"
    ),
    (
      ["student.training.sampler={name: 'superclassUniform'}", "teacher=null", "rows.1.loss=2*ce"],
      "student.training.sampler: 'superclassUniform' needs a teacher, whose embeddings it clusters"
    ),
    (
      ["teacher.training.sampler={name: 'superclassUniform'}"],
      "teacher.training.sampler: a teacher has no teacher of its own"
    ),
    (
      ["student.training.view.strength=1.5"],
      "student.training.view.strength: expected 0 to 1, not 1.5"
    ),
    (
      ["student.training.view.operations=17"],
      "student.training.view.operations: expected 0 to 16, not 17"
    ),
    (
      ["evaluation.recall=[1, 47, 48]"],
      "evaluation.recall: expected 1 to 47, the number of other test images, not 48"
    ),
    (
      ["evaluation.recall=[1]", "data.test=1", "data.train=64"],
      "evaluation.recall: expected none, since there are no other test images"
    ),
    (
      ["evaluation.neighbours=[49]"],
      "evaluation.neighbours: expected 1 to 48, the number of the student's training images, not 49"
    ),
    (
      ["evaluation.neighbours=[48]", "teacher.training.images=32"],
      "evaluation.neighbours: expected 1 to 32, the number of the teacher's training images, not 48"
    ),
    (
      ["evaluation={recall: [1], layer: 'embedding@virtual'}"],
      """
      evaluation.layer: the student (mlp:8): no output 'embedding@virtual'; choose from \
      'hidden1', 'embedding', 'logits'
      """
    ),
    (
      ["evaluation={neighbours: [1], layer: 'lastStage'}"],
      """
      evaluation.layer: the student (mlp:8): no output is a stage; choose from 'hidden1', \
      'embedding', 'logits'
      """
    ),
    (
      ["evaluation={neighbours: [1], layer: 'stage1'}", "student.network=resnet8:2"],
      """
      evaluation.layer: the teacher (mlp:16): no output 'stage1'; choose from 'hidden1', \
      'embedding', 'logits'
      """
    ),
    (
      ["evaluation.recal=[1]"],
      """
      evaluation: no 'recal' (did you mean 'recall'?); choose from 'recall', 'cosine', \
      'neighbours', 'teacherNeighbours', 'fewShot', 'domain', 'training', 'spuriousTeacher', \
      'layer'
      """
    ),
    (
      ["evaluation.recall=[1, 0]"],
      "evaluation.recall: expected different whole numbers of 1 or more, not [1, 0]"
    ),
    (
      ["evaluation.neighbours=[2, 2]"],
      "evaluation.neighbours: expected different whole numbers of 1 or more, not [2, 2]"
    ),
    (
      ["evaluation={recall: [1], layer: 'stage1'}"],
      """
      evaluation.layer: the student (mlp:8): no output 'stage1'; choose from 'hidden1', \
      'embedding', 'logits'
      """
    ),
    (["data.heldOut=[16]"], "data.heldOut: no class 16; choose from 0 to 15"),
    (["data.heldOut=[3, 3]"], "data.heldOut: expected different classes"),
    (
      ["data.heldOut=[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]"],
      "data.heldOut: no training images of the other classes are left"
    ),
    (
      ["data.heldOut=[15]", "data.test=12"],
      "data.heldOut: no test images of these classes are left"
    ),
  ])
  func mistakesAreFoundBeforeTraining(_ changes: [String], _ message: String) {
    let error = #expect(throws: (any Error).self) { try experiment(changes) }
    #expect(error.map { "\($0)" } == message)
  }
}
