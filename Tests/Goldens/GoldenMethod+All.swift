extension GoldenMethod {
  /// Every method that has a file of golden vectors.
  public static let all: [GoldenMethod] = [
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
  ]
}

extension GoldenCase {
  fileprivate var rkdReduction: String {
    get throws {
      switch try text("reduction") {
      case "mean_all": "all"
      case "mean_off", "mean_distinct": "distinct"
      default: try text("reduction")
      }
    }
  }
}
