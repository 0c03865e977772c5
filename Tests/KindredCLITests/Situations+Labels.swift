import Foundation

extension Situation {
  /// Labels are whole numbers from the file to the loss.
  static let labelsAsNumbers: [Situation] =
    // d² of the pairs is 1 and 2.25: all triples by hand give 0.99375.
    ["small", "two-to-the-24", "two-to-the-53", "two-to-the-62", "doubles"].map {
      .score(
        "labels", "triplet(squared: true)", "pairs.npz", "pairs.npz", labels: "\($0).npy",
        is: .value(0.99375))
    }
    + ["pairs-with-labels.npz", "pairs-with-labels.safetensors"].map {
      .score("labels", "triplet(squared: true)", $0, "pairs.npz", is: .value(0.99375))
    }
    + [16_777_217, -16_777_217, 9_007_199_254_740_993].map {
      .score(
        "labels", "ce", "two-zeros.npz", "two-zeros.npz", labels: "zero-and-\($0).npy",
        is: .refusal(["'zero-and-\($0).npy': label \($0) of example 1 ", "0..<3"]))
    }

  /// Every type in which labels are stored; four equal logits have the cross entropy ln 4.
  static let labelTypes: [Situation] =
    ([
      "i1", "u1", "little-i2", "little-u2", "little-i4", "little-u4", "little-i8", "little-u8",
      "little-f2", "little-f4", "little-f8", "big-i2", "big-u2", "big-i4", "big-u4", "big-i8",
      "big-u8", "big-f4", "big-f8", "column", "in-fortran-order", "row-in-fortran-order",
    ].map { "0123-\($0).npy" } + ["0110-bool.npy"]
    + ["I8", "I16", "U16", "U32", "U64"].map { "0123-\($0).safetensors" }).map {
      .score(
        "labels", "ce", "four-zeros.npz", "four-zeros.npz", labels: $0, is: .value(log(4)))
    }

  /// Labels that say that there is none.
  static let labelsOfNone: [Situation] =
    ["none-is-minus-100", "none-is-minus-1"].map {
      .score(
        "labels", "triplet(squared: true)", "pairs.npz", "pairs.npz", labels: "\($0).npy",
        is: .still(0, saying: ["'triplet' says nothing about", "with these labels"]))
    } + [
      .score(
        "labels", "triplet(squared: true)", "six.npz", "six.npz",
        labels: "two-classes-and-none.npy",
        is: .value(0.99375))
    ]
    + [
      .score(
        "labels", "ce", "four-zeros.npz", "four-zeros.npz", labels: "none-is-minus-100.npy",
        is: .value(log(4))),
      .score(
        "labels", "ce", "four-zeros.npz", "four-zeros.npz", labels: "none-is-minus-1.npy",
        is: .refusal(["label -1 of example 2 "])),
    ]

  /// Two files whose examples are in another order.
  static let labelsThatDisagree: [Situation] = [
    .score("disagreeing-labels", "rkd.distance", "s.npz", "t.npz", is: .value(0.227307)),
    .score("disagreeing-labels", "rkd.distance", "s.npz", "t-int32.npz", is: .value(0.227307)),
    .score("disagreeing-labels", "rkd.distance", "s.npz", "t-none.npz", is: .value(0.227307)),
    .score(
      "disagreeing-labels", "rkd.distance", "s.npz", "t-reversed.npz",
      is: .refusal(["s.npz", "t-reversed.npz", "labels", "0", "3"])),
    .score(
      "disagreeing-labels", "match(embedding, by: cosines, with: meanSquare)", "s.npz",
      "t-last.safetensors", is: .refusal(["s.npz", "t-last.safetensors", "labels", "3", "4"])),
    .score(
      "disagreeing-labels", "irg.edge", "s.npz", "t-three.npz",
      is: .refusal(["s.npz", "t-three.npz", "labels"])),
  ]
}
