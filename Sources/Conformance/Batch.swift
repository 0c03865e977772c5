import Distillation
import Tensors

/// The outputs of both networks on one batch.
struct Batch {
  var student: Outputs
  var teacher: Outputs

  /// The examples in another order, for both networks.
  func reordered(_ order: [Int]) -> Batch {
    var batch = self
    batch.student.tensors = student.tensors.mapValues { $0.rows(order) }
    batch.teacher.tensors = teacher.tensors.mapValues { $0.rows(order) }
    batch.student.labels = student.labels.map { labels in order.map { labels[$0] } }
    return batch
  }
}

/// How random batches are made for a loss: an output has the shape that its name stands for.
struct BatchMaker {
  /// What may differ in size, as far as the loss lets it.
  struct Differences: OptionSet {
    let rawValue: Int

    /// The features, or channels of a map, of student and teacher.
    static let channelsOfNetworks = Differences(rawValue: 1)
    /// The height and width of maps of student and teacher.
    static let sizesOfNetworks = Differences(rawValue: 2)
    /// The channels of a network's maps.
    static let channelsOfLayers = Differences(rawValue: 4)
    /// The height and width of a network's maps.
    static let sizesOfLayers = Differences(rawValue: 8)

    /// The features of embeddings and those of maps, all channels and places together; without
    /// this difference, a map has one place.
    static let kindsOfLayers = Differences(rawValue: 16)

    static let betweenNetworks: Differences = [.channelsOfNetworks, .sizesOfNetworks]

    /// Every choice that makes sense, those with more differences first.
    static let all: [Differences] = {
      let choices = (16..<32).map { Differences(rawValue: $0) }
      return choices.sorted { $0.count > $1.count } + [.channelsOfNetworks, []]
    }()

    private var count: Int { rawValue.nonzeroBitCount }
  }

  let studentOutputs: [String]
  let teacherOutputs: [String]
  var differences: Differences = []
  var examples = 8
  var classes = 5
  /// Of the student's embedding.
  var features = 6

  /// For batches of a loss, with as many differences in size as it takes.
  ///
  /// Throws what the loss says is wrong with batches that have none.
  init(for loss: CheckedLoss) throws {
    studentOutputs = Self.networkOutputs(loss.studentOutputs)
    teacherOutputs = Self.networkOutputs(loss.teacherOutputs)
    for candidate in Differences.all {
      differences = candidate
      do {
        _ = try loss.value(batch(seed: 1))
        return
      } catch let error as DistillationError where error.isOfShapes && candidate != [] {
        continue
      }
    }
  }

  /// As another, for batches with other outputs.
  init(_ other: BatchMaker, reading outputs: [String]) {
    (studentOutputs, teacherOutputs) = (outputs, outputs)
    differences = other.differences
    (examples, classes, features) = (other.examples, other.classes, other.features)
  }

  /// `lastStage` as a network calls it.
  private static func networkOutputs(_ names: [OutputName]) -> [String] {
    names.map { $0 == .lastStage ? "stage3" : "\($0)" }
  }

  func batch(seed: UInt64) -> Batch {
    var random = Random(seed: seed, "conformance", "labels")
    // Every class, and some twice, in no order.
    let labels = random.shuffled((0..<examples).map { $0 % classes })
    return Batch(
      student: Outputs(tensors(studentOutputs, of: .student, seed), labels: labels),
      teacher: Outputs(tensors(teacherOutputs, of: .teacher, seed)))
  }

  /// A batch on which both networks have the same outputs.
  func batchOfEquals(seed: UInt64) -> Batch {
    var equal = self
    equal.differences.subtract(.betweenNetworks)
    var batch = equal.batch(seed: seed)
    let names = Set(studentOutputs).union(teacherOutputs).sorted()
    batch.teacher.tensors = equal.tensors(names, of: .teacher, seed)
    batch.student.tensors = batch.teacher.tensors
    return batch
  }

  private func tensors(_ names: [String], of role: Role, _ seed: UInt64) -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: names.map { name in
        var random = Random(seed: seed, "conformance", role.rawValue, name)
        return (name, random.normal(shape: shape(of: name, role)))
      })
  }

  /// N×C for logits, N×C×H×W for a stage, its blocks and the stem, which is as large as the first
  /// stage, N×D for everything else; views of one layer are alike.
  private func shape(of name: String, _ role: Role) -> [Int] {
    let layer = OutputName(name).base
    if layer == "logits" { return [examples, classes] }
    let isOther = role == .teacher
    let moreChannels = isOther && differences.contains(.channelsOfNetworks) ? 1 : 0
    let number = layer.hasPrefix("stage") ? layer.dropFirst(5).prefix { $0.isNumber } : ""
    guard let stage = layer == "stem" ? 1 : Int(number) else {
      return [examples, features + moreChannels]
    }
    guard differences.contains(.kindsOfLayers) else {
      return [examples, features + moreChannels, 1, 1]
    }
    let moreRows = isOther && differences.contains(.sizesOfNetworks) ? 1 : 0
    let channels = differences.contains(.channelsOfLayers) ? features / 2 + stage % 4 : features / 2
    let rows = differences.contains(.sizesOfLayers) ? 2 + max(0, 4 - stage) : 3
    return [examples, channels + moreChannels, rows + moreRows, rows + moreRows + 1]
  }
}

extension DistillationError {
  /// Whether it says that shapes do not fit, as other shapes might.
  fileprivate var isOfShapes: Bool {
    switch self {
    case .unequalShapes, .unfit: true
    case .inTerm(_, let error): error.isOfShapes
    default: false
    }
  }
}
