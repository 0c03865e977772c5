/// The examples of one file, or of several that belong together, before they are put together with
/// those to test on.
struct DataPart {
  enum Examples {
    case images(any ImageSource, ImageShape)
    case features(any FeatureSource, width: Int)
  }

  /// The file that messages about labels name.
  var file: String
  var examples: Examples
  var labels: Labels

  /// Classes by number, or by name, or the probability of each.
  enum Labels {
    case numbers([Int])
    case names([String])
    case soft(any FeatureSource, classes: Int, mostProbable: [Int])
    /// None, of so many examples.
    case none(Int)
  }
}

/// The parts of a data set, as files hold them.
struct DataParts {
  var kind: String
  var training, test: DataPart
  /// The names of the classes, if they are known.
  var classes: [String]?
}

extension DataParts {
  /// The data set of these parts.
  ///
  /// - Parameters:
  ///   - name: The name of the set in reports.
  ///   - known: The classes that networks are to tell apart if the examples to train on have no labels.
  ///   - isMeasured: Whether all examples may be of one class, since no network is trained on them.
  /// - Returns: The data.
  /// - Throws: ``DataSetError`` if the parts do not fit each other, or a label is out of range.
  func joined(
    name: String, unlessLabelled known: [String]?, isMeasured: Bool = false
  ) throws -> FoundData {
    guard training.examples.description == test.examples.description else {
      throw DataSetError.malformed(
        file: test.file,
        problem: """
          it has \(test.examples) to test on, and '\(training.file)' has \(training.examples) to \
          train on
          """)
    }
    let classes = try classNames(unlessLabelled: known)
    guard classes.count > 1 || isMeasured || !training.isLabelled && !test.isLabelled else {
      throw DataSetError.malformed(
        file: training.file,
        problem:
          "all labels are '\(classes.first ?? "")', and a network tells two classes or more apart")
    }
    func set(_ part: DataPart) throws -> ImageDataSet {
      let labels = try part.indices(in: classes, isNamed: self.classes != nil)
      switch part.examples {
      case .images(let source, let shape):
        return ImageDataSet(
          name: name, source: source, labels: labels, labelling: part.labelling, shape: shape,
          classes: classes)
      case .features(let source, let width):
        return ImageDataSet(
          name: name, features: source, width: width, labels: labels, labelling: part.labelling,
          classes: classes)
      }
    }
    return FoundData(kind: kind, training: try set(training), test: try set(test))
  }

  /// The names of the classes: those that are known, those of the labels in the order of the
  /// alphabet, or the numbers from 0 to the greatest label of the examples to train on. If these have no labels, the
  /// classes are those of the examples to test on, or one that means nothing.
  private func classNames(unlessLabelled known: [String]?) throws -> [String] {
    if let classes { return classes }
    if training.isLabelled { return try training.classNames }
    guard test.isLabelled else { return known ?? ["0"] }
    let classes = try test.classNames
    // The greatest label of a few examples may not be the greatest that there is.
    if let known, case .numbers = test.labels, known.count > classes.count { return known }
    return classes
  }
}

extension DataPart {
  /// The classes of the labels.
  fileprivate var classNames: [String] {
    get throws {
      let classes: [String]
      switch labels {
      case .names(let names): classes = Set(names).sorted()
      case .soft(_, let count, _): classes = (0..<count).map { "\($0)" }
      case .numbers(let numbers):
        if let index = numbers.firstIndex(where: { !(0..<1 << 16).contains($0) }) {
          throw outOfRange(index, "\(numbers[index])", possible: "0 to 65535")
        }
        classes = (0...(numbers.max() ?? 0)).map { "\($0)" }
      case .none: classes = []
      }
      guard classes.count <= 1 << 16 else {
        throw DataSetError.malformed(
          file: file, problem: "\(classes.count) classes are more than 65536")
      }
      return classes
    }
  }
}

extension DataPart {
  /// What the labels say.
  fileprivate var labelling: ImageDataSet.Labelling {
    switch labels {
    case .numbers, .names: .classes
    case .soft(let probabilities, _, _): .soft(probabilities)
    case .none: .none
    }
  }

  fileprivate var isLabelled: Bool { if case .none = labels { false } else { true } }

  /// The labels as indices into `classes`.
  fileprivate func indices(in classes: [String], isNamed: Bool) throws -> [Int] {
    switch labels {
    case .numbers(let numbers):
      guard let index = numbers.firstIndex(where: { !classes.indices.contains($0) }) else {
        return numbers
      }
      throw outOfRange(
        index, "\(numbers[index])",
        possible: "0 to \(classes.count - 1)"
          + (isNamed || numbers[index] < 0 ? "" : ", the labels of the examples to train on"))
    case .names(let names):
      let indices = Dictionary(zip(classes, classes.indices)) { first, _ in first }
      return try names.enumerated().map { index, name in
        guard let label = indices[name] else {
          throw outOfRange(
            index, "'\(name)'",
            possible: "one of \(classes.count) classes of the examples to train on")
        }
        return label
      }
    case .soft(_, let count, let mostProbable):
      guard count == classes.count else {
        throw DataSetError.malformed(
          file: file,
          problem: """
            its labels are probabilities of \(count) classes, and the examples to train on have \(classes.count)
            """)
      }
      return mostProbable
    case .none(let count): return [Int](repeating: 0, count: count)
    }
  }

  fileprivate func outOfRange(_ index: Int, _ label: String, possible: String) -> DataSetError {
    .malformed(file: file, problem: "label \(index) is \(label), not \(possible)")
  }

  /// Throws ``DataSetError`` unless there is a label for each of so many examples.
  func checked(examples count: Int, in path: String) throws -> DataPart {
    let labels =
      switch labels {
      case .numbers(let numbers): numbers.count
      case .names(let names): names.count
      case .soft(_, _, let mostProbable): mostProbable.count
      case .none(let count): count
      }
    guard labels == count else {
      let place = path == file ? "" : " in '\(path)'"
      throw DataSetError.malformed(
        file: file, problem: "\(labels) labels for the \(count) examples\(place)")
    }
    guard count > 0 else { throw DataSetError.malformed(file: path, problem: "it has no examples") }
    return self
  }
}

extension DataPart.Examples: CustomStringConvertible {
  var description: String {
    switch self {
    case .images(_, let shape): "images of \(shape)"
    case .features(_, let width): "\(width) features"
    }
  }
}

extension DataPart.Examples {
  /// Up to so many bytes are held in memory; more are read from the file when they are needed.
  @TaskLocal static var heldBytes = 64 << 20
}
