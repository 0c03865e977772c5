import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Training

/// Folders of images for each class.
@Suite struct ClassFoldersTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func write(_ path: String, _ bytes: [UInt8]) throws {
    let url = URL(fileURLWithPath: folder.path(path))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  private func problem(_ data: DataFiles) -> String {
    do {
      return "found \(try data.read(name: "mine").kind)"
    } catch {
      return "\(error)".replacing(folder.path + "/", with: "").replacing(folder.path, with: ".")
    }
  }

  #if Images
    /// The file of a kind in the fixture, and its pixels, H×W×C.
    private func fixture(_ kind: String) throws -> (file: [UInt8], pixels: [UInt8]) {
      let file = try TensorFile(Fixtures.path("images.npz"))
      return (try file.bytes("\(kind) file"), try file.bytes("\(kind) pixels"))
    }

    @Test(arguments: [
      "grey", "colour", "bits", "wide", "palette", "opaque", "clear", "baseline jpeg",
      "progressive jpeg", "grey jpeg",
    ])
    func decodesAsPillow(kind: String) throws {
      let (file, pixels) = try fixture(kind)
      try write("image", file)
      let image = try DecodedImage.decode(folder.path("image")).get()
      #expect((image.shape.height, image.shape.width) == (6, 9))
      #expect(image.pixels.count == pixels.count)
      #expect(zip(image.pixels, pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }

    /// A trained network is measured on the part to test on alone, on class folders without parts, and on one class.
    @Test(arguments: ["test/cat/", "test/dog/", "cat/"]) func whatIsMeasuredNeedsNoOtherPart(
      place: String
    ) throws {
      try write("\(place)a.png", try fixture("grey").file)
      try write("\(place)b.png", try fixture("grey").file)
      var data = DataFiles(directory: folder.path)
      #expect(problem(data).contains("a kind of data that is known was not found"))
      data.isMeasured = true
      let found = try data.read(name: "mine")
      #expect(found.test.count == 2 && found.test.classes.count == 1)
      // Pictures beside other files are not the data.
      try write("labels.npy", [])
      #expect(!problem(data).hasPrefix("found class folders"))
    }

    @Test func foldersAreClasses() throws {
      let (colour, grey) = (try fixture("colour"), try fixture("grey"))
      for part in ["train", "test"] {
        try write("\(part)/cat/b.png", grey.file)
        try write("\(part)/cat/a.PNG", colour.file)
        try write("\(part)/dog/1.png", grey.file)
        try write("\(part)/dog/notes.txt", [])
      }
      let data = try DataFiles(directory: folder.path).read(name: "mine")
      #expect(data.kind == "class folders, without 2 files that are no images")
      #expect(data.training.shape == ImageShape(channels: 3, height: 6, width: 9))
      #expect(data.training.classes == ["cat", "dog"])
      #expect(data.training.labels == [0, 0, 1])
      let first = data.training.image(at: 0).pixels
      #expect(first.prefix(54) == (0..<54).map { colour.pixels[3 * $0] }[...])
      #expect(data.training.image(at: 2).pixels == grey.pixels + grey.pixels + grey.pixels)
    }

    /// Pictures as they are, if they are small and equal; otherwise of a size that the recipe says, without
    /// those that are broken.
    @Test func settingsAreFound() throws {
      let (colour, grey) = (try fixture("colour").file, try fixture("grey").file)
      for path in ["train/cat/a", "train/dog/1", "test/cat/a", "test/dog/1"] {
        try write("\(path).png", colour)
      }
      func found() throws -> [String] {
        let (files, data) = try DataFiles.found(in: folder.path, name: "mine")
        return [
          files.size.map { "size \($0)" } ?? "as they are",
          files.skipsBroken ? "without broken" : "all", "\(data.training.shape)",
        ]
      }
      #expect(try found() == ["as they are", "all", "3×6×9"])
      // It is of another size, and no first one of its class.
      let pixel = """
        iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
        """
      try write("train/cat/b.png", Array(try #require(Data(base64Encoded: pixel))))
      #expect(try found() == ["size 32", "all", "3×32×32"])
      try write("train/cat/c.png", Array(grey.prefix(grey.count - 30)))
      #expect(try found() == ["size 32", "without broken", "3×32×32"])
      try write("train/cat/0.txt", [])
      try write("test/dog/0.jpg", [1, 2, 3])
      #expect(try found() == ["size 32", "without broken", "3×32×32"])
    }

    @Test func sizesAndBrokenFiles() throws {
      let grey = try fixture("grey").file
      for part in ["train", "test"] {
        try write("\(part)/cat/a.png", grey)
        try write("\(part)/dog/1.png", grey)
      }
      try write("train/dog/2.png", Array(grey.prefix(grey.count - 30)))
      try write("train/dog/3.jpg", [])
      var data = DataFiles(directory: folder.path)
      let message = problem(data)
      #expect(
        message.hasPrefix(
          "'train': 2 of 4 images are broken, the first one 'train/dog/2.png': "))
      #expect(message.hasSuffix("; data.skipBroken: true leaves them out"))
      data.skipsBroken = true
      #expect(problem(data) == "found class folders, without 2 broken images")
      data.size = 3
      #expect(
        try data.read(name: "mine").training.shape == ImageShape(height: 3, width: 3))
    }

    @Test func aPartOfBrokenFilesIsAnError() throws {
      for part in ["train", "test"] { try write("\(part)/cat/a.png", fixture("grey").file) }
      try write("test/cat/a.png", [1, 2, 3])
      var data = DataFiles(directory: folder.path)
      data.skipsBroken = true
      #expect(
        problem(data)
          == "'test': 1 of 1 images are broken, the first one 'test/cat/a.png': it is neither PNG nor JPEG"
      )
    }

