import Foundation
import TensorFiles

/// Arrays in `.npz` or `.safetensors` files: `images` or `features`, and `labels`. MedMNIST's files
/// have `train_images`, `test_images` and so on in one.
enum ArrayFiles: DataReader {
  static let files = "train.npz and test.npz, or .safetensors (arrays)"
  static let settings: [String] = ["layout"]

  static func read(_ names: Set<String>, in folder: String, _ data: DataFiles) throws -> DataParts?
  {
    let formats = [".npz", ".safetensors"].filter { names.contains("train" + $0) }
    func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }
    if let format = formats.first {
      return try read(
        train: path("train" + format), test: path("test" + format), layout: data.layout)
    }
    // Another `.npz`, such as a teacher's outputs, may stand beside data of another kind.
    let others = names.sorted().filter { name in
      guard name.hasSuffix(".npz"), let file = try? TensorFile(path(name)) else { return false }
      return ["train_images", "train_features"].contains { file.contains($0) }
    }
    guard others.count == 1 else { return nil }
    return try read(train: path(others[0]), test: nil, layout: data.layout)
  }

  /// The data in a file to train on and one to test on, or in one file that has both.
  static func read(train: String, test: String?, layout: PixelLayout?) throws -> DataParts {
    let training = try part("train", in: train, layout)
    return DataParts(
      kind: "arrays in .\(format(of: train))", training: training,
      test: try part("test", in: test ?? train, layout, isOnlyFile: test == nil))
  }

  private static func format(of path: String) -> String {
    (path as NSString).pathExtension.lowercased()
  }

  private static func part(
    _ part: String, in path: String, _ layout: PixelLayout?, isOnlyFile: Bool = false
  ) throws -> DataPart {
    let file = try TensorFile(path)
    // MedMNIST's images are N×H×W×C.
    let isNamedByPart = file.contains("\(part)_images") || file.contains("\(part)_features")
    if isOnlyFile, !isNamedByPart {
      throw DataSetError.malformed(
        file: path,
        problem: "data.test names no file, and this one has no array '\(part)_images'")
    }
    let start = isNamedByPart ? "\(part)_" : ""
    let (count, examples) = try file.examples(
      start: start, layout: layout ?? (isNamedByPart ? .nhwc : nil))
    return try DataPart(
      file: path, examples: examples,
      labels: file.hasLabels(start) ? file.labels(start + "labels") : .none(count)
    ).checked(examples: count, in: path)
  }

  /// The `images` or `features` of a file, or MedMNIST's `test_images`, without their labels.
  static func examples(
    in path: String, _ layout: PixelLayout?
  ) throws -> (count: Int, DataPart.Examples) {
    let file = try TensorFile(path)
    let isPlain = file.contains("images") || file.contains("features")
    let isNamedByPart = !isPlain && (file.contains("test_images") || file.contains("test_features"))
    return try file.examples(
      start: isNamedByPart ? "test_" : "", layout: layout ?? (isNamedByPart ? .nhwc : nil))
  }
}

extension TensorFile {
  /// The examples of the one array `images` or `features`, whose name begins with `start`.
  fileprivate func examples(
    start: String, layout: PixelLayout?
  ) throws -> (count: Int, DataPart.Examples) {
    let found = ["images", "features"].filter { contains(start + $0) }
    guard found.count == 1 else {
      let names = names.sorted().map { "'\($0)'" }.joined(separator: ", ")
      throw TensorFileError.unsupported(
        file: path, tensor: nil,
        found: found.isEmpty ? "no array 'images' or 'features'" : "both 'images' and 'features'",
        possible: found.isEmpty ? names : "one of them")
    }
    let name = start + found[0]
    return found[0] == "images" ? try images(name, layout: layout) : try features(name)
  }

