import TensorFiles

extension Situation {
  private static func plan(
    _ recipe: String, _ changes: [String] = [], is right: Right
  ) -> Situation {
    Situation(
      folder: "recipes",
      arguments: ["plan", recipe, "--format", "json"] + changes.flatMap { ["--set", $0] },
      right: right)
  }

  /// Whoever writes a key twice meant one of them.
  static let keysThatStandTwice: [Situation] = [
    plan("epochs-twice.json5", is: .refusal(["epochs-twice.json5", "'epochs'", "twice"])),
    plan("name-twice.json5", is: .refusal(["name-twice.json5", "'name'", "twice"])),
    plan("rows-twice.json5", is: .refusal(["rows-twice.json5", "'rows'", "twice"])),
    plan(
      "small.json5", ["rows=[{name: \"a\", loss: \"ce\", name: \"b\"}]"],
      is: .refusal(["'name'", "twice"])),
    plan("small.json5", ["student.training={epochs: 1, 'epochs': 2}"], is: .refusal(["twice"])),
    Situation(
      folder: "recipes", arguments: ["describe", "kd(temperature: 4, temperature: 2)"],
      right: .refusal(["'temperature' is given twice, at column 20"])),
    Situation(
      folder: "recipes", arguments: ["describe", "match(logits, with: huber, with: meanSquare)"],
      right: .refusal(["'with' is given twice, at column 28"])),
  ]

  /// Seeds are whole numbers up to 2⁶⁴ − 1, exactly.
  static let seeds: [Situation] =
    [
      "[9007199254740992, 9007199254740993]", "[18446744073709551615, 18446744073709551614]",
      "[0x20000000000001, 0x20000000000000]",
    ].map { plan("small.json5", ["seeds=\($0)"], is: .output([#""count" : 2"#])) }
    + ["[18446744073709551616]", "[1e30]"].map {
      plan("small.json5", ["seeds=\($0)"], is: .refusal(["seeds", "18446744073709551615"]))
    }
    + ["[-1]", "[1.5]", "[\"one\"]", "[1, 1]"].map {
      plan("small.json5", ["seeds=\($0)"], is: .refusal(["seeds"]))
    }
    + ["data.seed", "teacher.seed", "validation.seed"].map {
      plan(
        "small.json5", ["\($0)=18446744073709551616"],
        is: .refusal([$0, "18446744073709551615"]))
    }

  /// Numbers as JSON5 writes them.
  static let numbersInRecipes: [Situation] =
    ["1e-3", "1E-3", ".001", "+0.001", "1.e-3"].map {
      plan(
        "small.json5", ["student.training.optimizer.rate=\($0)"],
        is: .output([#""schema" : "kindred-plan/1""#]))
    }
    + ["0x40", "64.0", "6.4e1"].map {
      plan("small.json5", ["student.training.batch=\($0)"], is: .output([#""batch" : 64"#]))
    }
    + ["Infinity", "-Infinity", "NaN", "fast", "1e400", "-1"].map {
      plan(
        "small.json5", ["student.training.optimizer.rate=\($0)"],
        is: .refusal(["student.training.optimizer"]))
    }

  /// Data sets whose files hold other types, or have other axes. Labels may be of any whole type.
  static let idx: [Situation] =
    [
      ("float-labels", "train-labels-idx1-ubyte.gz", "0x00000d01"),
      ("float-images", "train-images-idx3-ubyte.gz", "0x00000d03"),
      ("colour-images", "train-images-idx3-ubyte.gz", "0x00000804"),
      ("exchanged", "train-images-idx3-ubyte.gz", "labels"),
    ].map { folder, file, kind in
      Situation(
        folder: "idx", arguments: ["plan", "idx.json5", "--data", folder],
        right: .refusal(["'\(folder)/\(file)'", "IDX", kind]),
        never: ["neither gzip nor IDX", "no IDX file"])
    } + [
      Situation(
        folder: "idx", arguments: ["plan", "idx.json5", "--data", "page"],
        right: .refusal(["'page/train-images-idx3-ubyte.gz'", "web page"])),
      Situation(
        folder: "idx", arguments: ["plan", "idx.json5", "--data", "int-labels"],
        right: .output(["IDX: 16 images of 1×28×28 to train, 16 to test, 10 classes"])),
      Situation(
        folder: "idx", arguments: ["plan", "idx.json5", "--data", "qmnist"],
        right: .output(["IDX: 16 images of 1×28×28 to train, 16 to test, 10 classes"])),
    ]
}
