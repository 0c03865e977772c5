import TensorFiles

@testable import Training

extension FuzzTarget {
  /// A table to train and to test on.
  static let csv = FuzzTarget(name: "csv") { readData($0, ".csv") }

  /// Arrays to train and to test on.
  static let arrays = FuzzTarget(name: "arrays") { readData($0, ".npz") }

  /// What is read has a label for each example, and the same examples to test on.
  private static func readData(_ bytes: [UInt8], _ ending: String) {
    let path = Scratch.file("input\(ending)", bytes)
    let read = accepted(unless: DataSetError.self, TensorFileError.self) {
      try DataFiles(train: path, test: path).read(name: "input")
    }
    guard let read else { return }
    let (training, test) = (read.training, read.test)
    // Arrays may have other examples to test on under names of their own.
    if ending == ".csv" { check(training.labels == test.labels, "other labels to test on") }
    for examples in [training, test] {
      check(examples.count == examples.labels.count, "\(examples.labels.count) labels")
      check(
        examples.labels.allSatisfy { examples.classes.indices.contains(Int($0)) },
        "a label of no class")
    }
    let normalization = PixelNormalization(of: training)
    for batch in Batches(of: training, size: 64, normalization: normalization) {
      check(batch.images.firstNonFinite == nil, "a number that is not finite")
    }
  }

  /// A PNG or a JPEG has as many pixels as it says, in its own size and in another.
  static let picture = FuzzTarget(name: "picture") { bytes in
    guard case .success(let image) = DecodedImage.decode(Scratch.file("input", bytes)) else {
      return
    }
    check(image.pixels.count == image.shape.count, "\(image.pixels.count) of \(image.shape)")
    guard image.shape.count < 1 << 16 else { return }
    let small = image.resized(to: 5)
    check(small.pixels.count == small.shape.count, "\(small.pixels.count) of \(small.shape)")
    let (levels, smallLevels) = (image.pixels, small.pixels)
    check(
      (levels.min() ?? 0) <= (smallLevels.min() ?? 0)
        && (smallLevels.max() ?? 0) <= (levels.max() ?? 0),
      "means beyond the levels of \(image.shape)")
  }
}
