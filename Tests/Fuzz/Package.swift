// swift-tools-version: 6.3
import PackageDescription

// Fuzz targets for every reader of a file, a formula or a recipe, fed with bytes that libFuzzer
// makes up. They are a package of their own, so `swift build` and `swift test` of Kindred neither
// build them nor need libFuzzer.
let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "kindred", path: "../..", traits: ["Images"])],
  targets: [
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Conformance", "Experiments", "Kindred", "KindredCLI", "TensorFiles", "Training",
      ].map {
        .product(name: $0, package: "kindred")
      })
  ],
  swiftLanguageModes: [.v6]
)
