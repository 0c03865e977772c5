import Foundation
import TensorFiles
import Tensors

/// Makes the program of a package's papers, unless one that is kept is still right.
struct ProgramBuild {
  /// The package's folder.
  let package: String
  /// What the command line calls the package.
  let name: String
  let cache: BuildCache
  let tools: Tools

  /// Where the generated package is.
  private var folder: String { cache.program(of: package) }
  private var recordFile: String { folder + "/built.json" }

  /// The path of the program, and the checksum of the code that it has besides Kindred's.
  func program() throws -> (path: String, checksum: String) {
    if let record = try? BuildRecord(file: recordFile), isCurrent(record) {
      return (record.program, record.code)
    }
    let swift = try tools.path(of: "swift", which: "builds a program of the package's papers")
    let paper = try description(by: swift)
    let scratch = scratch(for: paper.kindred)
    var folders = [package]
    if case .folder(let kindred) = paper.kindred { folders.append(kindred) }
    let before = SourceFiles(folders: folders, resources: paper.resources).checksum
    let texts = PaperProgram(
      package: paper, name: cache.programName(of: package), comments: paper.comments)
    let isFirst = !FileManager.default.fileExists(atPath: "\(scratch)/release/\(texts.name)")
    try write(texts)
    tools.console.note(
      "kindred: building a program of \(paper.modules.joined(separator: ", ")) in '\(package)' "
        + "with Kindred from '\(paper.kindred.place)'\(isFirst ? "; the first time this may take minutes" : "")"
    )
    let places = ["--package-path", folder, "--scratch-path", scratch]
    guard try tools.run(swift, ["build", "-c", "release"] + places) == 0 else {
      throw CommandError.badData(
        "the program of '\(name.visible)' was not built, for the errors above")
    }
    let program = "\(scratch)/release/\(texts.name)"
    let isUnchanged = SourceFiles(folders: folders, resources: paper.resources).checksum == before
    folders += try dependencies(by: swift, places)
      .filter { !folders.contains($0) && !$0.hasPrefix(scratch) }
    let code = code(in: folders.filter { paper.kindred != .folder($0) }, paper.resources)
    // A file that changed meanwhile may have been read before or after.
    if isUnchanged {
      let record = BuildRecord(
        texts: texts, program: program, swift: swift, folders: folders,
        files: SourceFiles(folders: folders, resources: paper.resources).checksum, code: code)
      try AtomicFile.write(JSONEncoder().encode(record), to: recordFile, overwriting: true)
    }
    return (program, code)
  }

  /// The checksum of the code in folders, and of the versions of packages that were fetched.
  private func code(in folders: [String], _ resources: [String]) -> String {
    var checksum = Checksum()
    checksum.add(SourceFiles(folders: folders, resources: resources).contentChecksum)
    let versions = try? String(contentsOfFile: "\(folder)/\(SourceFiles.pins)", encoding: .utf8)
    // One line is a checksum of the manifest, which differs between the two packages.
    for line in (versions ?? "").split(separator: "\n") where !line.contains("originHash") {
      checksum.add(String(line))
    }
    return checksum.text
  }

  /// Whether the program is that of the files as they are now.
  private func isCurrent(_ record: BuildRecord) -> Bool {
    FileManager.default.isExecutableFile(atPath: record.program)
      && record.texts.package.folder == package
      && (tools.path(of: "swift") ?? record.swift) == record.swift
      && record.texts.files.allSatisfy { path, text in
        (try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)) == text
      }
      && SourceFiles(folders: record.folders, resources: record.texts.package.resources).checksum
        == record.files
  }

  /// Where SwiftPM builds: if Kindred is in a folder, beside what was compiled there, which then is
  /// not compiled again for each package.
  private func scratch(for kindred: PaperPackage.Kindred) -> String {
    guard case .folder(let path) = kindred,
      FileManager.default.isWritableFile(
        atPath: path + (FileManager.default.fileExists(atPath: path + "/.build") ? "/.build" : ""))
    else { return folder + "/.build" }
    return path + "/.build"
  }

  private func description(by swift: String) throws -> PaperPackage {
    let dump = try tools.capture(
      swift,
      ["package", "--package-path", package, "--scratch-path", folder + "/.build/manifest"]
        + ["dump-package"])
    guard dump.code == 0 else {
      throw CommandError.badData(
        "Swift does not accept the manifest of '\(name.visible)':\n\(dump.errors)")
    }
    let paper = try PaperPackage(manifest: dump.output, folder: package, called: name)
    if case .folder(let kindred) = paper.kindred,
      !FileManager.default.fileExists(atPath: kindred)
    {
      throw CommandError.missing(
        "'\(name.visible)' depends on Kindred in '\(kindred.visible)', and there is no such folder: "
          + "let its Package.swift name the URL of Kindred, or the folder in which it is")
    }
    guard paper.hasOtherDependencies || SourceFiles(folders: [package]).contain("kindred_papers")
    else {
      throw CommandError.badData(
        "'\(name.visible)' uses Kindred and has no paper: none of its files enters one in the "
          + "section 'kindred_papers', as Registration.swift of a paper does")
    }
    return paper
  }

  private func write(_ program: PaperProgram) throws {
    for (path, text) in program.files {
      let path = "\(folder)/\(path)"
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try AtomicFile.write(text, to: path, overwriting: true)
    }
    // The versions with which the package is tested.
    if let versions = try? Data(contentsOf: URL(filePath: "\(package)/\(SourceFiles.pins)")) {
      try AtomicFile.write(versions, to: "\(folder)/\(SourceFiles.pins)", overwriting: true)
    }
  }

  /// The folders of all packages that the program is made of.
  private func dependencies(by swift: String, _ places: [String]) throws -> [String] {
    struct Tree: Decodable {
      let path: String
      let dependencies: [Tree]
      var paths: [String] { dependencies.flatMap { [$0.path] + $0.paths } }
    }
    let tree = try tools.capture(
      swift, ["package"] + places + ["show-dependencies", "--format", "json"])
    guard tree.code == 0 else { return [] }
    return try JSONDecoder().decode(Tree.self, from: tree.output).paths
  }
}

/// What a program was built of.
private struct BuildRecord: Codable {
  let texts: PaperProgram
  /// Where the program is.
  let program: String
  let swift: String
  /// The folders whose files it depends on.
  let folders: [String]
  /// Their ``SourceFiles/checksum``.
  let files: String
  /// The checksum of its code besides Kindred's.
  let code: String
}

extension BuildRecord {
  init(file: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: file)))
  }
}
