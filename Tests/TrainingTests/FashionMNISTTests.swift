import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Training

/// The places where Fashion-MNIST is looked for, and the errors if it is missing or wrong.
@Suite struct FashionMNISTTests {
  /// Makes four small files: three images of 2×4 pixels to train on, and the same to test on.
  private func makeFiles(in folder: ScratchFolder, suffix: String = "") throws {
    for part in ["train", "t10k"] {
      for (name, bytes) in [
        ("images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 4] + Array(0..<24)),
        ("labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 3, 2, 0, 9]),
      ] as [(String, [UInt8])] {
        _ = try folder.file("\(part)-\(name)\(suffix)", bytes)
      }
    }
  }

  @Test(arguments: ["", ".gz"]) func loads(suffix: String) throws {
    let folder = try ScratchFolder()
    try makeFiles(in: folder, suffix: suffix)
    let (training, test) = try FashionMNIST.load(folder: folder.path)
    for set in [training, test] {
      #expect(set.name == "fashion-mnist")
      #expect(set.count == 3)
      #expect((set.shape.height, set.shape.width) == (2, 4))
      #expect(set.images == Array(0..<24))
      #expect(set.labels == [2, 0, 9])
      #expect(set.classes.count == 10)
      #expect(set.classes[9] == "ankle boot")
    }
  }

  @Test func looksWhereItIsTold() throws {
    let folder = try ScratchFolder()
    try makeFiles(in: folder)
    let absent = folder.path("absent")
    func count(folder: String?, environment: String?, package: String) throws -> Int {
      try FashionMNIST.load(
        folder: folder, fromEnvironment: environment, packageFolder: package
      ).training.count
    }
    #expect(try count(folder: folder.path, environment: absent, package: absent) == 3)
    #expect(try count(folder: nil, environment: folder.path, package: absent) == 3)
    #expect(try count(folder: nil, environment: absent, package: folder.path) == 3)
    #expect(try count(folder: nil, environment: "", package: folder.path) == 3)
    #expect(try count(folder: nil, environment: nil, package: folder.path) == 3)
    // A folder that the caller names is not silently replaced by another.
    #expect(throws: DataSetError.self) {
      try count(folder: absent, environment: folder.path, package: folder.path)
    }
  }

  @Test func looksInASubfolder() throws {
    let folder = try ScratchFolder()
    try makeFiles(in: folder)
    let inner = folder.path("fashion-mnist")
    let names = try folder.contents
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
    for name in names {
      try FileManager.default.moveItem(
        atPath: folder.path(name), toPath: "\(inner)/\(name)")
    }
    #expect(try FashionMNIST.load(folder: folder.path).test.count == 3)
  }

  @Test func saysWhereItLookedAndHowToGetIt() {
    let error = #expect(throws: DataSetError.self) {
      try FashionMNIST.load(folder: nil, fromEnvironment: "absent", packageFolder: "absent/too")
    }
    #expect(
      error?.description == """
        Fashion-MNIST was not found in 'absent', 'absent/fashion-mnist', 'absent/too'; install the \
        Debian package dataset-fashion-mnist (apt-get install dataset-fashion-mnist), or download \
        train-images-idx3-ubyte.gz and its three companions from \
        https://github.com/zalandoresearch/fashion-mnist and name their folder in --data or \
        KINDRED_DATA
        """)
  }

  @Test func saysWhichFileIsMissing() throws {
    let folder = try ScratchFolder()
    try makeFiles(in: folder)
    let path = folder.path("t10k-labels-idx1-ubyte")
    try FileManager.default.removeItem(atPath: path)
    #expect(throws: FileError.missing(file: path + "[.gz]")) {
      try FashionMNIST.load(folder: folder.path)
    }
  }

  @Test func refusesOtherNumbersOfLabels() throws {
    let folder = try ScratchFolder()
    try makeFiles(in: folder)
    let path = try folder.file("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 1, 1])
    #expect(
      throws: DataSetError.malformed(
        file: path,
        problem: "2 labels for the 3 images in '\(folder.path("train-images-idx3-ubyte"))'")
    ) { try FashionMNIST.load(folder: folder.path) }
  }

  @Test func refusesLabelsWithoutAClass() throws {
    let folder = try ScratchFolder()
    try makeFiles(in: folder)
    let path = try folder.file("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 3, 1, 10, 2])
    #expect(
      throws: DataSetError.malformed(
        file: path, problem: "label 1 is 10, not 0 to 9")
    ) { try FashionMNIST.load(folder: folder.path) }
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: FashionMNIST.packageFolder),
      "Debian's package dataset-fashion-mnist is not installed"))
  func readsTheDebianPackage() throws {
    let (training, test) = try FashionMNIST.load(folder: FashionMNIST.packageFolder)
    #expect((training.count, training.shape.height, training.shape.width) == (60_000, 28, 28))
    #expect((test.count, test.shape.height, test.shape.width) == (10_000, 28, 28))
    for label in UInt16(0)..<10 {
      #expect(training.labels.count { $0 == label } == 6_000)
      #expect(test.labels.count { $0 == label } == 1_000)
    }
    #expect(training.labels.prefix(4) == [9, 0, 0, 3])
  }
}
