import Foundation
import Kindred
import TestSupport
import Testing

@testable import Experiments
@testable import Training

@Suite struct DiagnosticsTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// The diagnostics of a small experiment, which is run and leaves its checkpoints.
  func diagnostics(
    _ rows: [String], _ changes: [String]
  ) throws -> (Experiment, Diagnostics, [Model]) {
    let experiment = try Experiment(
      ExperimentTests.recipe(rows, ["seeds=[1]"] + changes), registry: .linked)
    let classes = experiment.data.training.classes.count
    var networks: [Model] = []
    var files: [Learner: String] = [:]
    func save(_ trained: Model, of learner: Learner) throws {
      networks.append(trained)
      let file = folder.path("\(files.count).safetensors")
      files[learner] = file
      try Checkpoint.save(trained, to: file, classes: classes)
    }
    let results = try experiment.run { event, _ in
      switch event {
      case .teacher(let learner, _, let trained):
        try save(trained, of: learner)
      case .student(let learner, let trained, _):
        try save(trained, of: learner)
      default: break
      }
    }
    return (
      experiment, try DiagnosticsBuilder(experiment).diagnostics(of: results) { files[$0] ?? "" },
      networks
    )
  }

  @Test func featuresAreOfTheSameImagesByClass() throws {
    let (experiment, diagnostics, networks) = try diagnostics(["ce", "ce + kd"], [])
    #expect(diagnostics.networks.map(\.row) == [nil, "ce", "ce + kd"])
    #expect(diagnostics.labels.count == 48 && diagnostics.labels == diagnostics.labels.sorted())
    #expect(diagnostics.retrieval == nil)
    for (network, trained) in zip(diagnostics.networks, networks) {
      #expect(network.features.count == 48 && network.retrieved == nil)
      // The features are the values that the network gives, in some order, rounded to four digits.
      let features = trained.features(
        "embedding", of: experiment.data.retrieval, normalizedBy: experiment.data.normalization)
      let expected = features.scalars.map { Double($0) }.sorted()
      let found = network.features.joined().sorted()
      #expect(found.count == expected.count)
      for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 0.0005 * abs(b) + 1e-30) }
    }
  }

  @Test func nearestImagesAreThoseOfTheRecall() throws {
    let (experiment, diagnostics, networks) = try diagnostics(
      ["ce + kd"], ["evaluation={recall: [1]}", "data.heldOut=[13, 14, 15]"])
    let retrieval = try #require(diagnostics.retrieval)
    let images = experiment.data.retrieval
    #expect(Set(diagnostics.labels) == [13, 14, 15])
    #expect(retrieval.queries.map { retrieval.thumbnails[$0].label } == [13, 14, 15])
    #expect(retrieval.thumbnails.allSatisfy { $0.pixels.count == 28 * 28 })
    for (network, trained) in zip(diagnostics.networks, networks) {
      let nearest = NearestNeighbours.amongOthers(
        of: trained.features(
          "embedding", of: images, normalizedBy: experiment.data.normalization), count: 8)
      for (query, found) in zip([13, 14, 15], network.retrieved ?? []) {
        let index = try #require(images.labels.firstIndex(of: UInt16(query)))
        #expect(found.count == min(8, images.count - 1))
        for (thumbnail, image) in zip(found, nearest[index]) {
          #expect(
            Array(retrieval.thumbnails[thumbnail].pixels)
              == Array(images.images[image * 784..<(image + 1) * 784]))
        }
      }
    }
  }

  /// Every needed teacher is there, and each row names its own, which may be the student of another
  /// row.
  @Test func eachRowHasItsOwnTeacher() throws {
    let (_, diagnostics, networks) = try diagnostics(
      ["ce"],
      [
        """
        rows=[
          { name: "ce", loss: "ce" }, { name: "kd", loss: "kd" },
          { name: "other", loss: "kd", teacher: { network: "mlp:4" } },
          { name: "self", loss: "kd", taughtBy: "ce" },
          { name: "again", loss: "kd", taughtBy: "self" },
        ]
        """
      ])
    #expect(
      diagnostics.networks.map(\.row) == [nil, nil, "ce", "kd", "other", "self", "again"])
    #expect(diagnostics.networks.map(\.name) == ["mlp:16", "mlp:4", nil, nil, nil, nil, nil])
    #expect(diagnostics.networks.map(\.teacher) == [nil, nil, nil, 0, 1, 2, 5])
    #expect(networks.map { $0.network.name }.prefix(2) == ["mlp:16", "mlp:4"])
    #expect(Set(diagnostics.networks.map(\.features)).count == 7 && diagnostics.seed == nil)
    #expect(diagnostics.networks[1].features[0].count == 4)
  }

  /// If the rows have students of different seeds, the seed with the most students is drawn.
  @Test func theSeedOfMostStudentsIsDrawn() throws {
    let experiment = try Experiment(
      ExperimentTests.recipe(["ce", "0.5*ce", "0.25*ce"]), registry: .linked)
    var results = try experiment.run { event, _ in
      if case .student(.student(let row, let seed), let trained, _) = event {
        try Checkpoint.save(trained, to: folder.path("\(row) \(seed).safetensors"), classes: 16)
      }
    }
    func drawn() throws -> Diagnostics {
      try DiagnosticsBuilder(experiment).diagnostics(of: results) { learner in
        guard case .student(let row, let seed) = learner else { return "" }
        return folder.path("\(row) \(seed).safetensors")
      }
    }
    func diverge(_ row: Int, _ seed: UInt64) {
      let divergence = Results.Divergence(seed: seed, learner: .student, problem: "")
      results.rows[row].divergences = (results.rows[row].divergences ?? []) + [divergence]
    }
    diverge(0, 1)
    var diagnostics = try drawn()
    #expect(
      diagnostics.seed == 2 && diagnostics.networks.map(\.row) == ["ce", "0.5*ce", "0.25*ce"])
    diverge(1, 2)
    diagnostics = try drawn()
    #expect(diagnostics.seed == nil && diagnostics.networks.map(\.row) == ["0.5*ce", "0.25*ce"])
    for row in 0..<3 { for seed: UInt64 in [1, 2] { diverge(row, seed) } }
    diagnostics = try drawn()
    #expect(diagnostics.networks.isEmpty)
  }

  /// No teacher is needed, and wide features are kept for fewer images.
  @Test func whatIsKeptIsSmall() throws {
    let (_, diagnostics, _) = try diagnostics(
      ["ce", "0.5*ce"], ["student.network=mlp:4096", "student.training.epochs=0"])
    #expect(diagnostics.networks.map(\.row) == ["ce", "0.5*ce"])
    #expect(diagnostics.labels.count == 24)  // 200,000 numbers, at 2·4,096 per image
    #expect(try diagnostics.json.count < 2_000_000)
  }
}
