extension GoldenMethod {
  /// The methods of the second set. An input that a case lacks is left out of the networks' outputs.
  static let secondSet: [GoldenMethod] = [
    GoldenMethod("dkd", on: "logits") { try $0.dkd },
    GoldenMethod("lskd", on: "logits") { "lskd(temperature: \(try $0.number("T")))" },
    GoldenMethod("label_ignore", on: "logits") { golden in
      try golden.text("method") == "dkd" ? try golden.dkd : "ce"
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
