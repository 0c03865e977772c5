import Distillation
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Training

/// Data that is found out from its files.
@Suite struct DataFilesTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func read(
    train: String? = nil, test: String? = nil, layout: PixelLayout? = nil, labels: String? = nil
  ) throws -> FoundData {
    try DataFiles(
      directory: train == nil ? folder.path : nil, train: train.map { folder.path($0) },
      test: test.map { folder.path($0) }, layout: layout, labels: labels
    ).read(name: "mine")
  }

  /// The message of the error, with paths relative to the folder.
  private func problem(_ body: () throws -> FoundData) -> String {
    do {
      return "found \(try body().kind)"
    } catch {
      return "\(error)".replacing(folder.path + "/", with: "").replacing(folder.path, with: ".")
    }
  }

  // MARK: - CIFAR

  /// A record whose bytes count on from the label.
  private func record(_ labels: [UInt8]) -> [UInt8] {
    labels + (0..<3072).map { UInt8(truncatingIfNeeded: $0 + Int(labels[labels.count - 1])) }
  }

  @Test func cifar10() throws {
    _ = try folder.file("data_batch_1.bin", record([3]) + record([9]))
    _ = try folder.file("data_batch_2.bin", record([0]))
    _ = try folder.file("test_batch.bin", record([1]))
    let data = try read()
    #expect(data.kind == "CIFAR-10 binary")
    #expect(data.training.shape == ImageShape(channels: 3, height: 32, width: 32))
    #expect(data.training.labels == [3, 9, 0])
    #expect(data.training.classes[9] == "truck")
    #expect(
      data.training.subset(at: [2, 1]).images == Array(record([0])[1...] + record([9])[1...]))
    #expect(data.test.images == Array(record([1])[1...]))
  }

  @Test func cifar100HasFineLabels() throws {
    _ = try folder.file("train.bin", record([5, 99]) + record([6, 0]))
    _ = try folder.file("test.bin", record([5, 98]))
    let data = try read()
    #expect(data.kind == "CIFAR-100 binary")
    #expect((data.training.labels, data.training.classes.count) == ([99, 0], 100))
    #expect(data.test.images == Array(record([5, 98])[2...]))
  }

  @Test func cifar100HasSuperclasses() throws {
    _ = try folder.file("train.bin", record([5, 99]) + record([6, 0]))
    _ = try folder.file("test.bin", record([5, 98]))
    let names = (0..<20).map { "super\($0)\n" }.joined()
    _ = try folder.file("coarse_label_names.txt", Array(names.utf8))
    func data(_ labels: String) throws -> FoundData {
      try DataFiles(directory: folder.path, labels: labels).read(name: "mine")
    }
    let coarse = try data("coarse")
    #expect(coarse.kind == "CIFAR-100 binary, superclasses")
    #expect((coarse.training.labels, coarse.test.labels) == ([5, 6], [5]))
    #expect(coarse.training.classes.count == 20 && coarse.training.classes[5] == "super5")
    #expect(coarse.test.images == Array(record([5, 98])[2...]))
    #expect(try data("fine").training.labels == [99, 0])
    #expect(
      problem { try data("corse") }
        == "'.': data.labels is 'corse', and CIFAR-100 has 'fine' ones, of 100 classes, and 'coarse' ones, of 20 superclasses"
    )
    _ = try folder.file("train.bin", record([20, 99]))
    #expect(problem { try data("coarse") } == "'train.bin': label 0 is 20, not 0 to 19")
  }

  @Test func wrongRecords() throws {
    _ = try folder.file("test_batch.bin", record([1]))
    _ = try folder.file("data_batch_1.bin", record([10]))
    #expect(problem { try read() } == "'data_batch_1.bin': label 0 is 10, not 0 to 9")
    _ = try folder.file("data_batch_2.bin", [1, 2, 3])
    _ = try folder.file("data_batch_1.bin", record([1]))
    #expect(
      problem { try read() }
        == "'data_batch_2.bin': its 3 bytes are no number of records of 3073 bytes")
    try FileManager.default.removeItem(atPath: folder.path("data_batch_1.bin"))
    #expect(problem { try read() } == "'data_batch_1.bin' does not exist")
  }

  @Test func settingsOfOtherFilesAreRefused() throws {
    for name in ["data_batch_1.bin", "test_batch.bin"] { _ = try folder.file(name, record([1])) }
    var data = DataFiles(directory: folder.path, labels: "class")
    #expect(
      problem { try data.read(name: "mine") }
        == "'.': it holds CIFAR-10 binary, of which data.labels says nothing")
    (data.labels, data.size) = (nil, 16)
    #expect(
      problem { try data.read(name: "mine") }
        == "'.': it holds CIFAR-10 binary, of which data.size says nothing")
  }

  // MARK: - IDX

  private func idx(_ magic: UInt32, _ lengths: [UInt32], _ bytes: [UInt8]) -> [UInt8] {
    ([magic] + lengths).flatMap { value in
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    } + bytes
  }

  @Test func emnistHasAnySizeAndAnyClasses() throws {
    for (part, label) in [("train", UInt8(46)), ("test", 3)] {
      _ = try folder.file(
        "emnist-balanced-\(part)-images-idx3-ubyte", idx(0x803, [2, 1, 3], [1, 2, 3, 4, 5, 6]))
      _ = try folder.file(
        "emnist-balanced-\(part)-labels-idx1-ubyte", idx(0x801, [2], [0, label]))
    }
    let data = try read()
    #expect(data.kind == "IDX")
    #expect(data.training.shape == ImageShape(height: 1, width: 3))
    #expect((data.training.classes.count, data.training.labels) == (47, [0, 46]))
    #expect((data.test.images, data.test.labels) == ([1, 2, 3, 4, 5, 6], [0, 3]))
  }

  @Test func qmnistsFirstColumnIsTheClass() throws {
    for part in ["train", "test"] {
      _ = try folder.file("qmnist-\(part)-images-idx3-ubyte", idx(0x803, [2, 1, 1], [7, 8]))
      let rows = [UInt32(7), 1, 2, 3, 4, 5, 6, 7] + [1, 9, 9, 9, 9, 9, 9, 9]
      _ = try folder.file("qmnist-\(part)-labels-idx2-int", idx(0xC02, [2, 8] + rows, []))
    }
    #expect(try read().training.labels == [7, 1])
  }

  @Test func wrongIDX() throws {
    for part in ["train", "t10k"] {
      _ = try folder.file("\(part)-images-idx3-ubyte", idx(0x803, [2, 1, 1], [7, 8]))
    }
    #expect(problem { try read() } == "'train-labels-idx1-ubyte[.gz]' does not exist")
    for part in ["train", "t10k"] {
      _ = try folder.file("\(part)-labels-idx1-ubyte", idx(0x801, [3], [0, 1, 1]))
    }
    #expect(
      problem { try read() }
        == "'train-labels-idx1-ubyte': 3 labels for the 2 examples in 'train-images-idx3-ubyte'")
    _ = try folder.file("emnist-train-images-idx3-ubyte", [])
    #expect(
      problem { try read() }
        == "'.': it has IDX files of several sets, '…', 'emnist-…': give each a folder")
  }

  // MARK: - Arrays

  private func write(_ name: String, _ tensors: [String: Tensor]) throws {
    try TensorFile.write(tensors, to: folder.path(name), overwriting: true)
  }

  private func tensor(_ shape: [Int], _ value: (Int) -> Float) -> Tensor {
    Tensor(shape: shape) { scalars in
      for index in scalars.indices { scalars[index] = value(index) }
    }
  }

  private func images(_ shape: [Int], labels: [Float] = [0, 1]) -> [String: Tensor] {
    [
      "images": tensor(shape) { Float($0) / 255 },
      "labels": tensor([labels.count]) { labels[$0] },
    ]
  }

  @Test(arguments: ["npz", "safetensors"]) func arraysInBothLayouts(format: String) throws {
    try write("train.\(format)", images([2, 3, 2, 1]))
    try write("test.\(format)", images([2, 3, 2, 1]))
    var data = try read(train: "train.\(format)", test: "test.\(format)")
    #expect(data.kind == "arrays in .\(format)")
    #expect(data.training.shape == ImageShape(channels: 3, height: 2, width: 1))
    #expect(data.training.images == Array(0..<12))
    // The files are found in their folder, too.
    #expect(try read().training.images == Array(0..<12))
    try write("train.\(format)", images([2, 2, 1, 3]))
    try write("test.\(format)", images([2, 2, 1, 3]))
    data = try read(train: "train.\(format)", test: "test.\(format)", layout: .nhwc)
    #expect(data.training.shape == ImageShape(channels: 3, height: 2, width: 1))
    #expect(data.training.images == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
    #expect(data.test.labels == [0, 1])
  }

  @Test func greyImagesHaveNoChannels() throws {
    try write("train.npz", images([2, 2, 3]))
    let data = try read(train: "train.npz", test: "train.npz")
    #expect(data.training.shape == ImageShape(height: 2, width: 3))
  }

  @Test func medMNISTsNamesStandInOneFile() throws {
    var tensors: [String: Tensor] = [:]
    for (part, first) in [("train", Float(0)), ("val", 5), ("test", 100)] {
      tensors["\(part)_images"] = tensor([2, 1, 2, 3]) { (Float($0) + first) / 255 }
      tensors["\(part)_labels"] = tensor([2, 1]) { Float(1 - $0) }
    }
    try write("pathmnist.npz", tensors)
    for data in [try read(), try read(train: "pathmnist.npz")] {
      #expect(data.training.shape == ImageShape(channels: 3, height: 1, width: 2))
      #expect(data.training.images.prefix(6) == [0, 3, 1, 4, 2, 5])
      #expect(data.test.images.prefix(6) == [100, 103, 101, 104, 102, 105])
      #expect(data.training.labels == [1, 0])
    }
  }

  @Test func aDamagedArchiveIsSaidToBe() throws {
    _ = try folder.file("pathmnist.npz", Array("PK damaged".utf8))
    #expect(problem { try read() }.hasPrefix("'pathmnist.npz': "))
    // Beside data of another kind, it is no matter.
    for name in ["data_batch_1.bin", "test_batch.bin"] { _ = try folder.file(name, record([1])) }
    #expect(try read().kind == "CIFAR-10 binary")
  }

  @Test func featuresAreNormalisedColumnByColumn() throws {
    let features: [Float] = [1, 5, 3, 5]
    try write(
      "train.npz",
      ["features": tensor([2, 2]) { features[$0] }, "labels": tensor([2]) { Float($0) }])
    let data = try read(train: "train.npz", test: "train.npz").training
    #expect((data.isOfFeatures, data.shape.channels, data.shapeOfExample) == (true, 2, [2]))
    let normalization = PixelNormalization(of: data)
    #expect(normalization.means == [2, 5])
    #expect(normalization.standardDeviations == [1, 1])
    let batch = Batches(of: data.subset(at: [1, 0]), size: 2, normalization: normalization)[0]
    #expect(batch.images.shape == [2, 2])
    #expect(batch.images.scalars == [1, 0, -1, 0])
    #expect(batch.labels == [1, 0])
    #expect(Checksum(of: data).value != Checksum(of: data.subset(at: [1, 0])).value)
  }

  @Test func oneHotLabels() throws {
    let rows: [Float] = [0, 0, 1, 1, 0, 0]
    var tensors = images([2, 1, 1, 1])
    tensors["labels"] = tensor([2, 3]) { rows[$0] }
    try write("train.npz", tensors)
    #expect(try read(train: "train.npz", test: "train.npz").training.labels == [2, 0])
    tensors["labels"] = tensor([2, 3]) { [0, 1, 1, 1, 0, 0][$0] }
    try write("train.npz", tensors)
    #expect(
      problem { try read(train: "train.npz", test: "train.npz") } == """
        'train.npz', tensor 'labels': found row 0 with the sum 2.0; possible: rows of probabilities, \
        whose sum is 1
        """)
  }

  @Test func softLabels() throws {
    let rows: [Float] = [0.25, 0.5, 0.25, 0, 0, 1, 0.9, 0.05, 0.05]
    var tensors = images([3, 1, 1, 1], labels: [0, 0, 0])
    tensors["labels"] = tensor([3, 3]) { rows[$0] }
    try write("train.npz", tensors)
    try write("test.npz", images([2, 1, 1, 1], labels: [2, 0]))
    let data = try read(train: "train.npz", test: "test.npz")
    #expect((data.training.hasSoftLabels, data.test.hasSoftLabels) == (true, false))
    #expect((data.training.labels, data.test.labels) == ([1, 2, 0], [2, 0]))
    #expect(data.training.classes == ["0", "1", "2"])
    let few = data.training.subset(at: [2, 0]).subset(at: [1, 0])
    let batch = Batches(of: few, size: 2, normalization: PixelNormalization(of: few))[0]
    #expect(batch.softLabels?.shape == [2, 3])
    #expect(batch.softLabels?.scalars == [0.25, 0.5, 0.25, 0.9, 0.05, 0.05])
    #expect(batch.labels == [1, 0])
    let outputs = Outputs(on: batch)
    #expect(outputs.labels == nil)
    #expect(outputs.softLabels?.shape == [2, 3])
    // Other probabilities of the same classes are other data.
    tensors["labels"] = tensor([3, 3]) { $0 == 0 ? 0.24 : $0 == 1 ? 0.51 : rows[$0] }
    try write("test.npz", tensors)
    let other = try read(train: "train.npz", test: "test.npz").test
    #expect(other.labels == data.training.labels)
    #expect(Checksum(of: other).value != Checksum(of: data.training).value)
    // Large ones stay in the file.
    try DataPart.Examples.$heldBytes.withValue(8) {
      let stored = try read(train: "train.npz", test: "train.npz").training
      #expect(stored.softLabels(at: [1, 0]) == [0, 0, 1, 0.25, 0.5, 0.25])
    }
  }

  @Test func noLabels() throws {
    let all = images([3, 1, 1, 1], labels: [0, 0, 0])
    try write("train.npz", ["images": all["images"]!])
    let data = try read(train: "train.npz", test: "train.npz").training
    #expect((data.isLabelled, data.labels, data.classes) == (false, [0, 0, 0], ["0"]))
    let chosen = try data.balanced(2, seed: 1)
    #expect((chosen.count, chosen.isLabelled) == (2, false))
    let batch = Batches(of: chosen, size: 2, normalization: PixelNormalization(of: data))[0]
    #expect(Outputs(on: batch).labels == nil && Outputs(on: batch).softLabels == nil)
    try write("test.npz", images([2, 1, 1, 1], labels: [2, 0]))
    var files = DataFiles(train: folder.path("train.npz"), test: folder.path("test.npz"))
    #expect(try files.read(name: "mine").training.classes == ["0", "1", "2"])
    files.classes = ["0", "1", "2", "3"]
    #expect(try files.read(name: "mine").test.classes.count == 4)
    files.classes = ["0", "1"]
    #expect(try files.read(name: "mine").test.classes.count == 3)
  }

  @Test func tablesWithoutLabels() throws {
    _ = try folder.file("train.csv", Array("a,label\n1,2\n3,4\n".utf8))
    let data = try read(train: "train.csv", test: "train.csv", labels: "none")
    #expect((data.kind, data.training.isLabelled) == ("table", false))
    #expect(data.training.features(at: [1, 0]) == [3, 4, 1, 2])
    _ = try folder.file("train.csv", Array("a,none\n1,0\n3,1\n".utf8))
    #expect(try read(train: "train.csv", test: "train.csv", labels: "none").training.isLabelled)
  }

  @Test func wrongSoftLabels() throws {
    func message(_ rows: [Float], _ width: Int = 2) throws -> String {
      var tensors = images([2, 1, 1, 1])
      tensors["labels"] = tensor([2, width]) { rows[$0] }
      try write("test.npz", tensors)
      return problem { try read(train: "train.npz", test: "test.npz") }
        .replacing("'test.npz', tensor 'labels': ", with: "")
    }
    try write("train.npz", images([2, 1, 1, 1], labels: [0, 1]))
    let possible = "possible: rows of probabilities, whose sum is 1"
    #expect(
      try message([0.5, 0.5, 0.5, 0.4]) == "found row 1 with the sum 0.9; \(possible)")
    #expect(
      try message([1, 0, 1.25, -0.25]) == """
        found -0.25 in row 1, at class 1; possible: probabilities, numbers of 0 or more
        """)
    for wrong in [Float.nan, .infinity] {
      #expect(
        try message([wrong, 0, 1, 0]) == """
          found \(wrong) in row 0, at class 0; possible: probabilities, numbers of 0 or more
          """)
    }
    #expect(
      try message([0.5, 0.25, 0.25, 1, 0, 0], 3) == """
        'test.npz': its labels are probabilities of 3 classes, and the examples to train on have 2
        """)
  }

  @Test func wrongArrays() throws {
    func message(_ tensors: [String: Tensor], test: [String: Tensor]? = nil) throws -> String {
      try write("train.npz", tensors)
      try write("test.npz", test ?? tensors)
      return problem { try read(train: "train.npz", test: "test.npz") }
    }
    let good = images([2, 1, 2, 2])
    #expect(
      try message(["pictures": good["images"]!, "labels": good["labels"]!])
        == "'train.npz': found no array 'images' or 'features'; possible: 'labels', 'pictures'")
    #expect(
      try message(["images": good["images"]!, "Label": good["labels"]!])
        == "'train.npz': found no array 'labels'; possible: 'Label', 'images'")
    #expect(
      try message(images([2, 1, 2, 2], labels: [0, 1, 1]))
        == "'train.npz': 3 labels for the 2 examples")
    #expect(
      try message(images([2, 1, 2, 2], labels: [0, -1]))
        == "'train.npz': label 1 is -1, not 0 to 65535")
    #expect(
      try message(images([2, 1, 2, 2], labels: [0, 70_000]))
        == "'train.npz': label 1 is 70000, not 0 to 65535")
    #expect(
      try message(images([2, 1, 2, 2], labels: [0, 0.5])) == """
        'train.npz', tensor 'labels': found label 1 as 0.5; possible: whole numbers, or a row of \
        probabilities for each example
        """)
    #expect(
      try message(good, test: images([2, 1, 2, 2], labels: [0, 2])) == """
        'test.npz': label 1 is 2, not 0 to 1, the labels of the examples to train on
        """)
    #expect(
      try message(good, test: images([2, 1, 2, 3])) == """
        'test.npz': it has images of 2×3 to test on, and 'train.npz' has images of 2×2 to train on
        """)
    #expect(
      try message(images([2, 1, 2, 2], labels: [0, 0])) == """
        'train.npz': all labels are '0', and a network tells two classes or more apart
        """)
    #expect(
      try message(images([2, 8, 8, 3])) == """
        'train.npz', tensor 'images': found shape [2, 8, 8, 3], whose channels seem to come last; \
        possible: data.layout: "NHWC", or "NCHW" if they do not
        """)
    var bright = good
    bright["images"] = tensor([2, 1, 2, 2]) { $0 == 5 ? 1.5 : 0 }
    #expect(
      try message(bright) == """
        'train.npz', tensor 'images': found 1.5 at 5 of 8; possible: pixels from 0 to 1 (or from 0 to \
        255 in uint8)
        """)
    #expect(
      try message([
        "features": tensor([2, 3]) { $0 == 4 ? .nan : 0 }, "labels": good["labels"]!,
      ]) == "'train.npz', tensor 'features': found nan at [1, 1]; possible: finite numbers")
  }

  // MARK: - Tables

  private func table(_ train: String, _ test: String? = nil) throws {
    _ = try folder.file("train.csv", Array(train.utf8))
    _ = try folder.file("test.csv", Array((test ?? train).utf8))
  }

  @Test func tablesWithAndWithoutNames() throws {
    try table("a,label,b\r\n1.5,0,-2\r\n3e2,1,4\r\n")
    var data = try read()
    #expect(data.kind == "table with labels in column 'label'")
    #expect(data.training.features(at: [0, 1]) == [1.5, -2, 300, 4])
    #expect(data.training.labels == [0, 1])
    try table("1;2;setosa\n3;4;virginica\n5;6;setosa\n")
    data = try read(train: "train.csv", test: "test.csv")
    #expect(data.kind == "table with labels in column 3")
    #expect(data.training.classes == ["setosa", "virginica"])
    #expect(data.training.labels == [0, 1, 0])
    try table("1,2\n0,4\n")
    #expect(try read(labels: "1").training.features(at: [0, 1]) == [2, 4])
    try table("\"x, y\",kind\n7,0\n8,1\n")
    #expect(try read(labels: "kind").training.features(at: [0, 1]) == [7, 8])
    // pandas calls columns without names by numbers.
    try table("0,1,label\n7,5,0\n8,6,1\n")
    #expect(try read().training.features(at: [0, 1]) == [7, 5, 8, 6])
  }

  @Test(arguments: [
    ("a,label\n1,0\nx,1\n", "line 3, column 1 ('a') is 'x', which is no number"),
    ("1,2,0\n1,,0\n", "line 2, column 2 is empty"),
    ("1,2,0\n1,0\n", "line 2 has 2 cells, and the first has 3"),
    ("a,label\nnan,0\n", "line 2, column 1 ('a') is nan, which is not finite in Float32"),
    ("a,label\n1e39,0\n", "line 2, column 1 ('a') is 1e39, which is not finite in Float32"),
    ("a,label\n", "it has no line of numbers"),
    (
      ",a,label\n0,1,0\n",
      """
      column 1 has no name in line 1: is it the index that pandas writes? to_csv(index=False) leaves \
      it out
      """
    ),
    ("", "line 1 is empty"),
    (
      "a,b\n1,2\n",
      """
      no column is called 'label', 'labels', 'class', 'target': data.labels names the column of \
      labels
      """
    ),
  ])
  func wrongTables(text: String, message: String) throws {
    try table(text)
    #expect(problem { try read() } == "'train.csv': \(message)")
  }

  @Test func tablesThatDoNotFit() throws {
    try table("a,label\n1,0\n2,1\n", "b,label\n1,0\n")
    #expect(
      problem { try read() }
        == "'test.csv': its columns are not called as those of 'train.csv' are")
    try table("a,label\n1,x\n2,y\n", "a,label\n1,z\n")
    #expect(
      problem { try read() }
        == "'test.csv': label 0 is 'z', not one of 2 classes of the examples to train on")
    #expect(
      problem { try read(labels: "kind") }
        == "'train.csv': it has no column 'kind' of labels; possible: 'a', 'label'")
  }

  // MARK: - Folders

  @Test func foldersOfOtherThings() throws {
    _ = try folder.file("notes.txt", [])
    #expect(
      problem { try read() } == """
        a kind of data that is known was not found in '.'; it has 'notes.txt'; possible: \
        data_batch_1.bin … and test_batch.bin, or train.bin and test.bin (CIFAR); \
        train-images-idx3-ubyte … (IDX); train.npz and test.npz, or .safetensors (arrays); \
        train.csv and test.csv (tables); train/CLASS/*.png or *.jpg, and test (class folders)
        """)
    try table("a,label\n1,0\n2,1\n")
    try write("train.npz", images([2, 1, 2, 2]))
    try write("test.npz", images([2, 1, 2, 2]))
    #expect(
      problem { try read() } == """
        '.': it holds data of several kinds, arrays in .npz and table with labels in column 'label': \
        name the files in data.train and data.test, or give each kind its own folder
        """)
    #expect(
      problem { try read(train: "absent.npz", test: "absent.npz") } == "'absent.npz' does not exist"
    )
  }

  // MARK: - Files that are not held

  /// Writes a `.safetensors` file of bytes and of labels.
  private func writeBytes(_ name: String, _ shape: [Int], _ images: [UInt8]) throws {
    let header = Array(
      """
      {"images":{"dtype":"U8","shape":\(shape),"data_offsets":[0,\(images.count)]},\
      "labels":{"dtype":"U8","shape":[2],"data_offsets":[\(images.count),\(images.count + 2)]}}
      """.utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    _ = try folder.file(name, length + header + images + [1, 0])
  }

  /// A set is the same whether it is held or read when it is needed.
  @Test(arguments: [0, 1 << 20]) func setsAreHeldOrRead(heldBytes: Int) throws {
    try DataPart.Examples.$heldBytes.withValue(heldBytes) {
      try writeBytes("a.safetensors", [2, 3, 2, 1], Array(0..<12))
      var data = try read(train: "a.safetensors", test: "a.safetensors").training
      #expect(data.images == Array(0..<12))
      #expect(data.labels == [1, 0])
      try writeBytes("b.safetensors", [2, 2, 1, 3], Array(0..<12))
      data = try read(train: "b.safetensors", test: "b.safetensors", layout: .nhwc).training
      #expect(data.images == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
      try write(
        "c.npz", ["features": tensor([2, 3]) { Float($0) }, "labels": tensor([2]) { Float($0) }])
      data = try read(train: "c.npz", test: "c.npz").training
      #expect(data.features(at: [1, 0]) == [3, 4, 5, 0, 1, 2])
      for part in ["train", "test"] {
        _ = try folder.file("\(part)-images-idx3-ubyte", idx(0x803, [2, 1, 2], [4, 5, 6, 7]))
        _ = try folder.file("\(part)-labels-idx1-ubyte", idx(0x801, [2], [0, 1]))
      }
      #expect(try read().test.images == [4, 5, 6, 7])
    }
  }

  @Test func plainArraysAreReadWhereTheyStand() throws {
    let file = folder.path("plain.npz")
    try write("plain.npz", ["features": tensor([3, 2]) { Float($0) }])
    let elements = try #require(try TensorFile(file).plainElements("features"))
    #expect(elements.count == 24)
    let source = StoredFeatures(elements)
    let set = ImageDataSet(
      name: "stored", features: source, width: 2, labels: [0, 1, 0], classes: ["a", "b"])
    #expect(set.features(at: [2, 0]) == [4, 5, 0, 1])
    #expect(set.subset(at: [1]).features(at: [0]) == [2, 3])
    let bytes = folder.path("bytes")
    _ = try folder.file("bytes", [9, 0, 1, 2, 3, 4, 5, 9, 6, 7, 8, 9, 10, 11])
    let shape = ImageShape(channels: 3, height: 1, width: 2)
    let images = StoredImages(
      try PlainElements(file: bytes), of: shape, layout: .nhwc, stride: 7, offset: 1)
    let pictures = ImageDataSet(
      name: "stored", source: images, labels: [0, 0], shape: shape, classes: ["a", "b"])
    #expect(pictures.images == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
    #expect(pictures.mirrored.subset(at: [0]).images == [3, 0, 4, 1, 5, 2])
  }
}
