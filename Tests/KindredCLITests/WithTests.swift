import Foundation
import Testing

@testable import KindredCLI

@Suite struct WithTests {
  @Test(arguments: [
    (["."], [".", "--"]),
    ([".", "check", "--format", "json"], [".", "--", "check", "--format", "json"]),
    (["--at", "1.0", "u", "run"], ["--at", "1.0", "u", "--", "run"]),
    (
      ["u", "--at=1.0", "--update", "run", "--at"],
      ["u", "--at=1.0", "--update", "--", "run", "--at"]
    ),
    (["u", "--help"], ["u", "--", "--help"]), (["--help", "u"], ["--help", "u", "--"]),
    (["--ta", "u", "run"], ["--ta", "u", "--", "run"]), ([], ["--"]),
  ])
  func wordsOfTheVerbAreNotReadHere(_ words: [String], _ separated: [String]) {
    #expect(With().separated(words) == separated)
  }

  @Test func helpIsOfWhatItStandsBehind() {
    #expect(
      kindred("with", "--help").output.contains(
        "Usage: kindred with [--at REVISION] [--update] PACKAGE [VERB]...\n"))
    #expect(kindred("with").code == .usage)
    #expect(kindred("with").errors.hasPrefix("kindred: missing PACKAGE\n"))
    #expect(
      kindred("with", "--ta", "1").errors.hasPrefix(
        "kindred: unknown option '--ta'; did you mean '--at'?\n"))
  }

  @Test(arguments: ["https://a.b/c", "file:///a/b", "git@a.b:c/d.git", "ssh://a@b/c"])
  func urls(_ word: String) throws {
    #expect(try PackagePlace(word, at: "1", update: true) == .url(word, at: "1", update: true))
  }

  @Test(arguments: [".", "../a", "/a/b@c:d", "a", "a:b"])
  func folders(_ word: String) throws {
    #expect(try PackagePlace(word, at: nil, update: false) == .folder(word))
    for (revision, update, label) in [("1", false, "--at"), (nil, true, "--update")] {
      #expect(
        throws: CommandError.invalidUse(
          "'\(label)' is for a URL: the folder '\(word)' is taken as it is")
      ) { try PackagePlace(word, at: revision, update: update) }
    }
  }

  /// A program says what one types, in its reports too.
  @Test func theProgramIsCalledAsOneTypesIt() {
    #expect(With.called(".", at: nil) == "kindred with .")
    #expect(With.called("../My Papers", at: nil) == "kindred with '../My Papers'")
    #expect(
      With.called("https://a.b/c.git", at: "1.0.0")
        == "kindred with https://a.b/c.git --at 1.0.0")
  }

  /// A package has none of Kindred's examples.
  @Test func examplesOfAPackageAreItsOwn() {
    func help(_ name: String, _ verb: String) -> String {
      let recording = Recording()
      let program = Program.kindred(name: name, registry: twoPapers)
      #expect(program([verb, "--help"], console: recording.console()) == .done)
      return recording.output
    }
    for verb in ["run", "plan"] {
      let own = help("kindred with CosKL", verb)
      #expect(own.contains("  kindred with CosKL \(verb) recipe.json5\n"))
      #expect(!own.contains("quickstart"))
      #expect(help("kindred", verb).contains("  kindred \(verb) Examples/quickstart.json5\n"))
    }
  }

  @Test func whatIsNoPackage() throws {
    let folder = try WithFolder()
    try folder.write("", "empty/file")
    #expect(
      kindred("with", "\(folder.path)/none", "list") == (
        .missingFile, "",
        """
        kindred: there is no folder '\(folder.path)/none': 'with' takes the folder of a package, or \
        a URL such as https://example.org/papers.git

        """
      ))
    #expect(
      kindred("with", "\(folder.path)/empty/file", "list") == (
        .missingFile, "",
        """
        kindred: '\(folder.path)/empty/file' is a file: 'with' takes the folder of a package, which \
        has a Package.swift

        """
      ))
    #expect(
      kindred("with", "\(folder.path)/empty", "list") == (
        .missingFile, "",
        """
        kindred: '\(folder.path)/empty' is no package, since it has no Package.swift; \
        'kindred new package NAME' writes a package with a paper

        """
      ))
    #expect(
      kindred("with", "\(folder.package)/Sources", "list") == (
        .missingFile, "",
        """
        kindred: '\(folder.package)/Sources' is no package, since it has no Package.swift; \
        '\(folder.package)' has one

        """
      ))
  }

  @Test func cachesAreWhereTheSystemHasThem() {
    #expect(BuildCache(environment: ["KINDRED_CACHE": "/a/b/", "HOME": "/h"]).folder == "/a/b")
    #if os(macOS)
      #expect(BuildCache(environment: ["HOME": "/h"]).folder == "/h/Library/Caches/kindred")
    #else
      #expect(BuildCache(environment: ["HOME": "/h"]).folder == "/h/.cache/kindred")
      #expect(
        BuildCache(environment: ["XDG_CACHE_HOME": "/c", "HOME": "/h"]).folder == "/c/kindred")
      #expect(
        BuildCache(environment: ["XDG_CACHE_HOME": "c", "HOME": "/h"]).folder == "/h/.cache/kindred"
      )
    #endif
  }

  @Test func everyPlaceHasAFolderOfItsOwn() {
    let cache = BuildCache(environment: ["KINDRED_CACHE": "/c"])
    #expect(cache.program(of: "/a/My Papers").hasPrefix("/c/programs/My-Papers-"))
    #expect(cache.program(of: "/a/x") != cache.program(of: "/b/x"))
    let url = "git@example.org:a/papers.git"
    #expect(cache.checkout(of: url, at: nil).hasSuffix("/papers"))
    #expect(cache.checkout(of: url, at: nil) != cache.checkout(of: url, at: "1.0"))
    #expect(cache.checkout(of: "https://a.b/..", at: nil).hasSuffix("/package"))
  }
}
