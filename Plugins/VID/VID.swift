public import Distillation
import Tensors

/// Variational information distillation: the student's maps, through a learned map, predict the teacher's with
/// a variance that is learned for each of the teacher's channels.
///
/// The map is linear, W x + b, where the authors' is three 1×1 convolutions. The value may be negative.
public struct VID: PaperModule {
  public static let citation = Citation(
    "Variational Information Distillation for Knowledge Transfer",
    "Ahn, Hu, Damianou, Lawrence, Dai", "CVPR 2019", "https://arxiv.org/abs/1904.05835")

  /// ε, the least variance.
  public var epsilon: Double
  /// The layer whose maps are predicted, N×C×H×W, or rows N×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(epsilon: Double = 1e-5, layer: String = "stage2", teacherLayer: String? = nil) {
    self.epsilon = epsilon
    self.layer = MatchedLayer(layer, teacher: teacherLayer)
  }
  public static let standard = Self()

  public static let name = "vid"
  public static let equation =
    "L = mean of (μ − t)²/(2v) + ½ log v,  μ = W s + b,  v_c = log(1 + exp α_c) + ε"
  public var body: some LossTerm { Prediction(vid: self) }

  public static let ranges = ["epsilon": 1e-30...1]
  public static let invariances: [Invariance] = [.batchOrder, .mapRotation]
  public static let isZeroAtTeacher = false

  private struct Prediction: StatefulTerm {
    let vid: VID

    private var student: Output { Output(layer: vid.layer.layer) }
    private var teacher: Output { Output(layer: vid.layer.teacherLayer ?? vid.layer.layer) }
    var outputs: [OutputName] { student.outputs }
    var teacherOutputs: [OutputName] { teacher.outputs }

    func state(student: Outputs, teacher: Outputs) throws -> [StateTensor] {
      let (s, t) = (try self.student(student).shape, try self.teacher(teacher).shape)
      for (shape, role) in [(s, Role.student), (t, .teacher)]
      where !TensorKind.rowsOrMaps.admits(shape) {
        throw DistillationError.unfit(
          VID.name, takes: "\(TensorKind.rowsOrMaps)", shapes: [shape], of: role)
      }
      // Logits of pixels have a row for each pixel.
      guard s[0] == t[0], s.dropFirst(2) == t.dropFirst(2) else {
        throw DistillationError.unequalShapes(VID.name, student: s, teacher: t)
      }
      // The variance is 5 at first, as in the authors' code: α = log(exp(5 − ε) − 1).
      let α = ((5 - vid.epsilon).exponential() - 1).logarithm()
      let scale = StateTensor("scale", .parameter, shape: [t[1]], initial: .constant(α))
      return StateTensor.linear(from: s[1], to: t[1]) + [scale]
    }

    func callAsFunction(
      student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
    ) throws -> Tensor {
      let (s, t) = (try self.student(student), try self.teacher(teacher))
      let μ = s.projected(weight: state[0], bias: state[1])
      let α = state[2].reshaped([1, t.shape[1]] + [Int](repeating: 1, count: t.rank - 2))
      let v = α.softplus() + Tensor(vid.epsilon)
      return ((μ - t).squared() / (Tensor(2) * v)).mean() + (v.log() / Tensor(2)).mean()
    }
  }
}