  /// The images of an array N×C×H×W, N×H×W×C or N×H×W.
  fileprivate func images(
    _ name: String, layout: PixelLayout?
  ) throws -> (count: Int, DataPart.Examples) {
    let (shape, kind) = try header(name)
    guard shape.count == 3 || shape.count == 4, !shape.contains(0) else {
      throw problem(name, "shape \(shape)", possible: "images, N×C×H×W, N×H×W×C or N×H×W")
    }
    if layout == nil, shape.count == 4, shape[1] > 4, shape[3] <= 4 {
      throw problem(
        name, "shape \(shape), whose channels seem to come last",
        possible: "data.layout: \"NHWC\", or \"NCHW\" if they do not")
    }
    let layout = shape.count == 3 ? .nchw : layout ?? .nchw
    let image =
      shape.count == 3
      ? ImageShape(height: shape[1], width: shape[2])
      : layout == .nchw
        ? ImageShape(channels: shape[1], height: shape[2], width: shape[3])
        : ImageShape(channels: shape[3], height: shape[1], width: shape[2])
    if kind == .bytes, shape[0] * image.count > DataPart.Examples.heldBytes,
      let elements = try plainElements(name)
    {
      return (shape[0], .images(StoredImages(elements, of: image, layout: layout), image))
    }
    var pixels =
      kind == .bytes ? try bytes(name) : try levels(name, kind, count: shape[0] * image.count)
    if layout == .nhwc {
      pixels.withUnsafeMutableBufferPointer { pixels in
        for index in 0..<shape[0] {
          UnsafeMutableBufferPointer(
            rebasing: pixels[index * image.count..<(index + 1) * image.count]
          ).separateChannels(of: image)
        }
      }
    }
    return (shape[0], .images(Held(pixels, each: image.count), image))
  }

  /// The levels of pixels that are not bytes: whole numbers from 0 to 255, or floating-point numbers
  /// from 0 (black) to 1 (white), which are rounded to 256 levels.
  private func levels(_ name: String, _ kind: NumberKind, count: Int) throws -> [UInt8] {
    let scale: Float = kind == .real ? 255 : 1
    let greatest: Float = kind == .real ? 1 : 255
    var levels: [UInt8] = []
    levels.reserveCapacity(count)
    try forEachPiece(of: name) { start, numbers in
      for (offset, number) in numbers.enumerated() {
        guard number >= 0, number <= greatest else {
          throw problem(
            name, "\(number) at \(start + offset) of \(count)",
            possible: kind == .real
              ? "pixels from 0 to 1 (or from 0 to 255 in uint8)" : "pixels from 0 to 255")
        }
        levels.append(UInt8((number * scale).rounded()))
      }
    }
    return levels
  }

  /// The features of an array N×D.
  fileprivate func features(_ name: String) throws -> (count: Int, DataPart.Examples) {
    let shape = try header(name).shape
    guard shape.count == 2, !shape.contains(0) else {
      throw problem(name, "shape \(shape)", possible: "features, N×D")
    }
    return (shape[0], .features(try rows(ofFeatures: name), width: shape[1]))
  }

  /// The rows of an array N×D of finite numbers, which stay in the file if they are large.
  func rows(ofFeatures name: String) throws -> any FeatureSource {
    let (shape, kind) = try header(name)
    let width = shape[1]
    let isHeld = shape[0] * width * MemoryLayout<Float>.size <= DataPart.Examples.heldBytes
    let elements = isHeld || kind != .real ? nil : try plainElements(name)
    var features: [Float] = []
    if elements == nil { features.reserveCapacity(shape[0] * width) }
    try forEachPiece(of: name) { start, numbers in
      if let offset = numbers.firstIndex(where: { !$0.isFinite }) {
        throw problem(
          name,
          "\(numbers[offset]) at [\((start + offset) / width), \((start + offset) % width)]",
          possible: "finite numbers")
      }
      if elements == nil { features += numbers }
    }
    return elements.map { StoredFeatures($0) } ?? Held(features, each: width)
  }

  func problem(_ name: String, _ found: String, possible: String) -> TensorFileError {
    .unsupported(file: path, tensor: name, found: found, possible: possible)
  }
}
