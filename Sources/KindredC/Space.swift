import Distillation
import SystemMemory
import Tensors

/// From how many bytes on it is asked how much memory there is. It takes as long as a small loss.
private let small = 16 << 20

/// Throws if an array of Float32 does not fit into the memory that there is.
func checkSpace(for shape: [Int], of what: @autoclosure () -> String) throws {
  let bytes = shape.reduce(MemoryLayout<Float>.size) { bytes, length in
    let (product, overflows) = bytes.multipliedReportingOverflow(by: length)
    return overflows ? .max : product
  }
  guard bytes > small || bytes < 0 else { return }
  let available = AvailableMemory.now
  guard !available.holds(bytes) else { return }
  throw CallError.tooLarge(
    "\(what()) of shape \(shape) takes \(bytes >> 20) MB, and there are \(available)")
}

extension CallBatch {
  /// Throws if an evaluation takes more memory than there is.
  func checkMemory() throws {
    // The estimate, too, takes as long as a small loss. The relations of so few numbers are small.
    var count = 0
    for outputs in [student, teacher] { for x in outputs.tensors.values { count += x.count } }
    guard count > 512 else { return }
    let needed = loss.graph.estimatedBytes(student: student, teacher: teacher)
    guard needed > small else { return }
    let available = AvailableMemory.now
    guard !available.holds(needed) else { return }
    throw DistillationError.tooMuchMemory(
      loss.graph.dearestTerm(student: student, teacher: teacher) ?? loss.graph.formula,
      needed: needed, available: "\(available)")
  }
}
