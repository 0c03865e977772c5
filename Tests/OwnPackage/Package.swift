// swift-tools-version: 6.3
import PackageDescription

// A program of the calls that a user of the library writes first. It imports Kindred alone.
let package = Package(
  name: "OwnPackage",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "kindred", path: "../..")],
  targets: [
    .executableTarget(
      name: "OwnPackage", dependencies: [.product(name: "Kindred", package: "kindred")])
  ],
  swiftLanguageModes: [.v6]
)
