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

extension Diagnostics {
  /// What a damaged file has wrong that would end a report.
  var problem: String? {
    for (index, network) in networks.enumerated() {
      let name = network.row.map { "row '\($0)'" } ?? "the teacher"
      if let teacher = network.teacher, !(0..<index).contains(teacher) {
        return "\(name) is taught by network \(teacher), which is none of the \(index) before it"
      }
      guard !network.features.isEmpty else { continue }
      guard network.features.count == labels.count else {
        return "\(name) has features of \(network.features.count) images, not \(labels.count)"
      }
      guard Set(network.features.map(\.count)).count == 1 else {
        return "\(name) has features of different lengths"
      }
      if network.features.joined().contains(where: {
        abs($0) > Double(Float.greatestFiniteMagnitude)
      }) {
        return "\(name) has a feature beyond Float32"
      }
    }
    guard let retrieval else { return nil }
    let count = retrieval.thumbnails.count
    let size = retrieval.height * retrieval.width
    if retrieval.thumbnails.contains(where: { $0.pixels.count != size }) {
      return "a thumbnail has not \(retrieval.height)×\(retrieval.width) pixels"
    }
    let indices = retrieval.queries + networks.flatMap { ($0.retrieved ?? []).joined() }
    return indices.first { !(0..<count).contains($0) }
      .map { "there is no thumbnail \($0); there is 0 to \(count - 1)" }
  }
}
