/// A package with one paper, as `kindred new package` writes it.
struct PackageTemplate {
  let paper: PaperTemplate
  let kindred: KindredSources

  init(paper: PaperTemplate, _ kindred: KindredSources) {
    (self.paper, self.kindred) = (paper, kindred)
  }

  private var name: String { paper.name }

  /// Every file, by its path in the package's folder.
  var files: [(path: String, text: String)] {
    [
      ("Package.swift", manifest),
      ("Sources/\(name)/\(name).swift", paper.source),
      ("Sources/\(name)/Registration.swift", paper.registration),
      ("Tests/\(name)Tests/\(name)Tests.swift", test),
      ("recipe.json5", recipe),
      ("README.md", readme),
      (".gitignore", ".build/\n.swiftpm/\n.DS_Store\n/results/\n"),
    ]
  }

  /// The commands to type next, in the package's folder.
  var commands: [String] {
    ["kindred with . check \(paper.id)", "swift test", "kindred with . run recipe.json5"]
  }

  private var manifest: String {
    """
    // swift-tools-version: 6.3
    import PackageDescription

    let package = Package(
      name: "\(name)",
      platforms: [.macOS(.v15)],
      products: [.library(name: "\(name)", targets: ["\(name)"])],
      dependencies: [
        \(kindred.dependency)
      ],
      targets: [
        .target(
          name: "\(name)", dependencies: [\(product("Kindred"))]),
        .testTarget(
          name: "\(name)Tests",
          dependencies: [
            "\(name)", \(product("Conformance")),
            \(product("Kindred")),
          ]),
      ]
    )

    """
  }

  private func product(_ product: String) -> String {
    ".product(name: \"\(product)\", package: \(kindred.package.debugDescription))"
  }

  private var test: String {
    """
    import Conformance
    import Kindred
    import \(name)
    import Testing

    @Suite struct \(name)Tests {
      /// The gradient, the claims and the degenerate inputs.
      @Test func conforms() throws {
        let suite = try ConformanceSuite(of: "\(paper.id)", in: .linked)
        for finding in suite.findings() { #expect(finding.passed, "\\(finding)") }
      }

      /// Three examples on a line. The student's distances 1, 3, 4 have mean 8/3, the teacher's 1, 1, 2
      /// have mean 4/3. Divided by it, they differ by −3/8, 3/8, 0, each twice among nine entries:
      /// L = 4 (3/8)²/9 = 1/16.
      @Test func isWorkedOutByHand() throws {
        let loss = try Registry.linked.loss("\(paper.id)")
        let result = try loss.evaluate(
          student: ["embedding": Tensor([0, 1, 4], shape: [3, 1])],
          teacher: ["embedding": Tensor([0, 1, 2], shape: [3, 1])])
        #expect(abs(result.value - 1.0 / 16) < 1e-6)
      }
    }

    """
  }

  /// Less than a minute of training.
  private var recipe: String {
    """
    // Does the loss help beside the labels? Small students learn images that Kindred draws.
    //
    //   kindred with . run recipe.json5
    {
      name: "\(name)",

      data: { set: "glyphs", train: 2000, test: 1000 },

      teacher: {
        network: "resnet8:8",
        training: { epochs: 4, batch: 64, optimizer: { rate: 0.1 } },
      },

      student: {
        network: "resnet8:4",
        training: { images: 600, epochs: 8, batch: 32, optimizer: { rate: 0.05 } },
      },

      rows: [
        { name: "ce", loss: "ce" },
        { name: "\(paper.id)", loss: "ce + \(paper.id)" },
      ],

      seeds: [1, 2],
    }

    """
  }

  private var readme: String {
    """
    # \(name)

    A loss for Kindred. `Sources/\(name)/\(name).swift` holds it.

    ```sh
    \(commands.joined(separator: "\n"))
    ```

    The first compares the gradient with finite differences and tests what the loss claims. The second
    does the same, and compares one value with a number worked out by hand. The third trains small
    students with the loss and without it.

    `Package.swift` says where Kindred is. Before others use this package, let it name Kindred's URL:
    `.package(url: "…", from: "\(Program.version)")`. If the repository has no such version, write
    `branch: "main"` in place of `from: …`.

    """
  }
}
