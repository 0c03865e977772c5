import Tensors

/// A term whose value does not depend on the unit of its outputs, except that these outputs are too small:
/// an ε of the method, or the smallest number of Float32, counts beside them.
public struct TooSmallOutputs: Hashable, Sendable {
  /// The name under which the term is reported.
  public let name: String

  /// The largest magnitude among the outputs, in the network with the smaller outputs.
  public let largest: Float

  /// The term's value.
  public let value: Double

  /// Its value if the outputs of each network are multiplied until the largest is about 1.
  public let usualValue: Double
}

extension TooSmallOutputs: CustomStringConvertible {
  public var description: String {
    """
    '\(name)' is \(Float(value)), and \(Float(usualValue)) for the same outputs in a larger unit: \
    outputs of at most \(largest) are too small for it
    """
  }
}

extension LossGraph {
  /// The terms for which these outputs are too small, in the order of the formula.
  ///
  /// They are found by trying: such a term is the same for the outputs times 2ᵏ and times 2ᵏ⁺³, and
  /// different for the outputs themselves. Terms that do depend on the unit are not among them. If outputs
  /// are not small, nothing is evaluated.
  ///
  /// - Parameters:
  ///   - student: The student's outputs on a batch.
  ///   - teacher: The teacher's outputs.
  ///   - moment: The moment in training; a loss that does not depend on it needs none.
  /// - Returns: The terms; none if the outputs are large enough.
  /// - Throws: ``DistillationError`` if an output is missing or does not fit, or if no moment is given
  ///   and the loss depends on it.
  public func termsOfTooSmallOutputs(
    student: Outputs, teacher: Outputs, at moment: Moment? = nil
  ) throws -> [TooSmallOutputs] {
    let moment = try checked(moment)
    guard let (student, teacher) = try batch(student, teacher) else { return [] }
    return try reportedSummands.compactMap { summand -> TooSmallOutputs? in
      let s = student.only(summand.studentOutputs)
      let t = teacher.only(summand.teacherOutputs)
      let sizes = [s, t].filter { !$0.tensors.isEmpty }.map { $0.largestMagnitude }
      guard let largest = sizes.filter({ $0 > 0 }).min(), largest < 0.01 else { return nil }
      func value(of student: Outputs, _ teacher: Outputs) throws -> Double {
        var evaluation = Evaluation(of: self, student: student, teacher: teacher, moment: moment)
        return Double(try evaluation.value(of: summand).scalar)
      }
      let found = try value(of: s, t)
      let usual = try value(of: s.inUnit(times: 1), t.inUnit(times: 1))
      let larger = try value(of: s.inUnit(times: 8), t.inUnit(times: 8))
      let allowed = 1e-3 * abs(usual) + 1e-7
      guard abs(usual - larger) <= allowed, abs(usual - found) > allowed else { return nil }
      return TooSmallOutputs(
        name: summand.name, largest: largest, value: found, usualValue: usual)
    }
  }
}

extension Outputs {
  /// Only these outputs, through which no gradient flows.
  fileprivate func only(_ names: [OutputName]) -> Outputs {
    let read = shapes(of: names).map { $0.name }
    return replacing(tensors.filter { read.contains($0.key) }).detached
  }

  fileprivate var largestMagnitude: Float {
    tensors.values.reduce(0) { largest, x in
      x.withUnsafeBufferPointer { $0.reduce(largest) { max($0, abs($1)) } }
    }
  }

  /// The outputs times one power of two, so that the largest magnitude is from 1 to 2, and times a factor.
  fileprivate func inUnit(times factor: Float) -> Outputs {
    let largest = largestMagnitude
    guard largest > 0, largest.isFinite else { return self }
    // It takes two steps, because the power for the smallest number is no Float32.
    let (half, rest) = (-largest.exponent / 2, -largest.exponent - -largest.exponent / 2)
    let (first, second) = (
      Tensor(Float(sign: .plus, exponent: half, significand: 1)),
      Tensor(Float(sign: .plus, exponent: rest, significand: factor))
    )
    return replacing(tensors.mapValues { second * (first * $0) })
  }
}
