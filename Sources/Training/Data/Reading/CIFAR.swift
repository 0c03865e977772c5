import Foundation
import TensorFiles
import Tensors

/// The binary files of CIFAR-10 and CIFAR-100: records of labels and 3×32×32 bytes.
///
/// Source: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009, and
/// <https://www.cs.toronto.edu/~kriz/cifar.html>. A record of CIFAR-100 begins with the superclass,
/// and its class follows; networks learn the class, or the superclass if the labels are to be `coarse`.
enum CIFAR: DataReader {
  static let files = "data_batch_1.bin … and test_batch.bin, or train.bin and test.bin (CIFAR)"
  static let settings: [String] = ["labels"]

  private static let shape = ImageShape(channels: 3, height: 32, width: 32)

  private static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  static func read(_ names: Set<String>, in folder: String, _ data: DataFiles) throws -> DataParts?
  {
    let batches = names.filter { $0.wholeMatch(of: /data_batch_[0-9]+\.bin/) != nil }.sorted {
      ($0.count, $0) < ($1.count, $1)
    }
    if !batches.isEmpty {
      guard data.labels == nil else {
        throw DataSetError.malformed(
          file: folder, problem: "it holds CIFAR-10 binary, of which data.labels says nothing")
      }
      // A set of which a file is missing is not the set.
      for (index, name) in batches.enumerated() where name != "data_batch_\(index + 1).bin" {
        throw FileError.missing(
          file: (folder as NSString).appendingPathComponent("data_batch_\(index + 1).bin"))
      }
      return DataParts(
        kind: "CIFAR-10 binary",
        training: try part(batches, in: folder, labels: 1, label: 0, classes: 10),
        test: try part(["test_batch.bin"], in: folder, labels: 1, label: 0, classes: 10),
        classes: lines("batches.meta.txt", in: folder, count: 10) ?? classes)
    }
    guard names.contains("train.bin") else { return nil }
    let wanted = data.labels ?? "fine"
    guard let label = ["coarse", "fine"].firstIndex(of: wanted) else {
      throw DataSetError.malformed(
        file: folder,
        problem: """
          data.labels is '\(wanted.visible)', and CIFAR-100 has 'fine' ones, of 100 classes, and 'coarse' ones, of \
          20 superclasses
          """)
    }
    let count = label == 0 ? 20 : 100
    return DataParts(
      kind: label == 0 ? "CIFAR-100 binary, superclasses" : "CIFAR-100 binary",
      training: try part(["train.bin"], in: folder, labels: 2, label: label, classes: count),
      test: try part(["test.bin"], in: folder, labels: 2, label: label, classes: count),
      classes: lines("\(wanted)_label_names.txt", in: folder, count: count)
        ?? (0..<count).map { "\($0)" })
  }

  /// The records of files, each of which begins with so many labels, one of which is the class.
  private static func part(
    _ names: [String], in folder: String, labels count: Int, label place: Int, classes: Int
  ) throws -> DataPart {
    let size = count + shape.count
    var files: [StoredImages] = []
    var (counts, labels): ([Int], [Int]) = ([], [])
    for name in names {
      let path = (folder as NSString).appendingPathComponent(name)
      let records = try PlainElements(file: path)
      guard records.count > 0, records.count.isMultiple(of: size) else {
        throw DataSetError.malformed(
          file: path,
          problem: "its \(records.count) bytes are no number of records of \(size) bytes")
      }
      for index in 0..<records.count / size {
        var label: UInt8 = 0
        try withUnsafeMutableBytes(of: &label) {
          try records.read(at: index * size + place, into: $0)
        }
        guard label < classes else {
          throw DataSetError.malformed(
            file: path, problem: "label \(index) is \(label), not 0 to \(classes - 1)")
        }
        labels.append(Int(label))
      }
      files.append(StoredImages(records, of: shape, stride: size, offset: count))
      counts.append(records.count / size)
    }
    return DataPart(
      file: (folder as NSString).appendingPathComponent(names[0]),
      examples: .images(JoinedImages(files, counts: counts), shape), labels: .numbers(labels))
  }

  /// The lines of a file that names the classes; `nil` if it does not have so many.
  private static func lines(_ name: String, in folder: String, count: Int) -> [String]? {
    let path = (folder as NSString).appendingPathComponent(name)
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let lines = text.split(whereSeparator: \.isWhitespace).map { String($0) }
    return lines.count == count ? lines : nil
  }
}

/// The images of several sources, one source after another.
private final class JoinedImages: ImageSource {
  private let sources: [StoredImages]
  /// The index of the first image of each source.
  private let starts: [Int]

  init(_ sources: [StoredImages], counts: [Int]) {
    self.sources = sources
    starts = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  func read(_ index: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) {
    let source = sources.indices.last { starts[$0] <= index } ?? 0
    sources[source].read(index - starts[source], into: bytes)
  }
}
