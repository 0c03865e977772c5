public import Distillation
import Tensors

/// The triplet loss, without a teacher: a positive is nearer than a negative, by a margin.
public struct Triplet: PaperModule {
  public static let citation = Citation(
    "FaceNet: A Unified Embedding for Face Recognition and Clustering",
    "Schroff, Kalenichenko, Philbin", "CVPR 2015", "https://arxiv.org/abs/1503.03832")

  /// m, by which a positive must be nearer than a negative for the loss to be 0.
  public var margin: Double
  /// Whether distances are squared, as the paper prints; in RKD's code they are not.
  public var squared: Bool
  /// Which triples of a batch are compared.
  public var mining: Mining
  /// Whether each embedding is first divided by its length.
  public var normalize: Bool
  /// The student's layer whose examples are compared, N×D.
  public var layer: String
  /// Makes the loss with these parameters.
  public init(
    margin: Double = 0.2, squared: Bool = false, mining: Mining = .all, normalize: Bool = false,
    layer: String = MatchedLayer.embedding.layer
  ) {
    (self.margin, self.squared, self.mining) = (margin, squared, mining)
    (self.normalize, self.layer) = (normalize, layer)
  }
  public static let standard = Self()

  public static let equation = "L = mean over (a, p, n) of max(0, d(a, p) − d(a, n) + m)"
  public var body: some LossTerm { Hinge(triplet: self) }

  public static let ranges: [String: ClosedRange<Double>] = ["margin": 0...100]
  public static let invariances: [Invariance] = [.translation, .batchOrder]
  public static let isZeroAtTeacher = false
  public static let isZeroForOneExample = true

  private struct Hinge: MomentTerm {
    let triplet: Triplet

    var dependsOnMoment: Bool { [.random, .distance].contains(triplet.mining) }

    var outputs: [OutputName] { [OutputName(triplet.layer)] }

    var readsLabels: Bool { true }

    /// The distances of every two examples, their squares and their gradients.
    func scalarsHeld(for student: Outputs) -> Int {
      let rows = (try? student[triplet.layer])?.shape.first ?? 0
      return Layout([rows, rows, 3]).count
    }

    func callAsFunction(student: Outputs, teacher: Outputs, at moment: Moment) throws -> Tensor {
      let features = try Output(layer: triplet.layer)(student)
      guard TensorKind.rows.admits(features.shape) else {
        throw DistillationError.unfit(
          Triplet.name, takes: "\(TensorKind.rows)", shapes: [features.shape], of: .student)
      }
      guard let labels = student.labels else {
        throw DistillationError.missingLabels(term: Triplet.name)
      }
      // Logits of pixels have a row for each pixel, and labels are of examples.
      guard features.shape[0] == labels.count else {
        throw DistillationError.unfit(
          Triplet.name, takes: "a row for each of \(labels.count) labels",
          shapes: [features.shape], of: .student)
      }
      let x = triplet.normalize ? features.flattened.normalized() : features.flattened
      let (n, d, m) = (labels.count, distances(x), triplet.margin)
      guard triplet.mining != .all else {
        let (sum, count) = d.tripletHinges(classes: labels.map { $0 < 0 ? nil : $0 }, margin: m)
        return sum / Tensor(Double(max(count, 1)))
      }
      var random = Random(seed: moment.seed, Triplet.name, index: moment.index)
      let triples = triplet.mining.triples(of: x, labels: labels, using: &random)
      let dp = d.gathered(triples.map { $0.anchor * n + $0.positive }, shape: [triples.count, 1])
      let dn = d.gathered(triples.map { $0.anchor * n + $0.negative }, shape: [triples.count, 1])
      return (dp - dn + Tensor(m)).relu().mean()
    }

    /// ‖v‖² for all differences v; or ‖v + ε‖ as in RKD's code, whose square is ‖v‖² + 2ε Σv + Dε².
    private func distances(_ x: Tensor) -> Tensor {
      let squares = x.pairwiseSquaredDistances
      if triplet.squared { return squares }
      let (ε, sums) = (1e-6, x.centered(axis: 0).sum(axis: 1, keepingDimensions: true))
      let offset = Tensor(2 * ε) * (sums - sums.transposed) + Tensor(Double(x.shape[1]) * ε * ε)
      return (squares + offset).relu().sqrt()
    }
  }
}
