import Distillation
package import Experiments
import Training

extension TeacherInFile {
  /// Says what the file covers, how good its logits are, that its outputs stay as they are, and what is
  /// therefore not measured.
  package var sentences: [String] {
    let (rows, images) = (NumberFormat.grouped(content.rows), NumberFormat.grouped(content.images))
    var sentences = [
      content.rows < content.images
        ? """
        It covers \(rows) of \(images) training examples, and all networks are trained on these alone.
        """ : "It covers all \(images) training examples."
    ]
    if let accuracy = content.accuracy {
      sentences.append("Its logits are right about \(NumberFormat.percent(accuracy)) of them.")
    }
    let mirrored = content.outputs.contains { $0.isRead && OutputName($0.name).view != nil }
    sentences.append(
      content.isFixed
        ? "Its outputs are fixed: they stay the same when augmentation changes an image."
        : "Its outputs are of the examples as they are\(mirrored ? ", and mirrored" : "").")
    if content.outputs.contains(where: { $0.isRead && $0.isHeld }) {
      sentences.append("What is compressed, or not in row-major order, is held in memory.")
    }
    return sentences
  }

  /// Says what is not measured.
  package static let notMeasured = "A file of outputs is not measured itself."
}

extension Results {
  /// Says that there is no accuracy, if there is none.
  package var accuracySentences: [String] {
    isWithoutAccuracy ? ["The test data have no labels, so that no accuracy is measured."] : []
  }

  /// A paragraph on each teacher that is a file.
  package var fileSentences: [String] {
    (files ?? []).map { file in
      let text = (file.sentences + [TeacherInFile.notMeasured]).joined(separator: " ")
      return "The teacher \(file.name) is a file. \(text)"
    }
  }
}
