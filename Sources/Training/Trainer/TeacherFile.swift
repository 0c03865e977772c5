package import Distillation
import TensorFiles
import Tensors

/// A file of a teacher's outputs before its rows are compared with the data.
package struct TeacherFile {
  /// The path of the file.
  package let path: String
  private let file: TensorFile
  /// Whether its outputs stand for images that are changed.
  package let isFixed: Bool
  /// What its rows are of: `training examples`.
  private let examples: String
  /// The names of the arrays that losses read.
  private var wanted: Set<String> = []

  /// The names of arrays that are no outputs.
  private enum Reserved {
    /// The image that each row is of, counted from 0.
    static let index = "index"
    /// The checksum of the images: an array of one number, or a text among the metadata.
    static let checksum = "images_crc32"
  }

  /// Opens the file at a path, of the `training` or the `test` examples. If its outputs are fixed, they stand for
  /// images that are changed.
  ///
  /// - Throws: `FileError` or `TensorFileError`.
  package init(_ path: String, of part: String = "training", isFixed: Bool = false) throws {
    (self.path, self.isFixed, examples) = (path, isFixed, "\(part) examples")
    file = try TensorFile(path)
    guard !file.contains(TensorFile.unnamed) else {
      throw problem(
        "its array has no name: save it by its name, as numpy.savez(\"teacher.npz\", logits=…)")
    }
  }

  /// The names of the outputs.
  package var names: [String] {
    file.names.filter { $0 != Reserved.index && $0 != Reserved.checksum }
  }

  /// The number of logits of a row; `nil` if there are none.
  package var classes: Int? {
    guard let shape = try? file.header("logits").shape, shape.count == 2 else { return nil }
    return shape[1]
  }

  /// Whether a loss reads an output.
  package var isRead: Bool { !wanted.isEmpty }

  /// Asks for an output.
  ///
  /// - Throws: `DistillationError` if there is none of this name.
  package mutating func ask(for name: OutputName) throws {
    guard let array = name.array(among: names, isFixed: isFixed) else {
      let possible = names.filter { isFixed || OutputName($0).isInFile }
      throw DistillationError.missingOutput("\(name)", available: possible.sorted())
    }
    wanted.insert(array)
  }

  /// Asks for the outputs of mirrored images.
  ///
  /// - Returns: The name of the array that the file would need; `nil` if it has it, or needs none.
  package mutating func askForMirrored(_ name: OutputName) -> String? {
    guard name.view == nil, let array = name.array(among: names, isFixed: isFixed) else {
      return nil
    }
    let mirrored = OutputName(array).mirrored
    guard file.contains(mirrored) else { return isFixed ? nil : mirrored }
    wanted.insert(mirrored)
    return nil
  }
}

extension TeacherFile {
  /// The teacher of these images. Its rows stand in the images' order unless `index` says otherwise. Every number
  /// that is asked for is read once.
  ///
  /// - Throws: ``TrainingError/teacher(path:problem:)`` if the file is of other images or has a number that is
  ///   not finite; `FileError` or `TensorFileError` if it cannot be read.
  package func teacher(of images: ImageDataSet) throws -> StoredTeacher {
    try checkImages(images)
    let index = try index(into: images.count)
    var arrays: [String: StoredRows] = [:]
    for name in wanted.sorted() {
      arrays[name] = try rows(name, count: index?.count ?? images.count, isIndexed: index != nil)
    }
    for (name, rows) in arrays.sorted(by: { $0.key < $1.key }) {
      guard let mirrored = arrays[OutputName(name).mirrored], mirrored.shape != rows.shape
      else { continue }
      throw problem(
        "'\(OutputName(name).mirrored)' has shape \(mirrored.shape), and '\(name)' \(rows.shape)")
    }
    let labels = index.map { $0.map { images.labels[$0] } } ?? images.labels
    let content = try StoredContent(
      of: arrays, labels: images.isLabelled ? labels : nil, classes: images.classes.count,
      problem: problem)
    var rowsOfPlaces = [Int32](
      repeating: -1, count: (images.labels.indices.map(images.place).max() ?? -1) + 1)
    for (row, image) in (index ?? Array(images.labels.indices)).enumerated() {
      rowsOfPlaces[images.place(of: image)] = Int32(row)
    }
    var checksum = content.checksum
    rowsOfPlaces.withUnsafeBytes { checksum.add($0) }
    return StoredTeacher(
      path: path,
      summary: StoredTeacher.Summary(
        outputs: try names.sorted().map { try output($0, arrays[$0]) },
        rows: index?.count ?? images.count, images: images.count, isFixed: isFixed,
        accuracy: content.accuracy),
      checksum: checksum.text, arrays: arrays, isFixed: isFixed, rowsOfPlaces: rowsOfPlaces)
  }

