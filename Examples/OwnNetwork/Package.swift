// swift-tools-version: 6.3
import PackageDescription

// A network in a package of its own, and a program that has all commands and knows it.
let package = Package(
  name: "OwnNetwork",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "kindred", path: "../..")],
  targets: [
    .target(
      name: "SkipNet",
      dependencies: [
        .product(name: "Kindred", package: "kindred"),
        .product(name: "Training", package: "kindred"),
      ]),
    .executableTarget(
      name: "OwnNetwork",
      dependencies: ["SkipNet", .product(name: "KindredCLI", package: "kindred")]),
    .testTarget(
      name: "SkipNetTests",
      dependencies: ["SkipNet", .product(name: "Training", package: "kindred")]),
  ]
)
