extension Situation {
  private static let value = 1.0 / 72

  /// The loss reads `embedding`, whatever stands beside it.
  static let besideTheEmbedding: [Situation] = [
    "names.npz", "complex.npz", "structured.npz", "doubles.npz", "not-numbers.npz", "dates.npz",
    "objects.npz", "zipped-on-a-mac.npz", "with-a-readme.npz", "mask.safetensors",
    "eight-bits.safetensors",
  ].map { .score("beside", "rkd.distance", $0, "t.npy", is: .value(value)) }

  /// Matrices whose columns are stored one after another.
  static let fortranOrder: [Situation] =
    ["matrix.npy", "matrix.npz", "column.npy", "column-that-says-so.npy"].map {
      .score("fortran", "rkd.distance", $0, "t.npy", is: .value(value))
    } + [
      .score("fortran", "at", "maps.npz", "maps-in-c-order.npz", is: .value(0)),
      .score(
        "fortran", "match(stage1, with: meanSquare)", "maps.npz", "maps-in-c-order.npz",
        is: .value(0)),
    ]

  /// Features of other types than Float32.
  static let featureTypes: [Situation] =
    ["i1", "little-i2", "little-u2", "little-u4", "big-f4", "big-f8", "big-i4"].map {
      .score("element-types", "rkd.distance", "\($0).npy", "t.npy", is: .value(value))
    } + [
      .score("element-types", "rkd.distance", "bfloat16.safetensors", "t.npy", is: .value(value)),
      .score(
        "element-types", "rkd.distance", "bfloat16.npy", "t.npy",
        is: .refusal(["'bfloat16.npy'", "'|V2'", "bfloat16", "safetensors"]), never: ["'<f4'"]),
      .score(
        "element-types", "rkd.distance", "bfloat16.npz", "t.npy",
        is: .refusal(["'bfloat16.npz', tensor 'embedding'", "'|V2'", "bfloat16", "safetensors"]),
        never: ["'<f4'"]),
      .score(
        "element-types", "rkd.distance", "void4.npy", "t.npy",
        is: .refusal(["'void4.npy'", "'|V4'"]), never: ["'<f4'"]),
      .score(
        "element-types", "rkd.distance", "names.npy", "t.npy",
        is: .refusal(["'names.npy'", "'<U1'", "text"]), never: ["'<f4'"]),
      .score(
        "element-types", "rkd.distance", "complex.npy", "t.npy",
        is: .refusal(["'complex.npy'", "'<c8'"]), never: ["astype('<f4')"]),
    ]

  /// Arrays under other names than those of a network's outputs.
  static let arrayNames: [Situation] = [
    .score(
      "array-names", "rkd.distance", "two-unnamed.npz", "t.npy",
      is: .refusal(["'two-unnamed.npz'", "'embedding'", "'arr_0'", "'arr_1'"])),
    .score(
      "array-names", "rkd.distance", "other.npz", "t.npy",
      is: .refusal(["'other.npz'", "'embedding'", "'features'"])),
    .score(
      "array-names", "rkd.distance", "nested.npz", "t.npy",
      is: .refusal(["'nested.npz'", "outputs"])),
    .score("array-names", "rkd.distance", "two.npy", "t.npy", is: .refusal(["'two.npy'"])),
    .score(
      "array-names", "rkd.distance", "vector.npy", "t.npy", is: .refusal(["'vector.npy'", "[3]"])),
    .score("array-names", "rkd.distance", "scalar.npy", "t.npy", is: .refusal(["'scalar.npy'"])),
    .score(
      "array-names", "rkd.distance", "one.npz", "t.npy",
      is: .refusal(["'one.npz', tensor 'embedding'", "1", "'t.npy'", "3"])),
  ]

  /// Files that are something else than their names say.
  static let noTensors: [Situation] =
    ["safetensors", "npy", "npz"].flatMap { type -> [Situation] in
      [("pointer", "Git LFS"), ("page", "web page")].map { name, kind in
        .score(
          "no-tensors", "rkd.distance", "\(name).\(type)", "t.npy",
          is: .refusal(["'\(name).\(type)'", kind]), never: ["23369", "astype"])
      }
        + ["empty", "archive", "error"].map { name in
          .score(
            "no-tensors", "rkd.distance", "\(name).\(type)", "t.npy",
            is: .refusal(["'\(name).\(type)'"]), never: ["bytes; possible: at most"])
        }
    } + [
      .score(
        "no-tensors", "rkd.distance", "torch.pt", "t.npy", is: .refusal(["'torch.pt'", "PyTorch"])),
      .score("no-tensors", "rkd.distance", "torch.npy", "t.npy", is: .refusal(["'torch.npy'"])),
      .score("no-tensors", "rkd.distance", "torch.npz", "t.npy", is: .refusal(["'torch.npz'"])),
      .score(
        "no-tensors", "rkd.distance", "torch.safetensors", "t.npy",
        is: .refusal(["'torch.safetensors'"])),
      .score(
        "no-tensors", "rkd.distance", "wrong-metadata.safetensors", "t.npy",
        is: .refusal(["'wrong-metadata.safetensors'"])),
      .score("no-tensors", "rkd.distance", "none.safetensors", "t.npy", is: .value(0)),
    ]
}
