import Distillation
import Foundation
import TensorFiles
import Tensors

/// The file to which the gradient of a loss is written. It is checked before the loss is evaluated.
struct GradientFile {
  let path: String

  private let isReplaced: Bool
  /// The shapes of outputs that the loss does not read. Its gradient is 0 there.
  private var unread: [String: [Int]] = [:]

  /// Checks that the file can be written.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - isReplaced: Whether the file is replaced if it exists.
  ///   - inputs: The files that the loss is evaluated on. They are never replaced.
  /// - Throws: An error if the gradient cannot be written there.
  init(_ path: String, replacing isReplaced: Bool, inputs: ScorePaths) throws {
    self.path = path
    self.isReplaced = isReplaced
    if let input = inputs.all.first(where: { isReplaced && Self.isSame(path, $0.path) }) {
      throw CommandError.wouldOverwriteInput(path, label: input.label)
    }
    do {
      try TensorFile.checkOutput(path, overwriting: isReplaced)
    } catch FileError.exists {
      throw CommandError.fileExists(path)
    }
  }

  /// Whether two paths lead to the same file, possibly through links.
  private static func isSame(_ path: String, _ other: String) -> Bool {
    var (one, two) = (stat(), stat())
    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev
      && one.st_ino == two.st_ino
  }

  /// Checks that the file's format can hold a gradient at each of the student's outputs, and at so many
  /// parameters of the loss.
  mutating func check(_ student: OutputsFile, parameters: Int) throws {
    unread = student.unreadShapes
    let read = student.outputs.tensors.keys.count { !Outputs.descriptions.contains($0) }
    try TensorFile.checkOutput(
      path, arrayCount: read + unread.count + parameters, overwriting: true)
  }

  func write(_ gradients: [String: Tensor]) throws {
    let zeros = unread.mapValues { Tensor(repeating: 0, shape: $0) }
    try TensorFile.write(
      gradients.merging(zeros) { known, _ in known }, to: path, overwriting: isReplaced)
  }
}