    /// A file of 200 bytes that says it has 65500×65500 pixels.
    @Test func aClaimedSizeTakesNoMemory() throws {
      var file = try fixture("progressive jpeg").file
      let frame = try #require(
        file.indices.first { file[$0] == 0xFF && $0 + 1 < file.count && file[$0 + 1] == 0xC2 })
      for index in [5, 7] { (file[frame + index], file[frame + index + 1]) = (0xFF, 0xDC) }
      try write("train/cat/a.jpg", file)
      try write("test/cat/a.png", fixture("grey").file)
      #expect(
        problem(DataFiles(directory: folder.path)).hasSuffix(
          "the first one 'train/cat/a.jpg': it has no pixels, or too many"))
    }

    /// Stray bytes between two parts of a file change no pixel.
    @Test func harmlessWarningsAreNone() throws {
      let (file, pixels) = try fixture("baseline jpeg")
      let scan = try #require(
        file.indices.first { file[$0] == 0xFF && $0 + 1 < file.count && file[$0 + 1] == 0xDA })
      try write("image", Array(file[..<scan]) + [0, 0, 0] + file[scan...])
      let image = try DecodedImage.decode(folder.path("image")).get()
      #expect(zip(image.pixels, pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }

    @Test func hiddenAndStrayFilesAreNoClasses() throws {
      for part in ["train", "test"] {
        try write("\(part)/cat/a.png", fixture("grey").file)
        try write("\(part)/dog/a.png", fixture("grey").file)
        try write("\(part)/cat/._a.png", [0])
        try write("\(part)/.checkpoints/b.png", [0])
        try write("\(part)/notes.txt", [0])
      }
      let data = try DataFiles(directory: folder.path).read(name: "mine")
      #expect(data.kind == "class folders, without 2 files that are no images")
      #expect(data.training.classes == ["cat", "dog"])
    }
  #else
    @Test func saysHowToReadImages() throws {
      try write("train/cat/a.png", [])
      #expect(
        problem(DataFiles(directory: folder.path)) == """
          '.': it has folders of PNG or JPEG files, which this program cannot read: build it with \
          libpng and libjpeg-turbo (apt-get install libpng-dev libjpeg-dev; swift build --traits \
          Images)
          """)
    }
  #endif

  @Test func anAreaIsAveraged() {
    let image = DecodedImage(
      pixels: [0, 90, 30, 60, 120, 0], shape: ImageShape(height: 2, width: 3))
    // Each half of a row of three has one pixel and a half of the middle one.
    #expect(image.resized(to: 2).pixels == [30, 50, 80, 40])
    #expect(image.resized(to: 1).pixels == [50])
    let colour = DecodedImage(
      pixels: [0, 100, 10, 200], shape: ImageShape(channels: 2, height: 1, width: 2))
    #expect(colour.resized(to: 1).pixels == [5, 150])
    #expect(image.resized(to: 4).pixels.count == 16)
  }
}
