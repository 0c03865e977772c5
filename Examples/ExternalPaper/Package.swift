// swift-tools-version: 6.3
import PackageDescription

// A paper in a package of its own, which depends on Kindred and on nothing else.
let package = Package(
  name: "ExternalPaper",
  platforms: [.macOS(.v15)],
  products: [.library(name: "LogitStandardization", targets: ["LogitStandardization"])],
  dependencies: [.package(name: "kindred", path: "../..")],
  targets: [
    .target(
      name: "LogitStandardization", dependencies: [.product(name: "Kindred", package: "kindred")]),
    .testTarget(
      name: "LogitStandardizationTests",
      dependencies: ["LogitStandardization", .product(name: "Conformance", package: "kindred")],
      resources: [.copy("Vectors")]),
  ]
)
