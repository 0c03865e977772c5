import Tensors

/// A term that says nothing about outputs of the shapes at hand: whatever numbers they hold, its
/// gradient is 0, or nearly so. The softmax of one class is such a case, and so are the distances of
/// two examples divided by their mean.
public struct UninformativeTerm: Hashable, Sendable {
  /// What the term is reported under.
  public let name: String

  /// The student's outputs that it reads.
  public let outputs: [OutputShape]

  /// Whether it is for the labels of the batch: with others of such shapes it would say something.
  public let isForLabels: Bool

  /// What it needs more of to say something; `nil` if that was not found.
  public let needs: Need?

  /// How many there must be at least of what there are too few of.
  public enum Need: Hashable, Sendable {
    case examples(Int)
    case classes(Int)
    case features(Int)
    case channels(Int)
    /// Rows and columns of a map.
    case pixels(Int, Int)
    /// Layers that differ, and not these two, which hold the same numbers.
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
    case .pixels(let height, let width): "maps of \(height)×\(width)"
    case .layers(let first, let second):
      "two layers that differ, and '\(first)' and '\(second)' are the same"
    }
  }
}

extension LossGraph {
  /// The terms that say nothing about outputs of these shapes, in the order of the formula.
  ///
  /// It is found by trying. Each term is evaluated on random outputs of these shapes; if its gradient
  /// is 0, it is tried on larger ones, to say what it needs. A term whose outputs have no short axis
  /// is not tried. A term that does not fit the outputs is not among those returned, because
  /// evaluating it throws.
  ///
  /// If the student's outputs come with labels, a term that reads labels is tried with these as well: a
  /// batch without two examples of one class has no triplet.
  ///
  /// Outputs that hold the same numbers are taken for one output: the first block of a stage of one
  /// block is its last, and no change from one to the other can be taught.
  ///
  /// - Parameters:
  ///   - student: The student's outputs on a batch, of which only the shapes matter, and which are the
  ///     same.
  ///   - teacher: The teacher's.
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
    !summand.primitives.isEmpty
      || summand.matches.contains { _, match in
        [match.student, match.teacher].contains { index in
          nodes.path(to: index).contains { nodes[$0].readsLabels }
        }
      }
  }
}

/// A term, tried on random outputs of some shapes.
private struct Trial {
  let loss: LossGraph
  let summand: LossGraph.Summand
  /// The outputs that the term reads, of either network.
  var student: [OutputShape]
  var teacher: [OutputShape]
  /// The other names of outputs that hold the same numbers, each with the first one.
  private let studentNames, teacherNames: [String: String]
  /// The labels of the batch; `nil` for labels of which two examples and two are alike.
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
    // Long axes say no more than these, and take time.
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

  /// Whether ‖∂ℓ/∂x‖ ‖x‖ is nothing beside |ℓ| for two random batches; `nil` if the term does not fit
  /// the outputs.
  ///
  /// A usual term has a tenth of |ℓ| or more. What is left of one that says nothing is the ε of a
  /// divisor, or rounding.
  var isUninformative: Bool? {
    var size = (value: 0.0, slope: 0.0)
    for seed in [1, 2] as [UInt64] {
      guard let found = try? valueAndSlope(seed) else { return nil }
      size = (max(size.value, found.value), max(size.slope, found.slope))
    }
    return size.slope <= max(0.01 * size.value, 1e-5)
  }

  private func valueAndSlope(_ seed: UInt64) throws -> (value: Double, slope: Double) {
    let logits = student.first { $0.name == "logits" }
    let classes = max(1, min(4, logits?.shape.dropFirst().first ?? 4))
    let count = student.first?.shape.first ?? 0
    let outputs = Outputs(
      tensors(student, of: .student, seed),
      labels: labels ?? (0..<count).map { $0 / 2 % classes }
    ).variables
    var evaluation = Evaluation(
      of: loss, student: outputs,
      teacher: Outputs(tensors(teacher, of: .teacher, seed), labels: outputs.labels))
    let value = try evaluation.value(of: summand)
    let slope = outputs.gradients(of: value).sumOfSquares.squareRoot()
    let length = outputs.tensors.values.map { $0 }.sumOfSquares.squareRoot()
    return (abs(Double(value.scalar)), slope * length)
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

  /// The first of these with which the term says something: up to four more examples, features or
  /// channels, rows and columns of pixels.
  var needs: UninformativeTerm.Need? {
    guard let output = student.first, let examples = output.shape.first else { return nil }
    for more in 1...4 where says(something: { $0 == 0 ? more : 0 }) {
      return .examples(examples + more)
    }
    guard output.shape.count > 1 else { return nil }
    for more in 1...4 where says(something: { $0 == 1 ? more : 0 }) {
      let count = output.shape[1] + more
      if OutputName(output.name).base == "logits" { return .classes(count) }
      return output.shape.count > 2 ? .channels(count) : .features(count)
    }
    if output.shape.count == 4 {
      for more in 1...4 where says(something: { $0 > 1 ? more : 0 }) {
        return .pixels(output.shape[2] + more, output.shape[3] + more)
      }
    }
    return studentNames.min { $0.key < $1.key }.map { .layers($0.value, $0.key) }
  }

  /// Whether the term says something if each axis is so much longer.
  private func says(something more: (_ axis: Int) -> Int) -> Bool {
    var larger = self
    larger.resize { axis, length in length + more(axis) }
    return larger.isUninformative == false
  }
}

extension Outputs {
  /// The names of outputs that hold the same numbers as one named before, each with that one.
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
