import Foundation
import Tensors

/// A package with papers, as its manifest describes it.
struct PaperPackage: Codable, Equatable {
  /// Where the package takes Kindred from.
  enum Kindred: Codable, Hashable {
    case folder(String)
    /// `requirement` is Swift: `from: "1.0.0"`.
    case repository(String, requirement: String)

    /// What an error or a note calls it.
    var place: String {
      switch self {
      case .folder(let path): path
      case .repository(let url, _): url
      }
    }
  }

  /// A product that is linked, and the modules in it.
  struct Library: Codable, Equatable {
    let name: String
    let modules: [String]
  }

  let folder: String
  let kindred: Kindred
  let libraries: [Library]
  /// The folder of each module of the package.
  let sources: [String: String]
  /// The files and folders that the manifest names as resources of the modules.
  let resources: [String]
  /// Whether it may have papers of other packages.
  let hasOtherDependencies: Bool
  /// The macOS that the package needs: a program of it needs no older one.
  let macOS: String

  var modules: [String] { Set(libraries.flatMap { $0.modules }).sorted() }
}

extension PaperPackage {
  /// Reads what `swift package dump-package` writes of the package in a folder, which errors call
  /// by another name.
  init(manifest json: Data, folder: String, called name: String) throws(CommandError) {
    guard let manifest = try? JSONDecoder().decode(ManifestDump.self, from: json) else {
      throw .badData("what 'swift package dump-package' writes of '\(name)' is not understood")
    }
    guard !manifest.products.contains(where: { $0.name == "KindredCLI" }) else {
      throw .badData(
        "'\(name)' is Kindred itself, whose papers are known without 'with': 'kindred list' lists them"
      )
    }
    let users = manifest.targets.filter { target in
      target.type != "test" && target.dependencies.contains { $0.product?.first == "Kindred" }
    }
    let references = users.flatMap { $0.dependencies }
      .compactMap { $0.product?.first == "Kindred" ? $0.product?.last?.lowercased() : nil }
    guard let reference = references.first,
      let dependency = manifest.dependencies.first(where: { $0.isCalled(reference) }),
      let kindred = dependency.kindred
    else {
      throw .badData(
        "'\(name)' has no paper of Kindred: none of its targets depends on the product 'Kindred', "
          + "as in .product(name: \"Kindred\", package: \"kindred\")")
    }
    let names = Set(users.map { $0.name })
    let using = manifest.products.filter { product in
      product.type["library"] != nil
        && product.targets.contains { !manifest.targets(below: $0).isDisjoint(with: names) }
    }
    let linked = using.filter { $0.type["library"] == ["automatic"] }
    guard !linked.isEmpty else {
      let targets = names.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
      let product = ".library(name: \"\(names.sorted()[0])\", targets: [\(targets)])"
      throw .badData(
        using.isEmpty
          ? "'\(name)' has papers and no library of them: its manifest needs the product \(product)"
          : "the library '\(using[0].name)' of '\(name)' has a fixed 'type', with which its papers "
            + "are not entered in a program: leave the type out")
    }
    let modules = manifest.targets.filter { $0.type == "regular" }
      .map { (target: $0, folder: "\(folder)/\($0.path ?? "Sources/\($0.name)")") }
    self.init(
      folder: folder, kindred: kindred,
      libraries: linked.map { product in
        Library(name: product.name, modules: product.targets.map { Self.module(of: $0) })
      },
      sources: modules.reduce(into: [:]) { $0[Self.module(of: $1.target.name)] = $1.folder },
      resources: modules.flatMap { module in
        (module.target.resources ?? []).map { "\(module.folder)/\($0.path)" }
      },
      hasOtherDependencies: manifest.dependencies.count > 1,
      macOS: manifest.platforms?.first { $0.platformName == "macos" }?.version ?? "15.0")
  }

  /// The module of a target, whose name need not be one.
  private static func module(of target: String) -> String {
    String(target.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }
}
