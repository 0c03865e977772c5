import Distillation
package import Tensors

/// The predictions of a trained network for some examples.
package struct Predictions: Sendable {
  /// The logits, N×C, and the softmax of each row of them.
  package let logits, probabilities: Tensor
  /// The features in front of the logits, N×D.
  package let embedding: Tensor
  /// The index of the class of the largest logit of each example.
  package let classes: [Int]

  /// The predictions of a network for all examples.
  ///
  /// - Throws: ``TrainingError/prediction(example:value:)`` if a logit or a feature is not finite.
  package init(of examples: ImageDataSet, by trained: TrainedModel) throws {
    var parts: (logits: [Tensor], embedding: [Tensor]) = ([], [])
    var start = 0
    for batch in Batches(
      of: examples, size: Batches.ofInference, normalization: trained.input.normalization)
    {
      let outputs = trained.model.outputs(on: batch.images, giving: ["logits", "embedding"])
      for name in ["logits", "embedding"] {
        guard let output = outputs.tensors[name] else {
          fatalError("[predictions] \(trained.model.network.name) has no '\(name)'")
        }
        if let (index, value) = output.firstNonFinite {
          throw TrainingError.prediction(example: start + (index.first ?? 0), value: value.text)
        }
        if name == "logits" { parts.logits.append(output) } else { parts.embedding.append(output) }
      }
      start += batch.labels.count
    }
    logits = .concatenated(parts.logits)
    embedding = .concatenated(parts.embedding)
    probabilities = logits.softmax()
    classes = logits.indicesOfLargest
  }
}
