extension GoldenMethod {
  /// Every method that has a file of golden vectors.
  public static let all = firstSet + secondSet

  /// The methods of the first set.
  private static let firstSet: [GoldenMethod] = [
    GoldenMethod("cross_entropy", on: "logits") { _ in "ce" },
    GoldenMethod("kd_kl", on: "logits") { "kd(temperature: \(try $0.number("T")))" },
    GoldenMethod("kd_total", on: "logits") { golden in
      let α = try golden.number("alpha")
      return "\(1 - α)*ce + \(α)*kd(temperature: \(try golden.number("T")))"
    },
    GoldenMethod("rkd_distance", on: "embedding") { golden in
      "rkd.distance(delta: \(try golden.number("delta")), reduction: \(try golden.rkdReduction))"
    },
    GoldenMethod("rkd_angle", on: "embedding") { golden in
      "rkd.angle(delta: \(try golden.number("delta")), reduction: \(try golden.rkdReduction))"
    },
    GoldenMethod("rkd", on: "embedding") { golden in
      "rkd(distance: \(try golden.number("w_dist")), angle: \(try golden.number("w_angle")))"
    },
    GoldenMethod("pkt", on: "embedding") { "pkt(epsilon: \(try $0.number("eps")))" },
    GoldenMethod("dark_rank", on: "embedding") { golden in
      let length = Int(try golden.number("permute_len"))
      return """
        darkrank(alpha: \(try golden.number("alpha")), beta: \(try golden.number("beta")), \
        length: \(length))
        """
    },
    GoldenMethod("attention_transfer", on: "stage3") { _ in "at" },
    GoldenMethod("triplet", on: "embedding") { golden in
      """
      triplet(margin: \(try golden.number("margin")), squared: \(try golden.flag("squared")), \
      mining: \(try golden.text("mining")))
      """
    },
    GoldenMethod("sp", on: "stage3") { _ in "sp" },
    GoldenMethod("cckd", on: "embedding") { try $0.cckd },
    GoldenMethod(
      "cckd_total", student: ["student_logits": "logits", "student_feat": "embedding"],
      teacher: ["teacher_logits": "logits", "teacher_feat": "embedding"]
    ) { golden in
      let (α, β) = (try golden.number("alpha"), try golden.number("beta"))
      let kd = "kd(temperature: \(try golden.number("T")))"
      return "\(α)*ce + \(1 - α)*\(kd) + \(β)*\(try golden.cckd)"
    },
    GoldenMethod("dist", on: "logits") { golden in
      """
      dist(inter: \(try golden.number("beta")), intra: \(try golden.number("gamma")), \
      temperature: \(try golden.number("tau")))
      """
    },
    GoldenMethod("irg_edge", on: "embedding") { "irg.edge(\(try $0.irg))" },
    GoldenMethod(
      "irg_transform", student: ["s1": "stage1", "s2": "stage2"],
      teacher: ["t1": "stage1", "t2": "stage2"]
    ) {
      "irg.transform(from: stage1, to: stage2, \(try $0.irg))"
    },
    GoldenMethod(
      "irg_mtk",
      student: ["student_logits": "logits", "student_1": "stage1", "student_2": "stage2"],
      teacher: ["teacher_logits": "logits", "teacher_1": "stage1", "teacher_2": "stage2"]
    ) { golden in
      """
      ce + irg(logits: \(try golden.number("lam1")), edge: \(try golden.number("lam2")), \
      transform: \(try golden.number("lam3")), layer: stage2, from: stage1, to: stage2)
      """
    },
    GoldenMethod(
      "vrm", student: ["student": "logits", "student_virtual": "logits@virtual"],
      teacher: ["teacher": "logits", "teacher_virtual": "logits@virtual"]
    ) { golden in
      """
      vrm(sample: \(try golden.number("alpha")), class: \(try golden.number("beta")), \
      edges: \(try golden.text("edges")), keep: \(try golden.number("keep")), \
      delta: \(try golden.number("delta")), reduction: \(try golden.text("reduction")), \
      standardize: \(try golden.flag("zscore")), unreliable: entropy, huber: smooth)
      """
    },
  ]
}

extension GoldenCase {
  var rkdReduction: String {
    get throws {
      switch try text("reduction") {
      case "mean_all": "all"
      case "mean_off", "mean_distinct": "distinct"
      default: try text("reduction")
      }
    }
  }
}

extension GoldenCase {
  var irg: String {
    get throws {
      """
      normalize: \(try text("normalize")), detachMax: \(try flag("detach_max")), \
      reduction: \(try text("reduction"))
      """
    }
  }

  /// The formula with the parameters that the case names.
  var cckd: String {
    get throws {
      var arguments: [String] = []
      if params["kernel"] != nil {
        let kernel = try text("kernel")
        arguments.append("kernel: \(kernel == "gaussian_taylor" ? "taylor" : kernel)")
      }
      if params["gamma"] != nil { arguments.append("gamma: \(try number("gamma"))") }
      if params["P"] != nil { arguments.append("order: \(try number("P"))") }
      if params["l2norm"] != nil { arguments.append("normalize: \(try flag("l2norm"))") }
      return arguments.isEmpty ? "cckd" : "cckd(\(arguments.joined(separator: ", ")))"
    }
  }
}
