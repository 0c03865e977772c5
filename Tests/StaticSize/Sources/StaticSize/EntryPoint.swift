import Kindred

/// Builds a loss from a formula with every paper linked, evaluates it and prints its value.
@main struct EntryPoint {
  static func main() throws {
    let loss = try Registry.linked.loss("ce + kd + 25*rkd + 3000*sp + cckd + dist + irg.edge")
    var random = Random(seed: 1, "outputs")
    func outputs(_ width: Int) -> [String: Tensor] {
      [
        "logits": random.normal(shape: [8, 10]), "embedding": random.normal(shape: [8, width]),
        "stage3": random.normal(shape: [8, width, 2, 2]),
      ]
    }
    let student = Outputs(outputs(16), labels: [0, 1, 2, 3, 4, 5, 6, 7])
    let result = try loss.evaluate(student: student, teacher: Outputs(outputs(32)))
    print(Registry.linked.papers.count, "papers,", loss.formula, "=", result.value)
  }
}
