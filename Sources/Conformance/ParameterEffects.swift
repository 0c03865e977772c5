import Distillation

// Every parameter must change something.

extension ConformanceSuite {
  /// Each parameter of a term has an effect on the outputs that are made for it.
  func parameterFindings() throws -> [Finding] {
    guard let idleParameters else { return [] }
    let idle = idleParameters(try BatchMaker(for: loss).batch(seed: 1))
    return [
      Finding(
        "parameters", measured: Double(idle.count), allowed: 0,
        idle.isEmpty
          ? "parameters that change nothing"
          : "no value of \(idle.map { "'\($0)'" }.joined(separator: ", ")) changes anything")
    ]
  }
}

extension NamedTerm {
  /// The parameters that change nothing on a batch: neither what is read, nor the value, nor the
  /// gradient. Some count only beside another value of a second one, such as a measure of what is left
  /// out if nothing is: so each is tried beside every other one. Nothing is said of a parameter for
  /// which no other value is known.
  static func idleParameters(on batch: Batch) -> [String] {
    let changes = standard.parameters.map { name, value in
      settings(near: value, in: allRanges[name]).map { [name: $0] }
        .filter { change in (try? Self(settings: change)).map { $0 != standard } ?? false }
    }
    return changes.indices.filter { index in
      let others = changes.indices.filter { $0 != index }.flatMap { changes[$0] }
      return !changes[index].isEmpty
        && !([[:]] + others).contains { beside in
          let usual = LossOutcome(Self.self, beside, on: batch)
          return changes[index].contains { change in
            let outcome = LossOutcome(Self.self, beside.merging(change) { $1 }, on: batch)
            return usual != nil && outcome != nil && outcome != usual
          }
        }
    }
    .map { standard.parameters[$0].name }
  }

  /// Values of every type, of which a parameter takes those of its own.
  private static func settings(near value: Any, in range: ClosedRange<Double>?) -> [Setting] {
    let number = value as? Double ?? (value as? Int).map { Double($0) } ?? 1
    let bounds = range.map { [$0.lowerBound, $0.upperBound] } ?? []
    let numbers = ([2 * number, number / 2, 0, 1, 2, 3] + bounds).map { Setting.number($0) }
    let outputs = ["logits", "embedding", "stage1", "stage2"]
    let texts = (cases(of: value) + outputs).map { Setting.text($0) }
    return [.none, .boolean(true), .boolean(false)] + numbers + texts
      + (numbers + texts).map { .list([$0]) }
  }

  /// The names of all cases, if the value is one of an enumeration.
  private static func cases(of value: Any) -> [String] {
    func names<T: CaseIterable & RawRepresentable<String>>(_ value: T) -> [String] {
      T.allCases.map { $0.rawValue }
    }
    return (value as? any CaseIterable & RawRepresentable<String>).map { names($0) } ?? []
  }
}

/// What a term does with a batch.
private struct LossOutcome: Equatable {
  let outputs: [[OutputName]]
  /// The bits of value and gradient; `nil` if the term refuses the batch.
  let bits: [UInt32]?

  /// Fails for settings that are not legal.
  init?<T: NamedTerm>(_ term: T.Type, _ settings: [String: Setting], on batch: Batch) {
    guard let graph = try? LossGraph(T(settings: settings)) else { return nil }
    let loss = CheckedLoss(graph)
    outputs = [loss.studentOutputs, loss.teacherOutputs]
    bits = try? loss.bits(batch)
  }
}
