/// The package that `kindred with` writes: a program of all commands of Kindred and the papers of
/// another package. It takes Kindred from where that package takes it, so that there is one.
struct PaperProgram: Codable {
  let package: PaperPackage
  /// The program's name, which is that of a module.
  let name: String
  /// What the parameters of the package's papers are.
  let comments: ParameterComments

  /// Every file, by its path in the package's folder.
  var files: [(path: String, text: String)] {
    [("Package.swift", manifest), ("Sources/\(name)/main.swift", main)]
  }

  private var manifest: String {
    let kindred =
      switch package.kindred {
      case .folder(let path): "name: \"kindred\", path: \(path.debugDescription)"
      case .repository(let url, let requirement): "url: \(url.debugDescription), \(requirement)"
      }
    let libraries = package.libraries.map {
      "        .product(name: \($0.name.debugDescription), package: \"papers\"),\n"
    }
    return """
      // swift-tools-version: 6.3
      import PackageDescription

      // Written by 'kindred with', and may be removed.
      let package = Package(
        name: "with-papers",
        platforms: [.macOS(\(package.macOS.debugDescription))],
        dependencies: [
          .package(\(kindred)),
          .package(name: "papers", path: \(package.folder.debugDescription)),
        ],
        targets: [
          .executableTarget(
            name: "\(name)",
            dependencies: [
              .product(name: "KindredCLI", package: \(kindredReference.debugDescription)),
      \(libraries.joined())      ])
        ]
      )

      """
  }

  /// How targets call Kindred: by the name that is given to a folder, or the last part of a URL.
  private var kindredReference: String {
    guard case .repository(let url, _) = package.kindred else { return "kindred" }
    return repositoryName(of: url)
  }

  /// Linking a library enters its papers. `kindred with` says what the program is called.
  private var main: String {
    """
    import KindredCLI
    \(package.modules.map { "import \($0)\n" }.joined())
    KindredCLI.main(
      .kindred(
        name: CommandLine.arguments[0], registry: .linked,
        parameterComments: \(ParameterExtractor.literal(comments, indentation: 4))))

    """
  }
}
