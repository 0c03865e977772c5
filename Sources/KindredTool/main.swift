import KindredCLI

KindredCLI.main(Program(name: "kindred", summary: "x.", version: "0.1.0", commands: []))
