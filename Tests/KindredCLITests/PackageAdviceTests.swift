import Foundation
import Testing

@testable import KindredCLI

/// Who names a paper in its package's folder is told the command that knows it.
@Suite struct PackageAdviceTests {
  let folder: ScoreFolder

  init() throws {
    folder = try ScoreFolder()
    let package = PackageTemplate(
      paper: PaperTemplate(name: "MyLoss", library: "Kindred"), .url("https://a.b/kindred.git"))
    try write(package.files[0].text, package.files[0].path)
    try write(RunTests.recipe.replacing("ce + rkd", with: "ce + myLoss"), "recipe.json5")
  }

  private func write(_ text: String, _ name: String) throws {
    try text.write(toFile: folder.path(name), atomically: true, encoding: .utf8)
  }

  /// What a command says in the folder, or in one of its folders.
  private func errors(_ words: String..., at place: String = "") throws -> [String] {
    let result = try BuiltProgram.run(words, in: folder, at: folder.path(place))
    #expect(result.code != 0)
    return result.errors.split(separator: "\n").map { String($0) }
  }

  @Test func everyVerbThatTakesALoss() throws {
    let sentence = "This folder is a package that uses Kindred. Its papers are known to:"
    #expect(
      try errors("check", "myLoss").suffix(2) == [sentence, "  kindred with . check myLoss"])
    #expect(
      try errors("check", "ce + myLoss").suffix(2)
        == [sentence, "  kindred with . check 'ce + myLoss'"])
    #expect(
      try errors("describe", "myLoss") == [
        "kindred: nothing is named 'myLoss'; 'kindred list' shows every name", sentence,
        "  kindred with . describe myLoss",
      ])
    #expect(
      try errors("plan", "recipe.json5").suffix(2)
        == [sentence, "  kindred with . plan recipe.json5"])
    #expect(
      try errors("run", "recipe.json5", "--set", "seeds=[1]").suffix(2)
        == [sentence, "  kindred with . run recipe.json5 --set 'seeds=[1]'"])
  }

  @Test func belowThePackageAndBesideIt() throws {
    for name in ["Sources/MyLoss", "other"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: true)
    }
    #expect(
      try errors("describe", "myLoss", at: "Sources/MyLoss").suffix(2) == [
        "The package '../..' uses Kindred. Its papers are known to:",
        "  kindred with ../.. describe myLoss",
      ])
    try write("let package = Package(name: \"Other\")", "other/Package.swift")
    #expect(
      try errors("plan", "../recipe.json5", at: "other").suffix(2) == [
        "The package '..' uses Kindred. Its papers are known to:",
        "  kindred with .. plan ../recipe.json5",
      ])
    #expect(try errors("describe", "myLoss", at: "other").count == 1)
  }

  /// Who mistypes a name of Kindred's own does not mean the package.
  @Test func nothingIsSaidOfANearName() throws {
    #expect(
      try errors("describe", "rkdd") == ["kindred: nothing is named 'rkdd'; did you mean 'rkd'?"])
    #expect(try errors("check", "ce + rkdd").count == 3)
  }

  @Test func nothingIsSaidElsewhere() throws {
    #expect(try errors("plan", "none.json5").count == 1)
    try write("let package = Package(name: \"Other\")", "Package.swift")
    #expect(
      try errors("describe", "myLoss")
        == ["kindred: nothing is named 'myLoss'; 'kindred list' shows every name"])
    try FileManager.default.removeItem(atPath: folder.path("Package.swift"))
    #expect(try errors("describe", "myLoss").count == 1)
  }

  /// The program of the package itself knows no more than that.
  @Test func theProgramOfThePackageSaysNothing() {
    let error = CommandError.badData("nothing is named 'x'")
    for (program, isTold) in [("kindred", true), ("Tool", true), ("kindred with .", false)] {
      let advice = PackageAdvice(program: program, folder: folder.path(""))
      #expect((advice.text(on: error, of: ["describe", "x"]) != nil) == isTold)
    }
  }
}
