import Distillation
import Tensors

/// The outputs of both networks on one batch.
struct Batch {
  var student: Outputs
  var teacher: Outputs

  /// The batch with its examples in another order, the same for both networks.
  func reordered(_ order: [Int]) -> Batch {
    var batch = self
    batch.student.tensors = student.tensors.mapValues { $0.rows(order) }
    batch.teacher.tensors = teacher.tensors.mapValues { $0.rows(order) }
    batch.student.labels = student.labels.map { labels in order.map { labels[$0] } }
    batch.student.indices = student.indices.map { indices in order.map { indices[$0] } }
    return batch
  }
}

/// Makes random batches for a loss. The name of an output decides its shape.
struct BatchMaker {
  /// The sizes that may differ, as far as the loss allows.
  struct Differences: OptionSet {
    let rawValue: Int

    /// The number of features, or of channels of a map, may differ between student and teacher.
    static let channelsOfNetworks = Differences(rawValue: 1)
    /// The height and width of maps may differ between student and teacher.
    static let sizesOfNetworks = Differences(rawValue: 2)
    /// The number of channels may differ between a network's maps.
    static let channelsOfLayers = Differences(rawValue: 4)
    /// The height and width may differ between a network's maps.
    static let sizesOfLayers = Differences(rawValue: 8)

    /// The number of features may differ between embeddings and maps, whose channels and places
    /// count together. Without this difference, a map has one place.
    static let kindsOfLayers = Differences(rawValue: 16)

    static let betweenNetworks: Differences = [.channelsOfNetworks, .sizesOfNetworks]

    /// Every sensible combination, beginning with those of most differences.
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
  /// The number of features of the student's embedding.
  var features = 6

  /// The outputs that are tokens without a usual name of such.
  private var tokens: Set<String> = []

  /// The pictures that the tokens of a network are, if the loss takes only those of some size: the cells in a
  /// row, and the places before them.
  private var pictures: [Role: (grid: Int, withoutFirst: Int)] = [:]

  /// Makes batches for a loss, with as many differences in size as it accepts.
  ///
  /// If the loss refuses batches without any difference, its error is thrown.
  init(for loss: CheckedLoss) throws {
    studentOutputs = Self.networkOutputs(loss.studentOutputs)
    teacherOutputs = Self.networkOutputs(loss.teacherOutputs)
    // An example of tokens has several rows, so that fewer examples are enough.
    if Set(studentOutputs + teacherOutputs).isSubset(of: Self.usualTokens) { examples = 4 }
    var refusal: DistillationError?
    for tokens in Self.choicesOfTokens(studentOutputs + teacherOutputs) {
      (self.tokens, pictures) = (tokens, [:])
      for candidate in Differences.all {
        differences = candidate
        refusal = try self.refusal(of: loss)
        guard refusal != nil else { return }
      }
    }
    if let refusal { throw refusal }
  }

  /// Why a loss refuses the shapes of a batch; `nil` if it does not. Pictures become as large as it needs.
  private mutating func refusal(of loss: CheckedLoss) throws -> DistillationError? {
    while true {
      do {
        _ = try loss.value(batch(seed: 1))
        return nil
      } catch let error as DistillationError where error.isOfShapes {
        guard let (role, grid, first) = error.picture, grid > pictures[role]?.grid ?? 0,
          max(grid, first) <= 32
        else { return error }
        pictures[role] = (grid, first)
      }
    }
  }

  /// The sets of outputs that may be tokens whatever their name, the smallest one first: all sets of a few
  /// outputs, and none or all of many.
  private static func choicesOfTokens(_ names: [String]) -> [Set<String>] {
    let others = Set(names).sorted().filter { name in
      let layer = OutputName(name).base
      return layer != "logits" && layer != "stem" && !layer.hasPrefix("stage")
        && !usualTokens.contains(layer)
    }
    guard others.count <= 4 else { return [[], Set(others)] }
    let choices = (0..<(1 << others.count)).map { choice in
      Set(others.indices.filter { choice >> $0 & 1 == 1 }.map { others[$0] })
    }
    return choices.sorted { $0.count < $1.count }
  }

  private static let usualTokens: Set = ["tokens", "queries", "keys", "values"]

  /// Makes batches like another maker's, with other outputs.
  init(_ other: BatchMaker, reading outputs: [String]) {
    (studentOutputs, teacherOutputs) = (outputs, outputs)
    (differences, tokens, pictures) = (other.differences, other.tokens, other.pictures)
    (examples, classes, features) = (other.examples, other.classes, other.features)
  }

  /// The names of outputs as networks have them: `lastStage` is their last stage.
  private static func networkOutputs(_ names: [OutputName]) -> [String] {
    names.map { $0 == .lastStage ? "stage3" : "\($0)" }
  }

  func batch(seed: UInt64) -> Batch {
    var random = Random(seed: seed, "conformance", "labels")
    // The labels have every class, some of them twice, in random order.
    let labels = random.shuffled((0..<examples).map { $0 % classes })
    return Batch(
      student: Outputs(
        tensors(studentOutputs, of: .student, seed), labels: labels,
        indices: Array(0..<examples)),
      teacher: Outputs(tensors(teacherOutputs, of: .teacher, seed)))
  }

  /// A batch for which both networks have the same outputs, if they can.
  func batchOfEquals(seed: UInt64) -> Batch {
    var equal = self
    equal.differences.subtract(.betweenNetworks)
    var batch = equal.batch(seed: seed)
    // Tokens with other places before their picture are never equal.
    guard equal.tokensOfEach(of: .student) == equal.tokensOfEach(of: .teacher) else { return batch }
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

  /// Whether an output is tokens: by a usual name, or because the loss takes nothing else.
  func isTokens(_ name: String) -> Bool {
    Self.usualTokens.contains(OutputName(name).base) || tokens.contains(name)
  }

  /// How many tokens an example of a network has: four, or larger pictures than the grid if the loss takes only
  /// pictures.
  func tokensOfEach(of role: Role) -> Int {
    guard let (grid, withoutFirst) = pictures[role] else { return 4 }
    let side = grid + (role == .teacher && differences.contains(.sizesOfNetworks) ? 2 : 1)
    return side * side + withoutFirst
  }

  /// The shape is N×C for logits, N×C×H×W for a stage, its blocks and the stem, N×T×D for tokens, and N×D for
  /// all other outputs. The D of tokens is a multiple of 48, so that usual numbers of heads divide it. The
  /// stem is as large as the first stage. All views of a layer have the same shape.
  private func shape(of name: String, _ role: Role) -> [Int] {
    let layer = OutputName(name).base
    if layer == "logits" { return [examples, classes] }
    let isOther = role == .teacher
    let moreChannels = isOther && differences.contains(.channelsOfNetworks) ? 1 : 0
    if isTokens(name) {
      return [examples, tokensOfEach(of: role), 48 * ((features + 47) / 48 + moreChannels)]
    }
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
  /// Whether the error says that shapes do not fit; other shapes might.
  var isOfShapes: Bool {
    switch self {
    case .unequalShapes, .unfit, .unfitPicture, .tokens, .unequalBatches: true
    case .inTerm(_, let error): error.isOfShapes
    default: false
    }
  }

  /// The picture that a network's tokens must be, if that is what is wrong: its grid, and the places before it.
  fileprivate var picture: (role: Role, grid: Int, withoutFirst: Int)? {
    switch self {
    case .unfitPicture(_, let grid, let withoutFirst, _, let role): (role, grid, withoutFirst)
    case .inTerm(_, let error): error.picture
    default: nil
    }
  }
}
