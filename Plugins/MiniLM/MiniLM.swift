public import Distillation
import Tensors

/// MiniLMv2: within each text, queries relate to queries, keys to keys and values to values as they do in the
/// teacher, in as many relation heads for both networks.
public struct MiniLM: PaperModule {
  public static let citation = Citation(
    "MiniLMv2: Multi-Head Self-Attention Relation Distillation for Compressing Pretrained Transformers",
    "Wang, Bao, Huang, Dong, Wei", "Findings of ACL 2021", "https://arxiv.org/abs/2012.15828")

  /// A, into how many relation heads the vectors of a token are cut; 48 for a base model, 64 for a large one.
  public var heads: Int
  /// Makes the loss with these parameters.
  public init(heads: Int = 48) { self.heads = heads }
  public static let standard = Self()

  public static let equation = """
    L = Σ_x 1/(A Σᵢ kᵢ) Σᵢ Σₐ Σⱼ KL(Rᵗⱼ ‖ Rˢⱼ),  R = softmax(Xₐ Xₐᵀ/√dₐ),  x: queries, keys, values
    """
  public var body: some LossTerm {
    for x in ["queries", "keys", "values"] { Relations(x: OutputName(x), heads: heads) }
  }

  public static let name = "minilm"
  public static let invariances: [Invariance] = [.batchOrder, .tokenOrder]
  public static let ranges: [String: ClosedRange<Double>] = ["heads": 1...1e6]

  private struct Relations: PrimitiveTerm {
    let x: OutputName
    let heads: Int
    var outputs: [OutputName] { [x] }
    var teacherOutputs: [OutputName] { [x] }
    var takesTokens: Bool { true }

    func scalarsHeld(for student: Outputs) -> Int { student.scalarsOfTokens(x) }

    func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
      let (s, t) = (
        try student.tokens(x, for: MiniLM.name), try teacher.tokens(x, for: MiniLM.name)
      )
      let tokens = try TokenPairs(s, t, heads: heads, for: MiniLM.name)
      // √d, each network with its own d.
      let temperatures = (student: rootOfWidth(s), teacher: rootOfWidth(t))
      // The mean is over the tokens of all texts together.
      let k = tokens.counts.reduce(0, +)
      let sum = tokens.sum { s, t in
        s.relationDivergence(fromTeacher: t, temperatures: temperatures)
      }
      return sum / Tensor(Double(max(heads * k, 1)))
    }

    private func rootOfWidth(_ tokens: TokenRows) -> Double {
      (Double(tokens.rows.shape[1]) / Double(heads)).squareRoot()
    }
  }
}
