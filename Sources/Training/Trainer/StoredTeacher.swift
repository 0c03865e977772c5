package import Distillation
import TensorFiles
package import Tensors

/// A teacher of which there is only a file: what a network in any framework said of the training images.
///
/// A row is read when a batch needs it, so that the file may be larger than the memory.
package struct StoredTeacher: Sendable {
  /// The path of the file.
  package let path: String
  /// Everything that a plan and a report say of the file.
  package let summary: Summary
  /// The checksum of everything that students learn from.
  package let checksum: String

  /// The arrays that losses read, by name.
  let arrays: [String: StoredRows]
  /// Whether an output stands for every view of an image that the file lacks.
  let isFixed: Bool
  /// The row of each image, by the image's place in the data; −1 for images that the file leaves out.
  let rowsOfPlaces: [Int32]

  /// The content of a file.
  package struct Summary: Codable, Hashable, Sendable {
    /// An array of outputs.
    package struct Output: Codable, Hashable, Sendable {
      package var name: String
      /// The shape of one row.
      package var shape: [Int]
      /// The type as the file writes it: `dtype F16`.
      package var type: String
      /// Whether a loss reads it.
      package var isRead: Bool
      /// Whether it is compressed, or in another order, so that it is held in memory.
      package var isHeld: Bool
    }

    package var outputs: [Output]
    /// The number of rows, and that of the training images in the data. They differ if the file says which
    /// images its rows are of.
    package var rows: Int
    package var images: Int
    /// Whether the recipe says that the outputs stand for images that are changed.
    package var isFixed: Bool
    /// The share of rows whose largest logit is that of the image's class; `nil` if no loss reads `logits`.
    package var accuracy: Double?
  }

  /// The name of the view of images with left and right exchanged: `logits@mirrored`.
  package static let mirroredView = "mirrored"

  /// Whether the file has a row for the image at a place of the data.
  package func covers(_ place: Int) -> Bool { rowsOfPlaces[place] >= 0 }

  /// The outputs of these names on the images of a batch.
  ///
  /// - Throws: `FileError` if the file can no longer be read.
  /// - Precondition: The file covers the images, and the names were asked for when it was opened.
  package func outputs(on batch: Batch, giving names: [OutputName]) throws -> Outputs {
    let rows = batch.places.map { Int(rowsOfPlaces[$0]) }
    var outputs = Outputs(on: batch)
    for name in names {
      guard let array = name.array(among: arrays.keys, isFixed: isFixed), let plain = arrays[array]
      else { continue }
      let mirrored = name.view == nil ? arrays[OutputName(array).mirrored] : nil
      outputs.tensors[name == .lastStage ? array : "\(name)"] =
        try plain.gathered(rows, or: mirrored.map { ($0, batch.areMirrored) })
    }
    return outputs
  }
}

extension StoredTeacher {
  /// The rows of an output for these images, as a matrix.
  ///
  /// - Throws: `FileError` if the file can no longer be read.
  /// - Precondition: The file covers the images, and the output was asked for when it was opened.
  package func features(_ name: String, of images: ImageDataSet) throws -> Tensor {
    guard let array = OutputName(name).array(among: arrays.keys, isFixed: isFixed),
      let rows = arrays[array]
    else { fatalError("[teacher] '\(name)' was not asked for") }
    let all = images.labels.indices.map { Int(rowsOfPlaces[images.place(of: $0)]) }
    return try rows.gathered(all).reshaped([all.count, rows.width])
  }
}

extension OutputName {
  /// The name of the array that a loss reads when it asks for this output. If the outputs are fixed, those of
  /// the images themselves stand for a view that the file lacks.
  func array(among names: some Collection<String>, isFixed: Bool) -> String? {
    if isFixed || isInFile, let own = resolved(among: names), names.contains(own) { return own }
    guard isFixed, view != nil else { return nil }
    let plain = of(view: nil).description
    return names.contains(plain) ? plain : nil
  }

  /// Whether a file can have it: other views than mirrored images are drawn anew in each epoch.
  var isInFile: Bool { view == nil || view == StoredTeacher.mirroredView }

  /// The name of the array for mirrored images.
  var mirrored: String { of(view: StoredTeacher.mirroredView).description }
}
