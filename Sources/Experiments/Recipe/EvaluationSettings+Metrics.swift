import Distillation
import Tensors
import Training

extension EvaluationSettings {
  /// The names of the metrics.
  package var names: [String] { measurements.flatMap { $0.names } }

  /// The accuracy of a network, if the test images have labels, and its other metrics, by name.
  ///
  /// - Throws: The errors of the loss.
  func metrics(
    of model: Model, after history: [Epoch], trainedOn images: ImageDataSet,
    in data: TrainingData, _ trainer: Trainer?, _ state: LossState = LossState()
  ) throws -> [String: Double] {
    let accuracy =
      history.isEmpty
      ? model.test(on: data.test, normalizedBy: data.normalization).accuracy
      : history.last?.accuracy
    let others = try otherMetrics(of: model, trainedOn: images, in: data, trainer, state)
    return Dictionary((accuracy.map { [("accuracy", $0)] } ?? []) + others) { first, _ in first }
  }

  /// The metrics of a network besides its accuracy. The accuracy by nearest neighbours uses the
  /// images that the network was trained on as its gallery. The spread is measured only for a
  /// student, with its loss, its teacher and the tensors that the loss owns at the end.
  ///
  /// - Throws: The errors of the loss.
  func otherMetrics(
    of trained: Model, trainedOn images: ImageDataSet, in data: TrainingData,
    _ trainer: Trainer?, _ state: LossState = LossState()
  ) throws -> [(name: String, value: Double)] {
    var subject = Subject(
      trained: trained, images: images, data: data, trainer: trainer, state: state,
      layer: layer)
    return try measurements.flatMap { measurement in
      let values = try measurement.values(&subject)
      require(
        values.isEmpty || values.count == measurement.names.count,
        "[evaluation] \(values.count) values of \(measurement.names)")
      return zip(measurement.names, values).map { (name: $0, value: $1) }
    }
  }

  /// Metrics that are measured together. There is a value for each name, or none if there is
  /// nothing to measure.
  private struct Measurement {
    var names: [String]
    var values: (inout Subject) throws -> [Double]
  }

  private var measurements: [Measurement] {
    let all = [
      Measurement(names: recall.map { "recall@\($0)" }) {
        $0.recall(on: $0.data.retrieval, at: recall)
      },
      Measurement(names: cosine ? recall.map { "recall@\($0) by cosine" } : []) {
        $0.recall(on: $0.data.retrieval, at: recall, byCosine: true)
      },
      Measurement(names: neighbours.map { "knn@\($0)" }) { $0.accuracy(byNeighbours: neighbours) },
      Measurement(names: teacherNeighbours.map { "teacher neighbours@\($0)" }) {
        $0.sharedNeighbours(at: teacherNeighbours)
      },
      Measurement(names: fewShot?.names ?? []) { subject in
        let images = subject.data.retrieval
        return fewShot?.accuracies(of: subject.features(of: images), labels: images.classIndices)
          ?? []
      },
      Measurement(
        names: domain.map { domain in recall.map { "recall@\($0) on \(domain.name)" } } ?? []
      ) { subject in
        subject.data.domain.map { subject.recall(on: $0, at: recall) } ?? []
      },
      Measurement(names: training ? ["training accuracy"] : []) {
        [$0.trained.accuracy(on: $0.images, normalizedBy: $0.data.normalization)]
      },
      Measurement(names: spuriousTeacher == nil ? [] : ["spread"]) {
        try $0.spread(images: spuriousTeacher).map { [$0] } ?? []
      },
    ]
    return all.filter { !$0.names.isEmpty }
  }
}

/// A network whose metrics are measured, with the features that several of them read.
private struct Subject {
  let trained: Model
  /// The images that the network was trained on.
  let images: ImageDataSet
  let data: TrainingData
  let trainer: Trainer?
  let state: LossState
  let layer: String
  private var known: [(images: ImageDataSet, features: Tensor)] = []

  init(
    trained: Model, images: ImageDataSet, data: TrainingData, trainer: Trainer?,
    state: LossState, layer: String
  ) {
    (self.trained, self.images, self.data) = (trained, images, data)
    (self.trainer, self.state, self.layer) = (trainer, state, layer)
  }

  /// The features of images; those of equal images are computed once.
  mutating func features(of images: ImageDataSet) -> Tensor {
    if let same = known.first(where: { $0.images.hasSameImages(as: images) }) {
      return same.features
    }
    let features = trained.features(layer, of: images, normalizedBy: data.normalization)
    known.append((images, features))
    return features
  }

  mutating func recall(
    on images: ImageDataSet, at ks: [Int], byCosine: Bool = false
  ) -> [Double] {
    let features = features(of: images)
    return Retrieval.recall(
      of: byCosine ? features.normalized() : features, labels: images.classIndices, at: ks)
  }

  mutating func accuracy(byNeighbours ks: [Int]) -> [Double] {
    Retrieval.accuracy(
      of: features(of: data.test), labels: data.test.classIndices,
      byNeighboursIn: features(of: images), labels: images.classIndices, at: ks)
  }

  mutating func sharedNeighbours(at ks: [Int]) -> [Double] {
    guard let teacher = data.teacherFeatures else { return [] }
    return Retrieval.sharedNeighbours(
      student: features(of: data.retrieval), teacher: teacher, at: ks)
  }

  func spread(images count: Int?) throws -> Double? {
    guard let count, let trainer else { return nil }
    return try SpuriousTeacher(
      images: data.test, count: count, normalization: data.normalization
    ).spread(of: trainer, trained, state)
  }
}

extension ImageDataSet {
  fileprivate var classIndices: [Int] { labels.map { Int($0) } }
}
