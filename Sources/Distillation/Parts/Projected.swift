public import Tensors

/// A layer through a map that is learned with the student, so that layers of other widths can be compared.
///
///     match(projected(stage2), to: stage3, with: meanSquare)
///
/// The map takes the student's layer to the teacher's width: the features of rows, the channels of maps
/// (a 1×1 convolution) and the features of each token. Its tensors are named for the term: `weight`,
/// `bias`, and for an `mlp` also `hidden.weight` and `hidden.bias`. No network keeps them.
public struct Projected: Knowledge, Configurable {
  /// The name of the layer; 'lastStage' is the last stage, whatever its number.
  public var layer: String

  /// The map: `linear`, `mlp`, or `none`, which asks for equal widths.
  public var form: ProjectionForm

  /// The network whose layer is mapped to the width of the other's.
  public var side: Role

  /// The learning rate of the map, as a multiple of the student's.
  public var rate: Double

  public static let summary = "A layer through a map that is learned with the student."

  /// Makes the knowledge of a layer through a learned map.
  public init(
    layer: String = Output.standard.layer, form: ProjectionForm = .linear, side: Role = .student,
    rate: Double = 1
  ) {
    (self.layer, self.form, self.side, self.rate) = (layer, form, side, rate)
  }
  public static let standard = Self()

  public static var ranges: [String: ClosedRange<Double>] { LearnedMap.ranges }

  public var outputs: [OutputName] { [OutputName(layer)] }

  public var kind: TensorKind { Output(layer: layer).kind }

  /// Traps: without its tensors there is no value. A match takes the map apart from the layer.
  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    fatalError("[\(formula)] it is learned: a match evaluates it, with the loss's state")
  }
}

/// The form of a learned map.
public enum ProjectionForm: String, Codable, CaseIterable, Hashable, Sendable {
  /// W x + b.
  case linear
  /// A linear map to twice the width, layer normalisation, GELU, and a linear map.
  case mlp
  /// No map: the widths are equal.
  case none
}

/// A knowledge that is another one, and then a learned map.
protocol MappedKnowledge: Knowledge<Tensor> {
  var unmapped: any Knowledge<Tensor> { get }
  var map: LearnedMap? { get }
}

extension Projected: MappedKnowledge {
  var unmapped: any Knowledge<Tensor> { Output(layer: layer) }

  var map: LearnedMap? {
    form == .none ? nil : LearnedMap(form: form, side: side, rate: rate)
  }
}

/// The map of ``Projected``: W x + b for one network, and the value itself for the other.
struct LearnedMap: StatefulRelation, Configurable {
  var form = ProjectionForm.linear
  var side = Role.student
  var rate = 1.0

  static let name = Projected.name
  static let summary = Projected.summary
  static let standard = Self()
  static var ranges: [String: ClosedRange<Double>] { ["rate": 0...1e6] }

  /// A layer through this map, as a formula writes it.
  func formula(of layer: any Knowledge) -> String {
    if let tokens = layer.resampled { return tokens.with(\.projection, form).formula }
    let name = layer.outputs.first.map { "\($0)" } ?? ""
    return Projected(layer: name, form: form, side: side, rate: rate).formula
  }

  var accepts: TensorKind { .any }

  func admits(_ x: Tensor) -> Bool { TensorKind.rowsOrMaps.admits(x.shape) }

  var takes: String { "\(TensorKind.rowsOrMaps)" }

  func gives(_ input: TensorKind) -> TensorKind { input == .square ? .matrix : input }

  func state(student: [Int], teacher: [Int]) -> [StateTensor] {
    let (from, to) = side == .student ? (student[1], teacher[1]) : (teacher[1], student[1])
    guard form == .mlp else { return StateTensor.linear(from: from, to: to, rate: rate) }
    return StateTensor.linear("hidden.", from: from, to: 2 * to, rate: rate)
      + StateTensor.linear(from: 2 * to, to: to, rate: rate)
  }

  func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor {
    guard role == side else { return x }
    return x.mappingFeatures { rows in
      guard form == .mlp else { return rows.affine(state[0], state[1]) }
      return rows.affine(state[0], state[1]).layerNormalized.gelu().affine(state[2], state[3])
    }
  }
}

extension Tensor {
  /// The features of rows N×D, or the channels of maps N×C×H×W pixel by pixel, through W x + b.
  ///
  /// - Parameters:
  ///   - weight: W, of shape O×D or O×C.
  ///   - bias: b, of shape O.
  /// - Returns: N×O or N×O×H×W.
  public func projected(weight: Tensor, bias: Tensor) -> Tensor {
    mappingFeatures { $0.affine(weight, bias) }
  }

  /// Rows mapped by a function, or maps whose pixels are mapped as rows.
  fileprivate func mappingFeatures(_ map: (Tensor) -> Tensor) -> Tensor {
    guard rank == 4 else { return map(self) }
    return map(pixelRows).maps(ofShape: shape)
  }

  fileprivate func affine(_ weight: Tensor, _ bias: Tensor) -> Tensor {
    Tensor.matmul(self, weight, transposingSecond: true) + bias
  }

  /// Each row with mean 0 and variance 1; a row of equal entries is 0.
  fileprivate var layerNormalized: Tensor {
    let length = Double(shape[1]).squareRoot()
    return Tensor(length) * centered(axis: 1).normalized(damping: 1e-5 * length)
  }
}

extension Knowledge where Self == Projected {
  /// A layer through a map that is learned with the student.
  public static func projected(
    _ layer: String, form: ProjectionForm = .linear, side: Role = .student, rate: Double = 1
  ) -> Projected {
    Projected(layer: layer, form: form, side: side, rate: rate)
  }
}

extension Knowledge {
  /// This knowledge without the learned map at its end.
  var unprojected: any Knowledge { (self as? any MappedKnowledge)?.unmapped ?? self }

  /// The learned map at its end; `nil` if there is none.
  var projection: LearnedMap? { (self as? any MappedKnowledge)?.map }
}
