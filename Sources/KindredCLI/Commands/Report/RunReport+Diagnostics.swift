import Reports
import Training

extension RunReport.Features {
  init(_ diagnostics: Diagnostics) {
    self.init(
      layer: diagnostics.layer, classes: diagnostics.classes, labels: diagnostics.labels,
      networks: diagnostics.networks.filter { !$0.features.isEmpty }.map {
        Network(row: $0.row, vectors: $0.features)
      })
  }
}

extension RunReport.Retrieval {
  init(_ retrieval: Diagnostics.Retrieval, _ diagnostics: Diagnostics) {
    self.init(
      classes: diagnostics.classes, height: retrieval.height, width: retrieval.width,
      images: retrieval.thumbnails.map { Image(label: $0.label, pixels: Array($0.pixels)) },
      queries: retrieval.queries,
      networks: diagnostics.networks.compactMap { network in
        network.retrieved.map { Network(row: network.row, found: $0) }
      })
  }
}

extension Diagnostics {
  /// What a damaged file has wrong that would end a report.
  var problem: String? {
    for network in networks where !network.features.isEmpty {
      let name = network.row.map { "row '\($0)'" } ?? "the teacher"
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
