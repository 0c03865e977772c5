import Tensors

/// A term that says nothing about outputs of these shapes: whatever numbers they hold, its gradient is 0,
/// or nearly 0. Examples are the softmax of one class, and the distance of two examples divided by its
/// mean.
public struct UninformativeTerm: Hashable, Sendable {
  /// The name under which the term is reported.
  public let name: String

  /// The student's outputs that it reads.
  public let outputs: [OutputShape]

  /// Whether the reason is the labels of the batch: with other labels it would say something.
  public let isForLabels: Bool

  /// The least that would let it say something; `nil` if this was not found.
  public let needs: Need?

  /// The least number of something of which there is too little.
  public enum Need: Hashable, Sendable {
    /// Examples in the batch.
    case examples(Int)
    /// Classes, the columns of the logits.
    case classes(Int)
    /// Features of each example.
    case features(Int)
    /// Channels of a map.
    case channels(Int)
    /// Tokens of each example.
    case tokens(Int)
    /// Rows and columns of a map.
    case pixels(Int, Int)
    /// Two layers that differ. These two hold the same numbers.
    case layers(String, String)
  }
}

extension UninformativeTerm: CustomStringConvertible {
  public var description: String {
    let shapes = outputs.map { "\($0)" }.joined(separator: " and ")
    let needs = needs.map { "; it needs at least \($0)" } ?? ""
    return """
      '\(name)' says nothing about \(shapes)\(isForLabels ? " with these labels" : ""): its gradient is as good as \
      0, whatever \(outputs.count == 1 ? "it holds" : "they hold")\(needs)
      """
  }
}

extension UninformativeTerm.Need: CustomStringConvertible {
  public var description: String {
    switch self {
    case .examples(let count): "\(count) examples"
    case .classes(let count): "\(count) classes"
    case .features(let count): "\(count) features"
    case .channels(let count): "\(count) channels"
    case .tokens(let count): "\(count) tokens"
    case .pixels(let height, let width): "maps of \(height)×\(width)"
    case .layers(let first, let second):
      "two layers that differ, and '\(first)' and '\(second)' are the same"
    }
  }
}

extension LossGraph {
  /// The terms that say nothing about outputs of these shapes, in the order of the formula.
  ///
  /// They are found by trying. Each term is evaluated on random outputs of these shapes. If its gradient is
  /// 0, it is tried on larger outputs, to say what it needs. A term whose outputs have no short axis is not
  /// tried. A term that does not fit the outputs is not returned, because evaluating it throws.
  ///
  /// If the student's outputs come with labels, a term that reads labels is also tried with these. For
  /// example, a batch without two examples of one class has no triplet.
  ///
  /// Outputs that hold the same numbers count as one output. For example, the first block of a stage with
  /// one block is its last, and nothing changes from one to the other.
  ///
  /// - Parameters:
  ///   - student: The student's outputs on a batch. Only their shapes matter, and which of them hold the
  ///     same numbers.
  ///   - teacher: The teacher's outputs.
  /// - Returns: The terms; none if each has something to say.
  public func uninformativeTerms(student: Outputs, teacher: Outputs) -> [UninformativeTerm] {
    reportedSummands.compactMap { summand in
      let trial = Trial(of: summand, in: self, student: student, teacher: teacher)
      let outputs = student.shapes(of: summand.studentOutputs)
      guard !trial.hasShortAxis || trial.isUninformative != true else {
        return UninformativeTerm(
          name: summand.name, outputs: outputs, isForLabels: false, needs: trial.needs)
      }
      guard let labels = student.labels, labels.count <= 2048, mayReadLabels(summand),
        Trial(of: summand, in: self, student: student, teacher: teacher, labels: labels)
          .isUninformative
          == true
      else { return nil }
      return UninformativeTerm(
        name: summand.name, outputs: outputs, isForLabels: true, needs: nil)
    }
  }
}

extension LossGraph {
  /// Whether the value of a term may depend on the labels of the batch.
  private func mayReadLabels(_ summand: Summand) -> Bool {
    !summand.primitives.isEmpty || summand.matches.contains { readsLabels($0.match) }
  }
}

/// A term, tried on random outputs of some shapes.
private struct Trial {
  let loss: LossGraph
  let summand: LossGraph.Summand
  /// The outputs that the term reads of each network.
  var student: [OutputShape]
  var teacher: [OutputShape]
  /// The names of outputs that hold the same numbers as an earlier one, each with the name of that one.
  private let studentNames, teacherNames: [String: String]
  /// The labels of the batch; if it is `nil`, each two examples in turn have one label.
  private let labels: [Int]?

  init(
    of summand: LossGraph.Summand, in loss: LossGraph, student: Outputs, teacher: Outputs,
    labels: [Int]? = nil
  ) {
    (self.loss, self.summand) = (loss, summand)
    self.labels = labels
    self.student = student.shapes(of: summand.studentOutputs)
    self.teacher = teacher.shapes(of: summand.teacherOutputs)
    studentNames = student.sameOutputs(among: self.student)
    teacherNames = teacher.sameOutputs(among: self.teacher)
    // Longer axes say no more than these, and take time.
    resize { axis, length in
      axis == 0 && labels != nil ? length : min(length, axis == 1 ? 512 : 8)
    }
  }

