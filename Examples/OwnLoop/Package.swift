// swift-tools-version: 6.3
import PackageDescription

// A program with a training loop of its own, which depends on Kindred and on nothing else.
let package = Package(
  name: "OwnLoop",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "kindred", path: "../..")],
  targets: [
    .executableTarget(
      name: "OwnLoop", dependencies: [.product(name: "Kindred", package: "kindred")])
  ]
)
