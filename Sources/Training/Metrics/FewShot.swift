import Distillation
package import Tensors

/// N-way k-shot classification by prototypes. An episode draws some classes and a few examples of
/// each; the mean feature of a class's examples is its prototype. Each query is assigned to the
/// nearest prototype by Euclidean distance.
///
/// J. Snell et al., Prototypical Networks for Few-shot Learning, NIPS 2017.
package struct FewShotSettings: Configurable {
  /// The number of classes in an episode.
  package var ways = 5

  /// The numbers of examples per class. Each gives a metric of its own: `1-shot`, `5-shot`.
  package var shots = [1, 5]

  /// The number of other images of each class that are classified.
  package var queries = 15

  /// The number of episodes over which the accuracy is averaged.
  package var episodes = 500

  /// The seed of all random draws.
  package var seed: UInt64 = 0

  package init() {}
  package static let standard = Self()

  package var names: [String] { shots.map { "\($0)-shot" } }

  /// The accuracies, one for each number of shots, from N×D features with N labels. Classes with
  /// fewer images than shots and queries together are left out; at least `ways` classes must
  /// remain.
  package func accuracies(of features: Tensor, labels: [Int]) -> [Double] {
    shots.map { accuracy(of: features, labels: labels, shots: $0) }
  }

  /// The classes that have enough images.
  package func classes(in labels: [Int], shots: Int) -> [Int] {
    Dictionary(grouping: labels.indices) { labels[$0] }
      .filter { $0.value.count >= shots + queries }.keys.sorted()
  }

  private func accuracy(of features: Tensor, labels: [Int], shots: Int) -> Double {
    let d = features.shape[1]
    let members = Dictionary(grouping: labels.indices) { labels[$0] }
    let classes = classes(in: labels, shots: shots)
    require(classes.count >= ways, "[few-shot] \(classes.count) classes for \(ways) ways")
    return features.withUnsafeBufferPointer { x in
      var correct = 0
      for episode in 0..<episodes {
        var random = Random(seed: seed, "few-shot", "\(shots)", index: episode)
        var drawn = classes
        random.shuffle(&drawn)
        let images = drawn.prefix(ways).map { label in
          var images = members[label] ?? []
          random.shuffle(&images)
          return Array(images.prefix(shots + queries))
        }
        let prototypes = images.map { images in
          (0..<d).map { k in
            images.prefix(shots).reduce(0) { $0 + Double(x[$1 * d + k]) } / Double(shots)
          }
        }
        for (way, images) in images.enumerated() {
          for query in images.dropFirst(shots) {
            let distances = prototypes.map { prototype in
              (0..<d).reduce(0) { sum, k in
                let difference = Double(x[query * d + k]) - prototype[k]
                return sum + difference * difference
              }
            }
            if distances.indices.min(by: { distances[$0] < distances[$1] }) == way { correct += 1 }
          }
        }
      }
      return Double(correct) / Double(episodes * ways * queries)
    }
  }
}
