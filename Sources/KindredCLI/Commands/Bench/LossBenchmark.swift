import Distillation
import Foundation
import Tensors
import Training

/// Times one loss with its gradient on random features.
struct LossBenchmark {
  private let graph: LossGraph
  private let student: Outputs
  private let teacher: Outputs

  init(_ graph: LossGraph, n: Int, d: Int) {
    var random = Random(seed: 0, "benchmark")
    func features(_ role: Role) -> Outputs {
      let x = random.normal(shape: [n, d])
      let names = graph.outputs(of: role).map { $0 == .lastStage ? "stage1" : "\($0)" }
      return Outputs(
        Dictionary(uniqueKeysWithValues: names.map { ($0, x) }),
        labels: (0..<n).map { $0 % min(d, 10) })
    }
    self.graph = graph
    student = features(.student)
    teacher = features(.teacher)
  }

  struct Figures {
    /// The times of value and gradient together.
    let times: Repetitions
    /// The peak of resident memory above the earlier peak, in megabytes.
    let peak: Double
    /// The loss, and the sum of its gradient's absolute values.
    let value, gradient: Double
  }

  func run(_ threads: Int) throws -> Figures {
    try graph.checkMemory(student: student, teacher: teacher)
    let before = ResidentMemory.peak
    return try Parallel.$threads.withValue(threads) {
      let times = try Repetitions(seconds: 2) {
        _ = try graph.evaluate(student: student, teacher: teacher, at: Moment(), state: LossState())
      }
      let peak = ResidentMemory.peak - before
      let loss = try graph.evaluate(
        student: student, teacher: teacher, at: Moment(), state: LossState())
      let gradient = loss.gradients.tensors.sorted { $0.key < $1.key }.reduce(0.0) { sum, output in
        output.value.scalars.reduce(sum) { $0 + Double(abs($1)) }
      }
      return Figures(times: times, peak: peak, value: loss.value, gradient: gradient)
    }
  }
}
