public import Distillation
import Tensors

/// Gram anchoring: the tokens of an image stay as alike as they are in the teacher, whatever they become.
public struct GramAnchoring: PaperModule {
  public static let citation = Citation(
    "DINOv3", "Siméoni, Vo, Seitzer, Baldassarre, Oquab, and others", "2025",
    "https://arxiv.org/abs/2508.10104")

  /// The cosines below 0 that count as 0.
  public enum Negatives: String, Codable, CaseIterable, Sendable {
    /// No cosines.
    case none
    /// The cosines of both networks.
    case both
    /// The cosines of the teacher.
    case teacher
  }

  /// Whose cosines below 0 count as 0: in the authors' recipes, nobody's.
  public var removeNegatives: Negatives
  /// If not 0, the tokens are a square picture, row by row, and are averaged to this many rows and columns in
  /// both networks, which may have other numbers of tokens.
  public var grid: Int
  /// The layer whose tokens are compared, N×T×D.
  public var layer: MatchedLayer
  /// Makes the loss with these parameters.
  public init(
    removeNegatives: Negatives = .none, grid: Int = 0, layer: String = Tokens.standard.layer,
    teacherLayer: String? = nil
  ) {
    (self.removeNegatives, self.grid) = (removeNegatives, grid)
    self.layer = MatchedLayer(layer, teacher: teacherLayer)
  }
  public static let standard = Self()

  public static let equation = """
    L = 1/Σᵢ kᵢ² Σᵢ ‖Aˢᵢ − Aᵗᵢ‖²_F,  A = X̂ X̂ᵀ of the kᵢ tokens of image i, x̂ = x/‖x‖
    """
  public var body: some LossTerm { Anchor(of: self) }

  public static let ranges: [String: ClosedRange<Double>] = ["grid": 0...1e4]
  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder, .tokenOrder]

  private struct Anchor: PrimitiveTerm {
    let negatives: Negatives
    let grid: Int
    let outputs, teacherOutputs: [OutputName]
    let takesTokens = true

    init(of loss: GramAnchoring) {
      (negatives, grid) = (loss.removeNegatives, loss.grid)
      outputs = [OutputName(loss.layer.layer)]
      teacherOutputs = [OutputName(loss.layer.teacherLayer ?? loss.layer.layer)]
    }

    func scalarsHeld(for student: Outputs) -> Int { student.scalarsOfTokens(outputs[0]) }

    func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
      let tokens = try TokenPairs(
        student.tokens(outputs[0], for: name), teacher.tokens(teacherOutputs[0], for: name),
        grid: grid, for: name)
      // The means are over the pairs of all images together.
      let k = tokens.counts.reduce(0) { $0 + $1 * $1 }
      let sum = tokens.sum { [negatives] s, t in
        let (Aˢ, Aᵗ) = (InnerProducts(of: s).cosines, InnerProducts(of: t).cosines)
        return Penalty.square.total(
          student: negatives == .both ? Aˢ.relu() : Aˢ,
          teacher: negatives == .none ? Aᵗ : Aᵗ.relu())
      }
      return sum / Tensor(Double(max(k, 1)))
    }

    private var name: String { GramAnchoring.name }
  }
}
