import Conformance
import Foundation
import Kindred

extension FuzzTarget {
  /// A formula describes a loss, and the loss writes itself as a formula of the same loss.
  static let formula = FuzzTarget(name: "formula") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let read = accepted(unless: DistillationError.self) { try Registry.linked.loss(text) }
    guard let loss = read else { return }
    let formula = loss.formula
    let again = required("'\(formula)' is no formula") { try Registry.linked.loss(formula) }
    check(again.formula == formula, "'\(formula)' became '\(again.formula)'")
  }

  /// A file of worked examples. Those that fit their formulas are compared with them.
  static let vectors = FuzzTarget(name: "vectors") { bytes in
    let file = URL(filePath: Scratch.file("vectors.json", bytes))
    let vectors = accepted(unless: DecodingError.self) { try TestVector.read(from: file) }
    for vector in vectors ?? [] {
      _ = accepted(unless: DistillationError.self) { try vector.findings(in: .linked) }
    }
  }
}
