package import Distillation

/// The place where a teacher's outputs come from.
package enum TeacherSource: Sendable {
  /// A network, which computes them of any images.
  case network(Model)
  /// A file, which has those of the training images.
  case file(StoredTeacher)

  /// The network; `nil` if there is only a file.
  package var model: Model? { if case .network(let model) = self { model } else { nil } }

  /// The outputs of these names on a batch. A file has them only of training images.
  ///
  /// - Throws: `FileError` if a file can no longer be read.
  package func outputs(on batch: Batch, giving names: [OutputName]) throws -> Outputs {
    switch self {
    case .network(let model):
      model.network.outputs(on: batch, model.weights, .inference, giving: names).outputs
    case .file(let stored): try stored.outputs(on: batch, giving: names)
    }
  }
}
