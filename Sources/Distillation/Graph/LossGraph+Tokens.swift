package import Tensors

// Labels may be of tokens or of pixels, and masks leave tokens out.

/// The places that have labels: whole examples, their tokens, or their pixels.
enum LabeledPlaces: Equatable, Sendable {
  case examples
  /// Each of the T tokens of an example.
  case tokens(Int)
  /// Each of the H·W pixels of an example.
  case pixels(Int)

  /// How many labels an example has.
  var ofEach: Int {
    switch self {
    case .examples: 1
    case .tokens(let count), .pixels(let count): max(count, 1)
    }
  }

  /// How many examples have so many labels; if some has fewer than it should, the number of labels.
  func examples(of labels: Int) -> Int {
    labels.isMultiple(of: ofEach) ? labels / ofEach : labels
  }

  /// The place of a label, in words: `example 3`, `token 1 of example 3`.
  func place(of index: Int) -> String {
    switch self {
    case .examples: "example \(index)"
    case .tokens(let count): "token \(index % count) of example \(index / count)"
    case .pixels(let count): "pixel \(index % count) of example \(index / count)"
    }
  }
}

extension LossGraph {
  /// The outputs of a network that the loss reads and that have three axes or more; none unless some output is
  /// tokens, or logits of pixels.
  private func deepOutputs(_ outputs: Outputs, of role: Role) -> [OutputShape] {
    guard outputs.hasPlaces else { return [] }
    return outputs.shapes(of: self.outputs(of: role)).filter { $0.shape.count > 2 }
  }

  /// What the labels of a batch belong to. Labels of tokens or of pixels are as many as there are rows of
  /// logits, or as there are tokens in another output; otherwise they are of examples.
  func labeledPlaces(_ student: Outputs, _ teacher: Outputs) -> LabeledPlaces {
    guard let labels = student.labels ?? teacher.labels else { return .examples }
    let read = deepOutputs(student, of: .student) + deepOutputs(teacher, of: .teacher)
    let logits = read.filter { OutputName($0.name).isOfClasses }
    func places(of outputs: [OutputShape]) -> LabeledPlaces? {
      for output in outputs {
        let places =
          switch output.shape.count {
          case 3: LabeledPlaces.tokens(output.shape[1])
          case 4: LabeledPlaces.pixels(output.shape[2] * output.shape[3])
          default: LabeledPlaces.examples
          }
        if labels.count == output.shape[0] * places.ofEach { return places }
      }
      return nil
    }
    if let ofLogits = places(of: logits) { return ofLogits }
    // One label an example is the example's, even if it has one token.
    guard read.allSatisfy({ $0.shape[0] != labels.count }) else { return .examples }
    return places(of: read.filter { $0.shape.count == 3 }) ?? .examples
  }

  /// The masks of the tokens that the loss reads of each network, N×T; `nil` if there is none, or if it reads no
  /// tokens. The student's mask is that of the teacher as well, which may have its own one.
  ///
  /// - Throws: ``DistillationError/unfitMask(_:of:)`` if tokens that the loss reads have another shape than their
  ///   mask, or if only the teacher has a mask.
  func masks(for student: Outputs, _ teacher: Outputs) throws -> TokenMasks {
    let (own, other) = (student.tensors[Outputs.tokenMask], teacher.tensors[Outputs.tokenMask])
    func tokens(_ outputs: Outputs, _ role: Role) -> [OutputShape] {
      deepOutputs(outputs, of: role).filter { $0.shape.count == 3 }
    }
    let masks = [
      (Role.student, own, tokens(student, .student)),
      (.teacher, other ?? own, tokens(teacher, .teacher)),
    ]
    for (role, mask, tokens) in masks where !tokens.isEmpty {
      guard let mask else {
        guard let other, masks.allSatisfy({ !$0.2.isEmpty }) else { continue }
        throw DistillationError.unfitMask(
          "shape \(other.shape), and the student has none", of: .teacher)
      }
      let owner = other == nil ? .student : role
      guard mask.rank == 2 else {
        throw DistillationError.unfitMask("shape \(mask.shape)", of: owner)
      }
      for output in tokens where Array(output.shape[..<2]) != mask.shape {
        throw DistillationError.unfitMask(
          "shape \(mask.shape), and the \(role.rawValue)'s \(output)"
            + (role == owner ? "" : ", which takes a mask of its own"), of: owner)
      }
    }
    return (
      student: masks[0].2.isEmpty ? nil : own, teacher: masks[1].2.isEmpty ? nil : other ?? own,
      owner: other == nil ? .student : .teacher
    )
  }

  /// Notes which tokens the masks keep, and keeps only the labels of these.
  ///
  /// - Parameters:
  ///   - student: The student's outputs, of the examples that count.
  ///   - teacher: The teacher's.
  ///   - masks: The masks of all examples.
  ///   - examples: The examples that count; `nil` if all do.
  /// - Throws: ``DistillationError/unfitMask(_:of:)`` if one of their numbers is neither 0 nor 1, or if those of
  ///   equally many tokens differ.
  func leaveOutTokens(
    of student: inout Outputs, _ teacher: inout Outputs, by masks: TokenMasks, examples: [Int]?
  ) throws {
    student.notes.countedTokens = try masks.student?.countedTokens(
      ofExamples: examples, of: .student)
    teacher.notes.countedTokens = try masks.teacher?.countedTokens(
      ofExamples: examples, of: masks.owner)
    if let own = masks.student, let other = masks.teacher, own.shape == other.shape,
      student.notes.countedTokens != teacher.notes.countedTokens
    {
      throw DistillationError.unfitMask("other numbers than the student's", of: .teacher)
    }
    (student.notes.countedBeside, teacher.notes.countedBeside) = (
      teacher.notes.countedTokens, student.notes.countedTokens
    )
    let counted = [student.notes.countedTokens, teacher.notes.countedTokens].compactMap { $0 }
    if let places = counted.first(where: { student.notes.labeled == .tokens($0.ofEach) }) {
      student.keepLabels(places.indices)
      teacher.keepLabels(places.indices)
    }
  }
}

