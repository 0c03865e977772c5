import Experiments
import Reports
import Training

extension RunReport.Features {
  /// - Parameters:
  ///   - diagnostics: What a file holds.
  ///   - teacher: What a teacher is called that has no name of its own.
  ///   - seed: The students', where the file does not say it.
  init(_ diagnostics: Diagnostics, teacher: String, seed: UInt64) {
    let networks = diagnostics.networks
    let drawn = networks.indices.filter { !networks[$0].features.isEmpty }
    self.init(
      layer: diagnostics.layer, classes: diagnostics.classes, labels: diagnostics.labels,
      networks: drawn.map { index in
        let network = networks[index]
        return Network(
          row: network.row, name: network.name.map { "teacher \($0)" } ?? network.row ?? teacher,
          teacher: network.teacher.flatMap { drawn.firstIndex(of: $0) },
          vectors: network.features)
      }, seed: diagnostics.seed ?? seed,
      knowsTeachers: diagnostics.schema != "kindred-diagnostics/1")
  }
}

extension RunReport.Retrieval {
  init(_ retrieval: Diagnostics.Retrieval, _ diagnostics: Diagnostics) {
    self.init(
      classes: diagnostics.classes, height: retrieval.height, width: retrieval.width,
      images: retrieval.thumbnails.map { Image(label: $0.label, pixels: Array($0.pixels)) },
      queries: retrieval.queries,
      networks: diagnostics.networks.compactMap { network in
        network.retrieved.map { found in
          Network(
            name: network.row ?? network.name.map { "teacher \($0)" } ?? "teacher", found: found)
        }
      })
  }
}
