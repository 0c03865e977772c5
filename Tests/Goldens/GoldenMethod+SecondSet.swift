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
    GoldenMethod(
      "fitnet", layers: ("stage2", "stage3"),
      parameters: ["weight": "fitnet.weight", "bias": "fitnet.bias"]
    ) { golden in
      """
      fitnet(layer: stage2, teacherLayer: stage3, projection: \(try golden.text("projection")))
      """
    },
    GoldenMethod(
      "vid", layers: ("stage2", "stage3"),
      parameters: ["weight": "vid.weight", "bias": "vid.bias", "scale": "vid.scale"]
    ) { "vid(layer: stage2, teacherLayer: stage3, epsilon: \(try $0.number("eps")))" },
    GoldenMethod(
      "rsd", on: "embedding", parameters: ["weight": "rsd.weight", "bias": "rsd.bias"]
    ) { golden in
      """
      rsd(kappa: \(try golden.number("kappa")), projection: \(try golden.text("projection")))
      """
    },
    GoldenMethod("rrd", on: "embedding", parameters: ["queue": "rrd.queue"]) { golden in
      """
      rrd(studentTemperature: \(try golden.number("student_temperature")), \
      teacherTemperature: \(try golden.number("teacher_temperature")))
      """
    },
    GoldenMethod("token_kd", on: "logits") { "tokenKd(temperature: \(try $0.number("T")))" },
    GoldenMethod("gram_anchoring", on: "tokens") {
      "gramAnchoring(removeNegatives: \(try $0.text("remove_negatives")))"
    },
    GoldenMethod(
      "minilm",
      student: [
        "student_queries": "queries", "student_keys": "keys", "student_values": "values",
      ],
      teacher: [
        "teacher_queries": "queries", "teacher_keys": "keys", "teacher_values": "values",
      ]
    ) { "minilm(heads: \(Int(try $0.number("heads"))))" },
    GoldenMethod("sample_weights", on: "logits") { golden in
      switch try golden.text("method") {
      case "kd_kl": "kd(temperature: \(try golden.number("T")))"
      case "cross_entropy": "ce"
      case "rkd_distance":
        "rkd.distance(reduction: \(try golden.rkdReduction), layer: logits)"
      case "rkd_angle": "rkd.angle(reduction: \(try golden.rkdReduction), layer: logits)"
      case "sp": "sp(layer: logits)"
      case "cckd": "cckd(layer: logits)"
      case "dist": "dist(temperature: \(try golden.number("tau")))"
      case "pkt": "pkt(epsilon: \(try golden.number("eps")), layer: logits)"
      case "irg_edge": "irg.edge(\(try golden.irg), layer: logits)"
      default: try golden.dkd
      }
    },
  ]

  /// A method on one layer of the student and another of the teacher.
  private init(
    _ name: String, layers: (student: String, teacher: String), parameters: [String: String],
    formula: @escaping @Sendable (GoldenCase) throws -> String
  ) {
    self.init(
      name, student: ["student": layers.student], teacher: ["teacher": layers.teacher],
      parameters: parameters, formula: formula)
  }
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
