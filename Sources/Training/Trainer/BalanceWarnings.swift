import Distillation
import Foundation

extension [Epoch] {
  /// The share of each term's gradient in the sum of all terms' gradients at the student's outputs,
  /// by name. It is the mean over the epochs that ended with the term as one of several whose
  /// weight is not 0.
  package var gradientShares: [(term: String, share: Double)] {
    var names: [String] = []
    var shares: [String: [Double]] = [:]
    for epoch in self {
      let norms = epoch.terms.compactMap { term in term.gradientNorm.map { (term.name, $0) } }
      let sum = norms.reduce(0) { $0 + $1.1 }
      guard norms.count > 1, sum > 0 else { continue }
      for (name, norm) in norms {
        if shares[name] == nil { names.append(name) }
        shares[name, default: []].append(norm / sum)
      }
    }
    return names.map { name in
      let found = shares[name] ?? []
      return (name, found.reduce(0, +) / Double(found.count))
    }
  }

  /// A sentence for each term that has almost none of the gradient (under 1 %) or almost all (over
  /// 95 %).
  package var balanceWarnings: [String] {
    gradientShares.compactMap { term, share in
      let percent = String(format: "%.3g", share * 100)
      if share < 0.01 {
        return "'\(term)' has \(percent) % of the terms' gradients, less than 1 %: it hardly counts"
      }
      guard share > 0.95 else { return nil }
      return """
        '\(term)' has \(percent) % of the terms' gradients, more than 95 %: the others hardly count
        """
    }
  }
}