/// The masks of both networks' tokens, N×T, and the network whose mask the teacher's is.
typealias TokenMasks = (student: Tensor?, teacher: Tensor?, owner: Role)

extension Tensor {
  /// The numbers of a mask N×T as truth values, of some of its rows or of all.
  fileprivate func flags(ofExamples examples: [Int]?, of role: Role) throws -> [Bool] {
    let scalars = (examples.map { rows($0) } ?? self).scalars
    if let index = scalars.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      let row = index / shape[1]
      throw DistillationError.unfitMask(
        "\(scalars[index]) at [\(examples?[row] ?? row), \(index % shape[1])]", of: role)
    }
    return scalars.map { $0 == 1 }
  }

  /// The tokens that a mask N×T keeps; `nil` if it keeps all.
  fileprivate func countedTokens(
    ofExamples examples: [Int]?, of role: Role
  ) throws -> CountedPlaces? {
    let flags = try flags(ofExamples: examples, of: role)
    let kept = flags.indices.filter { flags[$0] }
    return kept.count == flags.count ? nil : CountedPlaces(ofEach: shape[1], indices: kept)
  }
}

extension Outputs {
  /// Keeps the tokens or pixels of these labels.
  mutating func keepPlaces(_ indices: [Int]) {
    let ofTokens: Bool
    switch notes.labeled {
    case .examples: return
    case .tokens(let count):
      // Of another number of tokens than there are labels, all remain.
      guard notes.countedTokens.map({ $0.ofEach == count }) ?? true else {
        return keepLabels(indices)
      }
      ofTokens = true
      let known = notes.countedTokens?.indices
      notes.countedTokens = CountedPlaces(ofEach: count, indices: indices.map { known?[$0] ?? $0 })
    case .pixels(let count):
      ofTokens = false
      notes.countedPixels = CountedPlaces(ofEach: count, indices: indices)
    }
    for (name, rows) in notes.rowsOfPlaces {
      // Of another number of tokens or pixels than there are labels, all remain.
      guard let shape = tensors[name]?.shape, (shape.count == 3) == ofTokens,
        (ofTokens ? shape[1] : shape[2] * shape[3]) == notes.labeled.ofEach
      else { continue }
      notes.rowsOfPlaces[name] = rows.rows(indices)
    }
    keepLabels(indices)
  }
}

/// What counts of a whole batch: which examples, which tokens, and which labels.
package struct CountedBatch {
  private let examples, labels: [Bool]?
  private var tokens: [Role: [Bool]] = [:]
  private let labeled: LabeledPlaces

  /// Finds what counts.
  ///
  /// - Throws: ``DistillationError`` if weights or a mask are no zeros and ones, or of another shape.
  package init(_ student: Outputs, _ teacher: Outputs, for graph: LossGraph) throws {
    let counted = try student.countedExamples()
    examples = student.tensors[Outputs.exampleWeights]?.scalars.map { $0 == 1 }
    let masks = try graph.masks(for: student, teacher)
    for (role, mask) in [(Role.student, masks.student), (.teacher, masks.teacher)] {
      tokens[role] = try mask.map { mask in
        let flags = try mask.flags(
          ofExamples: counted, of: role == .student ? .student : masks.owner)
        var all = [Bool](repeating: false, count: mask.count)
        for (row, example) in (counted ?? Array(0..<mask.shape[0])).enumerated() {
          for place in 0..<mask.shape[1] {
            all[example * mask.shape[1] + place] = flags[row * mask.shape[1] + place]
          }
        }
        return all
      }
    }
    labels = student.labels?.map { $0 != Outputs.ignoredLabel }
    labeled = graph.labeledPlaces(student, teacher)
  }

  /// The first number of an output that counts and is NaN or an infinity.
  ///
  /// - Parameters:
  ///   - output: The output.
  ///   - name: Its name.
  ///   - role: The network that has it.
  ///   - isOfLabels: Whether only parts read it that read labels, too.
  /// - Returns: Its index and itself; `nil` if there is none.
  package func firstNonFinite(
    in output: Tensor, named name: OutputName, of role: Role, isOfLabels: Bool
  ) -> (index: [Int], value: Float)? {
    let (labels, tokens) = (isOfLabels ? labels : nil, tokens[role])
    guard examples != nil || tokens != nil || labels != nil else { return output.firstNonFinite }
    let (shape, isOfPixels) = (output.shape, output.rank == 4 && name.isOfClasses)
    let places: LabeledPlaces =
      shape.count == 3 ? .tokens(shape[1]) : isOfPixels ? .pixels(shape[2] * shape[3]) : .examples
    let count = places.ofEach
    let rows = isOfPixels ? output.pixelRows : output.reshaped([shape[0] * count, -1])
    let counted = (0..<shape[0] * count).filter { index in
      let example = index / count
      let isLabeled =
        labeled == places ? labels?[index] : labeled == .examples ? labels?[example] : nil
      return examples?[example] != false && isLabeled != false
        && (shape.count != 3 || tokens?[index] != false)
    }
    guard let (found, value) = rows.rows(counted).firstNonFinite else { return nil }
    let (example, place) = counted[found[0]].quotientAndRemainder(dividingBy: count)
    let index =
      isOfPixels
      ? [example, found[1], place / shape[3], place % shape[3]]
      : Tensor.index(ofScalar: counted[found[0]] * rows.shape[1] + found[1], shape: shape)
    return (index, value)
  }
}