  /// Whether some axis is so short that a term may say nothing.
  var hasShortAxis: Bool {
    !studentNames.isEmpty
      || (student + teacher).contains { output in
        let pixels = output.shape.dropFirst(2)
        return output.shape.prefix(2).contains { $0 < 8 }
          || (!pixels.isEmpty && pixels.reduce(1, *) < 8)
      }
  }

  /// Whether ‖∂ℓ/∂x‖ ‖x‖ is negligible beside |ℓ| for two random batches; `nil` if the term does not fit
  /// the outputs.
  ///
  /// For a usual term it is a tenth of |ℓ| or more. For a term that says nothing, only the ε of a divisor or
  /// rounding is left.
  var isUninformative: Bool? {
    var size = (value: 0.0, slope: 0.0)
    for seed in [1, 2] as [UInt64] {
      guard let found = try? valueAndSlope(seed) else { return nil }
      size = (max(size.value, found.value), max(size.slope, found.slope))
    }
    return size.slope <= max(0.01 * size.value, 1e-5)
  }

  private func valueAndSlope(_ seed: UInt64) throws -> (value: Double, slope: Double) {
    // What remembers says nothing before it has seen a batch.
    var state = LossState()
    if loss.ownsTensors {
      var evaluation = try evaluation(of: outputs(seed + 2), seed + 2, state)
      _ = try evaluation.value(of: summand)
      state.memory = evaluation.memory
    }
    let outputs = outputs(seed).variables
    var evaluation = try evaluation(of: outputs, seed, state)
    let value = try evaluation.value(of: summand)
    let slope = outputs.gradients(of: value).sumOfSquares.squareRoot()
    let length = outputs.tensors.values.map { $0 }.sumOfSquares.squareRoot()
    return (abs(Double(value.scalar)), slope * length)
  }

  private func outputs(_ seed: UInt64) -> Outputs {
    let logits = student.first { $0.name == "logits" }
    let classes = max(1, min(4, logits?.shape.dropFirst().first ?? 4))
    let count = student.first?.shape.first ?? 0
    return Outputs(
      tensors(student, of: .student, seed),
      labels: labels ?? (0..<count).map { $0 / 2 % classes }, indices: Array(0..<count))
  }

  private func evaluation(
    of outputs: Outputs, _ seed: UInt64, _ state: LossState
  ) throws -> Evaluation {
    let target = Outputs(tensors(teacher, of: .teacher, seed), labels: outputs.labels)
    let (student, teacher) = try loss.batch(outputs, target) ?? (outputs, target)
    return Evaluation(of: loss, student: student, teacher: teacher, state: state)
  }

  private func tensors(
    _ outputs: [OutputShape], of role: Role, _ seed: UInt64
  ) -> [String: Tensor] {
    let named = outputs.map { output in
      let names = role == .student ? studentNames : teacherNames
      let name = names[output.name] ?? output.name
      var random = Random(seed: seed, "trial", role.rawValue, name)
      return (output.name, random.normal(shape: output.shape))
    }
    return Dictionary(named, uniquingKeysWith: { first, _ in first })
  }

  private mutating func resize(_ length: (_ axis: Int, _ length: Int) -> Int) {
    func resized(_ output: OutputShape) -> OutputShape {
      OutputShape(
        name: output.name, shape: output.shape.enumerated().map { length($0.offset, $0.element) })
    }
    (student, teacher) = (student.map(resized), teacher.map(resized))
  }

  /// The first of these with which the term says something: up to four more examples, then features or
  /// channels, then rows and columns of pixels.
  var needs: UninformativeTerm.Need? {
    guard let output = student.first, let examples = output.shape.first else { return nil }
    for more in 1...4 where says(something: { $0 == 0 ? more : 0 }) {
      return .examples(examples + more)
    }
    guard output.shape.count > 1 else { return nil }
    let isOfTokens = output.shape.count == 3
    if isOfTokens {
      for more in 1...4 where says(something: { $0 == 1 ? more : 0 }) {
        return .tokens(output.shape[1] + more)
      }
    }
    let features = isOfTokens ? 2 : 1
    for more in 1...4 where says(something: { $0 == features ? more : 0 }) {
      let count = output.shape[features] + more
      if OutputName(output.name).isOfClasses { return .classes(count) }
      return output.shape.count == 4 ? .channels(count) : .features(count)
    }
    if output.shape.count == 4 {
      for more in 1...4 where says(something: { $0 > 1 ? more : 0 }) {
        return .pixels(output.shape[2] + more, output.shape[3] + more)
      }
    }
    return studentNames.min { $0.key < $1.key }.map { .layers($0.value, $0.key) }
  }

  /// Whether the term says something if the axes are longer by these lengths.
  private func says(something more: (_ axis: Int) -> Int) -> Bool {
    var larger = self
    larger.resize { axis, length in length + more(axis) }
    return larger.isUninformative == false
  }
}

extension Outputs {
  /// The names of outputs that hold the same numbers as an earlier one, each with the name of that one.
  fileprivate func sameOutputs(among outputs: [OutputShape]) -> [String: String] {
    var same: [String: String] = [:]
    for (index, output) in outputs.enumerated() {
      let first = outputs[..<index].first { other in
        other.shape == output.shape && other.name != output.name
          && tensors[other.name]?.scalars == tensors[output.name]?.scalars
      }
      if let first, tensors[output.name] != nil { same[output.name] = first.name }
    }
    return same
  }
}
