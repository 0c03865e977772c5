public import Distillation
import Tensors

/// What is measured of every network beside its accuracy, on its features of the test images.
public struct EvaluationSettings: Configurable {
  /// For which K the recall is measured: `recall@1`, ….
  public var recall: [Int] = []

  /// For which k the accuracy by nearest neighbours is measured: `knn@5`, ….
  public var neighbours: [Int] = []

  /// The output that serves as the features.
  public var layer = "embedding"

  public init() {}

  /// The names of the metrics.
  public var names: [String] { recall.map { "recall@\($0)" } + neighbours.map { "knn@\($0)" } }
}

extension EvaluationSettings {
  /// The metrics of a network; one of its test images is neighbour to the images that the network
  /// was trained on where the metric is the accuracy by nearest neighbours.
  func metrics(
    of trained: TrainedNetwork, trainedOn images: ImageDataSet, in data: TrainingData
  ) -> [(name: String, value: Double)] {
    func features(of images: ImageDataSet) -> Tensor {
      trained.features(layer, of: images, normalizedBy: data.normalization)
    }
    var values: [Double] = []
    if !recall.isEmpty {
      values += Retrieval.recall(
        of: features(of: data.retrieval), labels: data.retrieval.labels.map { Int($0) },
        at: recall)
    }
    if !neighbours.isEmpty {
      values += Retrieval.accuracy(
        of: features(of: data.test), labels: data.test.labels.map { Int($0) },
        byNeighboursIn: features(of: images), labels: images.labels.map { Int($0) },
        at: neighbours)
    }
    return Array(zip(names, values))
  }

  /// Throws ``TrainingError/recipe(path:problem:)``.
  func validate() throws {
    for (name, numbers) in [("recall", recall), ("neighbours", neighbours)]
    where Set(numbers).count < numbers.count || numbers.contains(where: { $0 < 1 }) {
      throw TrainingError.recipe(
        path: ["evaluation", name],
        problem: "expected different whole numbers of 1 or more, not \(numbers)")
    }
  }
}
