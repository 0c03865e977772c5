import Foundation
import Testing

@testable import KindredCLI

/// What is built and when, with a `swift` that builds nothing.
@Suite struct ProgramBuildTests {
  private static let whole = ["dump-package", "build", "show-dependencies"]

  @Test func aProgramIsBuiltOnceAndAgainForEveryChange() throws {
    let folder = try WithFolder()
    let first = try folder.program()
    #expect(
      first.notes == """
        kindred: building a program of Ex_ample in '\(folder.package)' with Kindred from \
        '\(folder.path)/kindred'; the first time this may take minutes

        """)
    #expect(first.path.hasPrefix(folder.path + "/kindred/.build/release/KindredWith_"))
    #expect(folder.calls() == Self.whole)
    #expect(try folder.program() == (first.path, first.checksum, ""))
    #expect(folder.calls() == [])

    let changes: [(WithFolder) throws -> Void] = [
      { try $0.write("// kindred_papers, again", "Papers/Sources/Example/Example.swift") },
      { try $0.write("// more", "Papers/Sources/Example/More.swift") },
      { try $0.remove("Papers/Sources/Example/More.swift") },
      { try $0.write("// manifest, again", "Papers/Package.swift") },
      { try $0.write("{}", "Papers/Package.resolved") },
      { try $0.write("numbers", "Papers/Sources/Example/table.txt") },
      { try $0.write("numbers", "Papers/Source/Example/table.txt") },
      { try $0.write("numbers", "Papers/Source/Example/data/more/table.txt") },
      { try $0.write("other numbers", "Papers/Source/Example/data/more/table.txt") },
      { try $0.write("// a kernel", "kindred/Sources/CKernels/kernel.c") },
      { try FileManager.default.removeItem(atPath: $0.program().path) },
      { folder in
        let generated = folder.cache.program(of: folder.package) + "/Package.swift"
        try Data("// by an older kindred".utf8).write(to: URL(filePath: generated))
      },
    ]
    for (index, change) in changes.enumerated() {
      try change(folder)
      _ = try folder.program()
      #expect(folder.calls() == Self.whole, "change \(index)")
      _ = try folder.program()
      #expect(folder.calls() == [], "change \(index)")
    }
  }

  /// Results that are written beside the sources, and the package's own builds, are none.
  @Test func otherFilesAreNoChange() throws {
    let folder = try WithFolder()
    _ = try folder.program()
    _ = folder.calls()
    try folder.write("{}", "Papers/results/run/results.json")
    try folder.write("a note", "Papers/Source/Example/notes.txt")
    try folder.write("// built", "Papers/.build/Example.swift")
    _ = try folder.program()
    #expect(folder.calls() == [])
    // A program that is up to date needs no Swift.
    try folder.remove("bin/swift")
    _ = try folder.program()
  }

  @Test func errorsAreSaid() throws {
    let folder = try WithFolder()
    try folder.write("", "errors")
    #expect(
      throws: CommandError.badData(
        "the program of 'Papers' was not built, for the errors above")
    ) { try folder.program() }
    try folder.remove("errors")
    _ = folder.calls()
    _ = try folder.program()
    #expect(folder.calls() == Self.whole)

    try folder.write("// kindred", "Papers/Sources/Example/Example.swift")
    try folder.remove("dump.json")
    #expect(
      throws: CommandError.badData(
        "Swift does not accept the manifest of 'Papers':\n"
          + "Package.swift:3:1: error: of the manifest\n")
    ) { try folder.program() }
    try folder.remove("bin/swift")
    let tools = Tools(folders: folder.path + "/bin", console: Recording().console())
    let build = ProgramBuild(
      package: folder.package, name: "Papers",
      cache: BuildCache(environment: ["KINDRED_CACHE": folder.path + "/new"]),
      tools: tools)
    #expect(
      throws: CommandError.missing(
        "no folder of PATH has the program 'swift', which builds a program of the package's papers")
    ) { try build.program() }
  }

  @Test func aPackageWithoutAnEntryHasNoPaper() throws {
    let folder = try WithFolder()
    try folder.write("// no entry", "Papers/Sources/Example/Example.swift")
    #expect(
      throws: CommandError.badData(
        "'Papers' uses Kindred and has no paper: none of its files enters one in the section "
          + "'kindred_papers', as Registration.swift of a paper does")
    ) { try folder.program() }
  }

  /// Input, output, errors, words and the exit code are those of the program that is run.
  @Test func theProgramTakesThePlaceOfTheCommand() throws {
    let folder = try WithFolder()
    let process = Process()
    process.executableURL = try BuiltProgram.url()
    process.arguments = ["with", folder.package, "check", "--format", "json", "--", "a b"]
    process.environment = folder.environment
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data("input\n".utf8))
    try input.fileHandleForWriting.close()
    let text = { (pipe: Pipe) in
      String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
    let written = text(output)
    #expect(text(errors).hasSuffix("\ncompiling\nsaid\n"))
    process.waitUntilExit()
    #expect(process.terminationStatus == 3)
    #expect(
      try written == """
        verb: check --format json -- a b
        package: \(folder.program().checksum)
        input

        """)
  }

  /// A run goes on only with the code that it began with, wherever that is and whenever it was
  /// written.
  @Test func theChecksumIsOfTheCode() throws {
    let folder = try WithFolder()
    let first = try folder.program().checksum
    for (text, path) in [
      ("// kindred_papers", "Sources/Example/Example.swift"), ("a note", "README.md"),
      ("{}", "recipe.json5"), ("// a test", "Tests/ExampleTests/ExampleTests.swift"),
      ("{}", "results/run/results.json"), ("// built", ".build/Example.swift"),
    ] {
      try folder.write(text, "Papers/" + path)
      #expect(try folder.program().checksum == first, "\(path)")
    }
    try folder.write("// a kernel", "kindred/Sources/CKernels/kernel.c")
    #expect(try folder.program().checksum == first)
    var known: Set = [first]
    for (text, path) in [
      ("// kindred_papers, again", "Sources/Example/Example.swift"),
      ("// more", "Sources/Example/More.swift"), ("// more", "Sources/Example/Moved.swift"),
      ("// manifest, again", "Package.swift"), ("numbers", "Source/Example/table.txt"),
    ] {
      try folder.write(text, "Papers/" + path)
      #expect(known.insert(try folder.program().checksum).inserted, "\(path)")
      #expect(known.contains(try folder.program().checksum), "\(path)")
    }
    // A file of the manifest's checksum and one version, and later another version.
    for (manifest, version, isNew) in [
      ("a", "1.0.0", true), ("b", "1.0.0", false), ("b", "1.0.1", true),
    ] {
      try folder.write(
        "{\n\"originHash\": \"\(manifest)\",\n\"version\": \"\(version)\"\n}\n",
        "Papers/Package.resolved")
      #expect(known.insert(try folder.program().checksum).inserted == isNew, "\(version)")
    }
  }

  /// A branch that moves is fetched again when that is asked for.
  @Test func urlsAreFetchedOnce() throws {
    let folder = try WithFolder()
    let recording = Recording()
    let tools = Tools(folders: folder.environment["PATH"] ?? "", console: recording.console())
    let git = try tools.path(of: "git", which: "makes a repository")
    func commit(_ text: String) throws {
      try folder.write(text, "Papers/note.txt")
      for words in [
        ["init", "--quiet", "--initial-branch=main"], ["add", "--all"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", text],
        ["tag", text],
      ] {
        #expect(try tools.capture(git, ["-C", folder.package] + words).code == 0)
      }
    }
    func note(_ revision: String?, update: Bool = false) throws -> String {
      let place = try PackagePlace("file://" + folder.package, at: revision, update: update)
      let fetched = try place.folder(
        fetchedInto: BuildCache(environment: folder.environment), by: tools)
      return try String(contentsOfFile: fetched + "/note.txt", encoding: .utf8)
    }
    try commit("first")
    #expect(try note(nil) == "first")
    #expect(
      recording.errors.hasPrefix("kindred: fetching file://\(folder.package), its default branch\n")
    )
    #expect(recording.errors.hasSuffix(": first\n"))
    try commit("second")
    #expect(try note(nil) == "first")
    #expect(try note(nil, update: true) == "second")
    #expect(try note("first") == "first")
    #expect(
      throws: CommandError.missing(
        "'file://\(folder.package)' was not fetched, for the reason that git gives above")
    ) { try note("third") }
    #expect(try note(nil) == "second")
  }
}
