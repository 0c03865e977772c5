package import Distillation
import Tensors

/// A measure of how far one wrong row of the teacher's outputs reaches: the share of the change in
/// the gradient at the student's outputs that falls on the other examples.
///
/// The first image of a batch gets the teacher's outputs on an image of another class. With the
/// gradients g before and g′ after, as one vector per example, the measure is √(Σ_{i≥1} ‖g′ᵢ − gᵢ‖²
/// / Σᵢ ‖g′ᵢ − gᵢ‖²). It is 0 for a loss that compares example by example (W. Zhang et al., VRM,
/// ICCV 2025).
package struct SpuriousTeacher {
  private let images: ImageDataSet
  private let normalization: PixelNormalization

  /// A measurement with `count` of these images and one more, or with fewer if there are not as
  /// many.
  package init(images: ImageDataSet, count: Int, normalization: PixelNormalization) {
    let first = images.labels.first ?? 0
    let other = images.labels.firstIndex { $0 != first } ?? 0
    let batch = images.labels.indices.filter { $0 != other }.prefix(count)
    self.images = images.subset(at: batch + [other])
    self.normalization = normalization
  }

  /// The measure for a student that this trainer trained; 0 if the loss reads no output of a
  /// teacher. Weights that change during training have their values at its end; those of
  /// `uncertainty` have their first values.
  ///
  /// - Parameters:
  ///   - trainer: The trainer.
  ///   - student: The student.
  ///   - state: The tensors that the loss owns at the end of the training; those that are left out
  ///     have their first values.
  /// - Returns: The measure.
  /// - Throws: The errors of the loss.
  package func spread(
    of trainer: Trainer, _ student: Model, _ state: LossState = LossState()
  ) throws -> Double {
    guard !trainer.teachers.isEmpty, images.count > 2 else { return 0 }
    let batch = Batches(
      of: images, size: images.count, sampler: SequentialSampler(), normalization: normalization,
      augmentation: Augmentation(), view: trainer.settings.view, seed: 0, epoch: 0)[0]
    let n = images.count - 1
    let source = student.network.outputs(
      on: batch, student.weights, .inference, giving: trainer.loss.outputs(of: .student)
    ).outputs
    // The known outputs are those of the training images.
    let target = try trainer.computedTarget(on: batch) ?? [:]
    func some(_ outputs: Outputs, at rows: [Int]) -> Outputs {
      var own = Outputs(on: batch)
      own.tensors = outputs.tensors.mapValues { $0.rows(rows) }
      own.labels = own.labels.map { Array($0.prefix(n)) }
      own.softLabels = own.softLabels?.rows(Array(0..<n))
      own.indices = Array(batch.indices.prefix(n))
      return own
    }
    func gradients(_ rows: [Int]) throws -> [String: Tensor] {
      try trainer.loss.evaluate(
        student: some(source, at: Array(0..<n)), teacher: some(target, at: rows),
        at: Moment(progress: 1),
        state: trainer.loss.withFirstWeights(state)
      ).gradients.tensors
    }
    let (before, after) = (try gradients(Array(0..<n)), try gradients([n] + Array(1..<n)))
    var changes = [Double](repeating: 0, count: n)
    for (name, g) in before {
      guard let h = after[name] else { continue }
      let width = g.count / n
      for (index, (a, b)) in zip(g.scalars, h.scalars).enumerated() {
        changes[index / width] += (Double(b) - Double(a)) * (Double(b) - Double(a))
      }
    }
    let all = changes.reduce(0, +)
    return all > 0 ? (changes.dropFirst().reduce(0, +) / all).squareRoot() : 0
  }
}
