// swift-tools-version: 6.3
import PackageDescription

// A program with nothing but losses. It shows how large a library of all papers is when linked
// statically.
let package = Package(
  name: "StaticSize",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "kindred", path: "../..")],
  targets: [
    .executableTarget(
      name: "StaticSize", dependencies: [.product(name: "Kindred", package: "kindred")])
  ],
  swiftLanguageModes: [.v6]
)
