extension GoldenMethod {
  /// The methods of the second set. An input that a case lacks is left out of the networks' outputs.
  static let secondSet: [GoldenMethod] = [
    GoldenMethod("dkd", on: "logits") { try $0.dkd },
    GoldenMethod("lskd", on: "logits") { "lskd(temperature: \(try $0.number("T")))" },
    GoldenMethod("label_ignore", on: "logits") { golden in
      try golden.text("method") == "dkd" ? try golden.dkd : "ce"
    },
    GoldenMethod(
      "affinity", student: ["student_image": "image", "student_text": "text"],
      teacher: ["teacher_image": "image", "teacher_text": "text"]
    ) { "affinity(temperature: \(try $0.number("temperature")))" },
    GoldenMethod("pair_ranking", on: "embedding") {
      "pairRanking(margin: \(try $0.number("margin")))"
    },
    GoldenMethod("stella", on: "embedding") { golden in
      let slices = try golden.wholeNumbers("slices").map { "\($0)" }.joined(separator: ", ")
      return """
        stella(cosine: \(try golden.number("cosine")), \
        similarity: \(try golden.number("similarity")), ranking: \(try golden.number("ranking")), \
        margin: \(try golden.number("margin")), slices: [\(slices)])
        """
    },
  ]
}

extension GoldenCase {
  fileprivate var dkd: String {
    get throws {
      """
      dkd(alpha: \(try number("alpha")), beta: \(try number("beta")), \
      temperature: \(try number("T")))
      """
    }
  }
}
