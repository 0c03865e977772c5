import Distillation
import Tensors

extension ConformanceSuite {
  /// Checks that a loss that compares with what it remembers is 0, with gradient 0, while it remembers
  /// nothing. Other losses have no finding.
  func emptyMemoryFindings() throws -> [Finding] {
    let batch = try BatchMaker(for: loss).batch(seed: 1)
    guard try loss.ownsMemory(batch) else { return [] }
    let (value, variables) = try loss.atFirst(batch)
    let gradient = loss.gradient(of: value, at: variables).values.map { $0.largest }
    let largest = gradient.reduce(Double(value.scalar.magnitude)) { $1.isNaN || $1 > $0 ? $1 : $0 }
    return [
      Finding(
        "empty memory", measured: largest, allowed: 0, "largest number of the value and gradient")
    ]
  }
}
