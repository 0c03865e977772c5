import Distillation
package import Tensors

/// How alike the layers of two networks are: whether they relate the same examples in the same way.
///
/// Two layers are as alike as the cosine of their U-centred relations says. For independent layers it is 0 but for
/// chance, whose part is about √(2 / (n (n − 3))) of n examples. Of kernels that is the debiased centred kernel alignment (Nguyen, Raghu, Kornblith, Do Wide and Deep Networks
/// Learn the Same Things?, ICLR 2021), and of distances the bias-corrected distance correlation (Székely and Rizzo,
/// Partial Distance Correlation with Methods for Dissimilarities, Annals of Statistics 2014). Without U-centring,
/// independent layers of fewer examples than features seem to be alike.
package struct LayerSimilarities: Sendable {
  /// The relation by which layers are compared.
  package enum Measure: String, CaseIterable, Sendable {
    /// Inner products, as in CKA.
    case cka
    /// Distances, as in RKD.
    case rkd
    /// Inner products in rows of length 1, as in SP, made symmetric.
    case sp
  }

  /// A layer of a network: its name, and its numbers on all examples, N×….
  package typealias Layer = (name: String, values: Tensor)

  package let measure: Measure
  /// The number of examples.
  package let examples: Int
  package let student, teacher: [String]
  /// A row for each layer of the student, with a number from −1 to 1 for each layer of the teacher; `nil` if one of
  /// the two relates all examples alike.
  package let values: [[Double?]]

  /// Compares layers.
  ///
  /// - Precondition: All layers have as many examples, four or more, and their numbers are finite.
  ///
  /// It takes the memory of ``bytes(examples:layers:)``.
  package init(student: [Layer], teacher: [Layer], by measure: Measure) {
    self.measure = measure
    (self.student, self.teacher) = (student.map { $0.name }, teacher.map { $0.name })
    examples = student.first?.values.shape.first ?? 0
    let known = teacher.map { Self.relation(of: $0.values, by: measure) }
    values = student.map { layer in
      let relation = Self.relation(of: layer.values, by: measure)
      return known.map { Self.cosine(relation, $0) }
    }
  }

  /// The memory that a comparison takes: the relations of all layers of the teacher, and what one relation needs.
  package static func bytes(examples: Int, layers: Int) -> Int {
    (layers + 8) * examples * examples * MemoryLayout<Float>.size
  }

  private static func relation(of layer: Tensor, by measure: Measure) -> Tensor {
    // Relations are those of examples near 1, so that no square leaves Float32.
    let x = layer.flattened.atUnitScale()
    let relation: Tensor
    switch measure {
    case .cka: relation = Gram()(Centered()(x))
    case .rkd: relation = Distances()(Centered()(x))
    case .sp:
      let rows = RowNormalized()(Gram()(x))
      relation = rows + rows.transposed
    }
    return DoublyCentered(unbiased: true)(relation)
  }

  private static func cosine(_ a: Tensor, _ b: Tensor) -> Double? {
    let (ab, aa, bb) = (dot(a, b), dot(a, a), dot(b, b))
    guard aa > 0, bb > 0 else { return nil }
    return min(max(ab / (aa * bb).squareRoot(), -1), 1)
  }

  private static func dot(_ a: Tensor, _ b: Tensor) -> Double { Double((a * b).sum().scalar) }
}

extension LayerSimilarities {
  /// The layer of the teacher that is most like one of the student.
  package struct Choice: Sendable {
    package let student, teacher: String
    package let similarity: Double
    /// The layer of the teacher that is next.
    package let next: (name: String, similarity: Double)?
  }

  /// The least similarity that says something: three times what chance makes of so many examples.
  private var least: Double {
    max(0.1, 3 * (2 / Double(examples * (examples - 3))).squareRoot())
  }

  /// For each layer of the student, the most alike of the teacher's; `nil` if none is like it.
  package var choices: [Choice?] {
    zip(student, values).map { name, row in
      let known = zip(teacher, row).compactMap { teacher, value in value.map { (teacher, $0) } }
        .sorted { $0.1 > $1.1 }
      guard let best = known.first, best.1 >= least else { return nil }
      return Choice(
        student: name, teacher: best.0, similarity: best.1,
        next: known.dropFirst().first.map { (name: $0.0, similarity: $0.1) })
    }
  }
}

extension LayerSimilarities.Choice {
  /// The term that makes these two layers more alike.
  package func formula(_ measure: LayerSimilarities.Measure) -> String {
    let term = measure == .rkd ? "rkd.distance" : measure.rawValue
    let (own, other) = (describe(student), describe(teacher))
    return "\(term)(layer: \(own)" + (teacher == student ? ")" : ", teacherLayer: \(other))")
  }
}
