// swift-tools-version: 6.3
import PackageDescription

// The dependency rule: an arrow may only point downwards in this list.
//
//   KindredC                   the losses as functions of C, which CKindred declares
//     -> Kindred
//   kindred (the command)
//     -> KindredCLI            the commands, as a library
//       -> Reports             results as pages, tables and event files
//         -> Experiments       recipes, runs of many trainings, their results and plans
//           -> Training        one training: data, networks, optimizers, metrics, the trainer
//             -> CImages       PNG and JPEG files, with the trait `Images`
//             -> TensorFiles   tensors in .npy, .npz and .safetensors
//               -> SystemMemory  the memory that a process can still take
//       -> Conformance         what must hold of every loss
//       -> Kindred             the umbrella: Distillation and every paper
//         -> one target a paper
//           -> Distillation    Knowledge, Relation, Matcher, LossTerm, LossGraph, Registry
//             -> Tensors       values, operations and their derivatives
//               -> CKernels    inner loops in C

/// Every paper. Each name is a folder in `Plugins/`. These are ordinary targets. The default folder
/// of SwiftPM's plugins has the same name, so each target's path is explicit.
let papers = [
  "AT", "Affinity", "CCKD", "CKA", "CRD", "CWD", "DCor", "DIST", "DKD", "DarkRank", "FSP",
  "FitNet", "GramAnchoring", "ICKD", "IRG", "KD", "LSKD", "MLLD", "MiniLM", "NST", "PKD", "PKT",
  "RKD", "RRD", "RSD", "SP", "SimKD",
  "Simplex", "Stella", "TokenKD", "Triplet", "VID", "VRM",
]

let paperTargets: [Target] = papers.map {
  .target(name: $0, dependencies: ["Distillation", "Tensors"], path: "Plugins/\($0)")
}

let package = Package(
  name: "kindred",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Kindred", targets: ["Kindred"]),
    .library(name: "KindredCLI", targets: ["KindredCLI"]),
    .library(name: "TensorFiles", targets: ["TensorFiles"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Experiments", targets: ["Experiments"]),
    .library(name: "Conformance", targets: ["Conformance"]),
    // For programs of other languages, with the header Sources/CKindred/include/kindred.h.
    .library(name: "kindred-c", type: .dynamic, targets: ["KindredC"]),
    .library(name: "kindred-c-static", type: .static, targets: ["KindredC"]),
    .executable(name: "kindred", targets: ["KindredTool"]),
  ],
  traits: [
    .trait(
      name: "Images",
      description: """
        Recipes read folders of PNG and JPEG files, for which libpng and libjpeg-turbo must be \
        installed.
        """)
  ],
  dependencies: [],
  targets: paperTargets + [
    // The engine.
    .target(name: "CKernels"),
    .target(name: "Tensors", dependencies: ["CKernels"]),

    // The core, and the section of the binary in which linked papers register themselves.
    .target(name: "CRegistration"),
    .target(name: "Distillation", dependencies: ["CRegistration", "Tensors"]),

    // Every paper under one name.
    .target(
      name: "Kindred",
      dependencies: ["Distillation", "Tensors"] + papers.map { .target(name: $0) }),

    // The losses for every language that calls C. CKindred is the header alone.
    .target(name: "CKindred", exclude: ["library.sh", "symbols.map"]),
    .target(
      name: "KindredC",
      dependencies: ["CKindred", "Distillation", "Kindred", "SystemMemory", "Tensors"]),

    // What must hold for every loss, checked by the tests and by `kindred check`.
    .target(name: "Conformance", dependencies: ["Distillation", "Tensors"]),

    // Files of tensors.
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"]), .brew(["zlib"])]),
    .target(name: "SystemMemory"),
    .target(name: "TensorFiles", dependencies: ["CZlib", "SystemMemory", "Tensors"]),

    // Training, experiments, and their reports.
    .target(
      name: "CImages",
      cSettings: [.define("KINDRED_IMAGES", .when(traits: ["Images"]))],
      linkerSettings: [
        .linkedLibrary("png", .when(traits: ["Images"])),
        .linkedLibrary("jpeg", .when(traits: ["Images"])),
      ]),
    .target(
      name: "Training",
      dependencies: ["CImages", "Distillation", "SystemMemory", "TensorFiles", "Tensors"],
      // The classes of networks in Python, from which exported students are written.
      resources: ["resnet", "wrn", "mobilenetv2", "vit", "mlp", "start", "end"].map {
        .embedInCode("Export/Torch/\($0).py")
      }),
    .target(
      name: "Experiments", dependencies: ["Distillation", "TensorFiles", "Tensors", "Training"]),
    .target(
      name: "Reports",
      dependencies: ["CZlib", "Distillation", "Experiments", "TensorFiles", "Tensors", "Training"],
      // The resources are part of the program, which may be linked statically.
      resources: [.embedInCode("Markup/report.css"), .embedInCode("Markup/report.js")]),

    // The command. Its target is not named `kindred`, because a file system that ignores case could
    // not hold that beside `Kindred`.
    .target(
      name: "KindredCLI",
      dependencies: [
        "Conformance", "Distillation", "Experiments", "Kindred", "Reports", "SystemMemory",
        "TensorFiles", "Tensors", "Training",
      ]),
    .executableTarget(name: "KindredTool", dependencies: ["KindredCLI"]),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport"),
    .testTarget(name: "TensorsTests", dependencies: ["CKernels", "Tensors", "TestSupport"]),
    .testTarget(
      name: "DistillationTests",
      dependencies: ["Conformance", "Distillation", "Kindred", "TestSupport"]),
    .target(
      name: "Goldens", dependencies: ["Distillation", "Tensors"], path: "Tests/Goldens",
      resources: [.copy("Vectors")]),
    .testTarget(
      name: "PapersTests", dependencies: ["Conformance", "Goldens", "Kindred", "TestSupport"],
      resources: [.copy("Vectors")]),
    .testTarget(
      name: "KindredCTests",
      dependencies: [
        "CKindred", "Distillation", "Goldens", "Kindred", "KindredC", "TestSupport", "Tensors",
      ]),
    .testTarget(
      name: "TensorFilesTests",
      dependencies: ["SystemMemory", "TensorFiles", "Tensors", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Distillation", "Kindred", "SystemMemory", "TensorFiles", "Tensors", "Training",
        "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Distillation", "Experiments", "Kindred", "TensorFiles", "Tensors", "TestSupport",
        "Training",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["CZlib", "Distillation", "Experiments", "Reports", "TensorFiles", "Training"]),
    .testTarget(
      name: "KindredCLITests",
      dependencies: [
        "Conformance", "Distillation", "Experiments", "Goldens", "Kindred", "KindredCLI",
        "KindredTool", "Reports", "TensorFiles", "Tensors", "TestSupport", "Training",
      ],
      resources: [.copy("Situations")]),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
