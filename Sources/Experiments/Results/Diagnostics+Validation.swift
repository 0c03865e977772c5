import Distillation
import Tensors
import Training

extension Diagnostics {
  /// The limit is more than a run writes, and as much as a report can draw at once: so many images
  /// have 21 million angles.
  private static let mostImages = 350
  private static let mostNetworks = 10_000
  private static let longestSide = 4096

  /// The problem of a damaged file that a report could not draw; `nil` if there is none.
  package var problem: String? {
    guard labels.count <= Self.mostImages else {
      return "it has \(labels.count) labels; \(Self.mostImages) are the most"
    }
    guard networks.count <= Self.mostNetworks else {
      return "it has \(networks.count) networks; \(Self.mostNetworks) are the most"
    }
    for (index, network) in networks.enumerated() {
      if let problem = problem(of: network, at: index) {
        return (network.row.map { "row '\($0.visible)'" } ?? "the teacher") + problem
      }
    }
    return retrieval.flatMap(problem)
  }

  private func problem(of network: Network, at index: Int) -> String? {
    if let teacher = network.teacher, !(0..<index).contains(teacher) {
      return " is taught by network \(teacher), which is not one of the \(index) before it"
    }
    guard !network.features.isEmpty else { return nil }
    guard network.features.count == labels.count else {
      return " has features of \(network.features.count) images, not \(labels.count)"
    }
    guard Set(network.features.map { $0.count }).count == 1 else {
      return " has features of different lengths"
    }
    let isBeyond = network.features.joined().contains {
      abs($0) > Double(Float.greatestFiniteMagnitude)
    }
    return isBeyond ? " has a feature beyond Float32" : nil
  }

  private func problem(of retrieval: Retrieval) -> String? {
    for (name, pixels) in [("height", retrieval.height), ("width", retrieval.width)]
    where !(1...Self.longestSide).contains(pixels) {
      return "the \(name) of thumbnails is \(pixels), and not 1 to \(Self.longestSide)"
    }
    if let channels = retrieval.channels, ![1, 3].contains(channels) {
      return "thumbnails have \(channels) channels, and not 1 or 3"
    }
    let size = (retrieval.channels ?? 1) * retrieval.height * retrieval.width
    if retrieval.thumbnails.contains(where: { $0.pixels.count != size }) {
      return "a thumbnail has not \(retrieval.height)×\(retrieval.width) pixels"
    }
    let count = retrieval.thumbnails.count
    let indices = retrieval.queries + networks.flatMap { ($0.retrieved ?? []).joined() }
    let known = count == 0 ? "there are none" : "choose from 0 to \(count - 1)"
    return indices.first { !(0..<count).contains($0) }.map { "no thumbnail \($0); \(known)" }
  }
}
