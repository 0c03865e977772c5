import Foundation
import TensorFiles

/// IDX files as MNIST, Fashion-MNIST, EMNIST, KMNIST and QMNIST name theirs, gzipped or not:
/// `train-images-idx3-ubyte`, `emnist-letters-test-labels-idx1-ubyte.gz`.
enum IDXFolder: DataReader {
  static let files = "train-images-idx3-ubyte … (IDX)"
  static let settings: [String] = []

  static func read(_ names: Set<String>, in folder: String, _ data: DataFiles) throws -> DataParts?
  {
    let images = names.compactMap { name in
      name.wholeMatch(of: /(.*?)(train|test|t10k)[-.]images[-.]idx3-ubyte(\.gz)?/).map {
        (name: name, set: String($0.1), part: String($0.2))
      }
    }
    guard !images.isEmpty else { return nil }
    let sets = Set(images.map { $0.set }).sorted()
    guard let set = sets.first, sets.count == 1 else {
      throw DataSetError.malformed(
        file: folder,
        problem: """
          it has IDX files of several sets, \(sets.map { "'\($0)…'" }.joined(separator: ", ")): \
          give each a folder
          """)
    }
    func part(_ kinds: [String]) throws -> DataPart {
      // Where a file stands beside its gzipped form, it is the one that is read.
      let found = images.filter { kinds.contains($0.part) }.min {
        ($0.name.count, $0.name) < ($1.name.count, $1.name)
      }
      guard let found else {
        throw FileError.missing(
          file: path(folder, "\(set)\(kinds[0])-images-idx3-ubyte") + "[.gz]")
      }
      return try Self.part(found.name, "\(set)\(found.part)", names, in: folder)
    }
    return DataParts(kind: "IDX", training: try part(["train"]), test: try part(["t10k", "test"]))
  }

  private static func part(
    _ name: String, _ start: String, _ names: Set<String>, in folder: String
  ) throws -> DataPart {
    let labelNames = names.filter {
      $0.hasPrefix(start)
        && $0.dropFirst(start.count).wholeMatch(
          of: /[-.]labels[-.](idx1-ubyte|idx1-int|idx2-int)(\.gz)?/) != nil
    }
    guard let labels = labelNames.min(by: { ($0.count, $0) < ($1.count, $1) }) else {
      throw FileError.missing(file: path(folder, "\(start)-labels-idx1-ubyte") + "[.gz]")
    }
    let (count, examples) = try images(in: path(folder, name))
    return try DataPart(
      file: path(folder, labels), examples: examples,
      labels: .numbers(IDX.classes(in: path(folder, labels)))
    ).checked(examples: count, in: path(folder, name))
  }

  /// The images of a file, without their labels.
  static func images(in path: String) throws -> (count: Int, DataPart.Examples) {
    if let (shape, pixels) = try IDX.plainImages(in: path),
      pixels.count > DataPart.Examples.heldBytes
    {
      let image = ImageShape(height: shape[1], width: shape[2])
      return (shape[0], .images(StoredImages(pixels, of: image), image))
    }
    let images = try IDX.images(in: path)
    let image = ImageShape(height: images.height, width: images.width)
    return (images.count, .images(Held(images.pixels, each: image.count), image))
  }

  private static func path(_ folder: String, _ name: String) -> String {
    (folder as NSString).appendingPathComponent(name)
  }
}
