import Kindred
import SystemMemory
import Testing

@testable import Training

/// A loss that needs more memory than is available is refused before it is evaluated.
@Suite struct LossMemoryTests {
  // The expected number is 2.5 · 4 bytes · (4 n² for the distances, 4 n² for the similarities, 12 n
  // for the outputs and 4 n for the divergence of logits).
  @Test func isComparedWithWhatThereIs() throws {
    let loss = try Registry.linked.loss("rkd.distance + 2*sp(layer: embedding) + kd")
    let outputs: Outputs = [
      "logits": Tensor(repeating: 0, shape: [1000, 4]),
      "embedding": Tensor(repeating: 0, shape: [1000, 8]),
    ]
    let needed = loss.estimatedBytes(student: outputs, teacher: outputs)
    #expect(needed == 10 * (8 * 1_000_000 + 16_000))
    try loss.checkMemory(
      student: outputs, teacher: outputs,
      available: AvailableMemory(bytes: 128 << 20, bound: .machine))
    let error = #expect(throws: DistillationError.self) {
      try loss.checkMemory(
        student: outputs, teacher: outputs,
        available: AvailableMemory(bytes: 32 << 20, bound: .container))
    }
    #expect(
      error?.description == """
        this batch would take about 76 MB, most of it for 'rkd.distance', and there are 32 MB of \
        memory left by the limit of the container: take smaller batches
        """)
  }
}
