import Foundation
import Tensors
import Training

/// Collects the data that a report draws besides numbers.
package struct DiagnosticsBuilder {
  let experiment: Experiment

  package init(_ experiment: Experiment) { self.experiment = experiment }

  /// The greatest number of scalars of features, of images and their classes, of queries, and of neighbours
  /// of each.
  private enum Limit {
    static let numbers = 200_000
    static let images = 96
    /// Enough images of each for relations within a class, and as many as can be told apart.
    static let classes = 16
    static let queries = 6
    static let neighbours = 8
  }

  /// The diagnostics of a finished run, computed from the weights in each learner's `file`. They
  /// cover every teacher that a row needs, and every row's student of one seed. That is the first
  /// seed, unless some students diverged and another seed has more of them.
  ///
  /// - Throws: The errors of reading a checkpoint.
  package func diagnostics(
    of results: Results, file: (Learner) -> String
  ) throws -> Diagnostics {
    let (recipe, data) = (experiment.recipe, experiment.data)
    let teachers = experiment.teachers
    let classes = data.training.classes.count
    var networks: [Diagnostics.Network] = []
    var trained: [Model] = []
    var indices: [Experiment.TeacherOfRow: Int] = [:]
    let missing = results.rows.map { row in Set((row.divergences ?? []).map { $0.seed }) }
    let seed = recipe.seeds.min { a, b in
      missing.count { $0.contains(a) } < missing.count { $0.contains(b) }
    }
    // A teacher in a file has said nothing of the images that are drawn.
    let needed = teachers.indices.filter {
      experiment.isNeeded(teacher: $0) && teachers[$0].network != nil
    }
    for index in needed {
      guard let network = teachers[index].network else { continue }
      let learner =
        seed.flatMap { seed in
          teachers[index].settings.seed == .each ? Learner.teacherOfSeed(index, seed: seed) : nil
        } ?? .teacher(index)
      // The teacher of a seed may have diverged.
      if learner.seed != nil, !FileManager.default.fileExists(atPath: file(learner)) { continue }
      indices[.trained(index)] = networks.count
      networks.append(
        Diagnostics.Network(
          name: needed.count > 1 ? experiment.name(of: .trained(index)) : nil, features: []))
      trained.append(
        try teachers[index].loaded
          ?? Checkpoint.load(file(learner), into: network, classes: classes))
    }
    for (index, row) in experiment.rows.enumerated() {
      guard let seed, !missing[index].contains(seed) else { continue }
      indices[.student(row: index)] = networks.count
      networks.append(
        Diagnostics.Network(
          row: row.name, teacher: row.teachers.lazy.compactMap { indices[$0] }.first, features: []))
      trained.append(
        try Checkpoint.load(
          file(.student(row: row.name, seed: seed)), into: row.network, classes: classes))
    }
    let images = try shownImages(widths: trained.map(width))
    for index in networks.indices {
      networks[index].features = features(of: images, trained[index])
    }
    var diagnostics = Diagnostics(
      classes: images.isLabelled ? data.training.classes : [],
      labels: images.labels.map { Int($0) },
      isOfFeatures: images.isOfFeatures ? true : nil, networks: networks,
      seed: seed == recipe.seeds.first ? nil : seed)
    if !recipe.evaluation.recall.isEmpty { addRetrieval(to: &diagnostics, trained) }
    return diagnostics
  }

  private func width(of trained: Model) -> Int {
    let data = experiment.data
    guard let few = try? data.retrieval.first(min(1, data.retrieval.count)), few.count > 0,
      trained.network.outputNames.contains("embedding")
    else { return 0 }
    return trained.features("embedding", of: few, normalizedBy: data.normalization).count
  }

  /// Images of all classes, or of evenly spaced ones among many; the same number of each, sorted by class.
  private func shownImages(widths: [Int]) throws -> ImageDataSet {
    let all = experiment.data.retrieval
    let known = Set(all.labels).sorted()
    let chosen = Set(
      (0..<min(known.count, Limit.classes)).map {
        known[$0 * known.count / min(known.count, Limit.classes)]
      })
    let possible = all.subset(at: all.labels.indices.filter { chosen.contains(all.labels[$0]) })
    let affordable = Limit.numbers / max(widths.reduce(0, +), 1)
    let images = try possible.balanced(
      min(possible.count, affordable, Limit.images), seed: experiment.recipe.data.seed.shared)
    return images.subset(
      at: images.labels.indices.sorted {
        (images.labels[$0], $0) < (images.labels[$1], $1)
      })
  }

  private func features(of images: ImageDataSet, _ trained: Model) -> [[Double]] {
    guard images.count > 0, trained.network.outputNames.contains("embedding") else { return [] }
    let features = trained.features(
      "embedding", of: images, normalizedBy: experiment.data.normalization)
    let width = features.shape[1]
    return features.withUnsafeBufferPointer { scalars in
      (0..<images.count).map { row in
        (0..<width).map { rounded(Double(scalars[row * width + $0])) }
      }
    }
  }

  /// The number rounded to four significant digits.
  private func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return 0 }
    return Double(String(format: "%.4g", value)) ?? value
  }

  private func addRetrieval(
    to diagnostics: inout Diagnostics, _ networks: [Model]
  ) {
    let (recipe, data) = (experiment.recipe, experiment.data)
    let images = data.retrieval
    let known = Set(images.labels).sorted().prefix(Limit.queries)
    let queries = known.compactMap { images.labels.firstIndex(of: $0) }
    var shown: [Int: Int] = [:]
    var order: [Int] = []
    func thumbnail(_ image: Int) -> Int {
      if let index = shown[image] { return index }
      shown[image] = order.count
      order.append(image)
      return order.count - 1
    }
    let queryThumbnails = queries.map(thumbnail)
    for (index, trained) in networks.enumerated() {
      guard trained.network.outputNames.contains(recipe.evaluation.layer) else { continue }
      let features = trained.features(
        recipe.evaluation.layer, of: images, normalizedBy: data.normalization)
      // The nearest image to a query is itself, or one of several equal ones.
      let nearest = NearestNeighbours.of(
        features.rows(queries), in: features, count: Limit.neighbours + 1)
      diagnostics.networks[index].retrieved = zip(queries, nearest).map { query, found in
        found.filter { $0 != query }.prefix(Limit.neighbours).map(thumbnail)
      }
    }
    guard !images.isOfFeatures else { return }
    // Of images that are neither grey nor coloured, the first channel is shown.
    let channels = images.shape.channels == 3 ? 3 : 1
    diagnostics.retrieval = Diagnostics.Retrieval(
      queries: queryThumbnails,
      thumbnails: order.map { image in
        Diagnostics.Thumbnail(
          label: Int(images.labels[image]),
          pixels: Data(images.image(at: image).pixels.prefix(channels * images.shape.plane)))
      },
      height: images.shape.height, width: images.shape.width,
      channels: channels == 1 ? nil : channels)
  }
}