  private func problem(_ text: String) -> TrainingError { .teacher(path: path, problem: text) }

  private func output(
    _ name: String, _ rows: StoredRows?
  ) throws -> StoredTeacher.Summary.Output {
    let (shape, type) = try file.outline(name)
    return StoredTeacher.Summary.Output(
      name: name, shape: Array(shape.dropFirst()), type: type, isRead: rows != nil,
      isHeld: rows?.isHeld ?? false)
  }

  private func rows(_ name: String, count: Int, isIndexed: Bool) throws -> StoredRows {
    let rows = try file.rows(name)
    guard rows.shape[0] == count else {
      throw problem(
        isIndexed
          ? "its '\(name)' has \(rows.shape[0]) rows, and its '\(Reserved.index)' \(count)"
          : """
          its '\(name)' has \(rows.shape[0]) rows, and the data has \(count) \(examples); an \
          array '\(Reserved.index)' says which examples the rows are of
          """)
    }
    guard rows.width > 0 else {
      throw problem("its '\(name)' of shape \(rows.shape) has no numbers")
    }
    return rows
  }

  /// The image of each row, if the file says so.
  private func index(into count: Int) throws -> [Int]? {
    guard file.contains(Reserved.index) else { return nil }
    let (shape, index) = try file.wholeNumbers(Reserved.index)
    guard !index.isEmpty, shape.count == 1 else {
      throw problem("its '\(Reserved.index)' has shape \(shape), not a number for each row")
    }
    var rows = [Int?](repeating: nil, count: count)
    for (row, image) in index.enumerated() {
      guard rows.indices.contains(image) else {
        throw problem(
          """
          its '\(Reserved.index)' has \(image) at \(row), and the data has \(count) \(examples), \
          0 to \(count - 1)
          """)
      }
      if let first = rows[image] {
        throw problem("its '\(Reserved.index)' has \(image) twice, at \(first) and at \(row)")
      }
      rows[image] = row
    }
    return index
  }

  /// Compares the checksum of the images, if the file has one.
  private func checkImages(_ images: ImageDataSet) throws {
    var known: Int?
    if file.contains(Reserved.checksum) {
      let numbers = try file.wholeNumbers(Reserved.checksum).numbers
      guard numbers.count == 1 else {
        throw problem("its '\(Reserved.checksum)' has \(numbers.count) numbers, not one")
      }
      known = numbers[0]
    } else if let text = file.metadata[Reserved.checksum] {
      guard let number = Int(text) else {
        throw problem(
          """
          its '\(Reserved.checksum)' is '\(text.visible)', not a whole number as \
          zlib.crc32(images.tobytes()) gives
          """)
      }
      known = number
    }
    guard let known else { return }
    let found = Int(Checksum(ofPixels: images).value)
    guard known != found else { return }
    throw problem(
      """
      its '\(Reserved.checksum)' is \(known), and that of the \(examples) is \(found): its \
      rows are of other examples, or in another order
      """)
  }
}
