public import Distillation
public import Tensors

/// The flow of the solution procedure: which features of one layer become which of a later one.
public struct FSP: PaperModule {
  public static let citation = Citation(
    "A Gift from Knowledge Distillation: Fast Optimization, Network Minimization and Transfer "
      + "Learning", "Yim, Joo, Bae, Kim", "CVPR 2017",
    "https://openaccess.thecvf.com/content_cvpr_2017/html/Yim_A_Gift_From_CVPR_2017_paper.html")

  public var from: String, to: String, teacherFrom: String?, teacherTo: String?
  public init(
    from: String = "stage1", to: String = "stage2", teacherFrom: String? = nil,
    teacherTo: String? = nil
  ) {
    (self.from, self.to, self.teacherFrom, self.teacherTo) = (from, to, teacherFrom, teacherTo)
  }
  public static let standard = Self()

  public static let equation =
    "L = 1/(n·C₁·C₂) Σᵢ ‖Gˢᵢ − Gᵗᵢ‖²_F,  G = 1/(h·w) F₁ F₂ᵀ,  F₁ and F₂ of two layers"
  public var body: some LossTerm {
    match(
      .layers(from: from, to: to), to: .layers(from: teacherFrom ?? from, to: teacherTo ?? to),
      by: Flow(), with: .meanSquare)
  }

  public static let brings: [any Part.Type] = [Flow.self]
}

/// G = 1/(h·w) F₁ F₂ᵀ of each example: N×C₁×C₂. Larger maps are averaged to the smaller size.
public struct Flow: Relation, Configurable {
  public init() {}
  public static let standard = Self()
  public static let summary = "F₁ F₂ᵀ / (h·w) of each example, for the maps F of two layers."
  public var accepts: TensorKind { .maps }
  public var takes: String { "feature maps N×C×H×W of two layers" }

  public func layout(of inputs: [Layout]) -> Layout? {
    Layout(joining: [inputs[0].axes[0], inputs[0].axes[1], inputs[1].axes[1]])
  }

  public func callAsFunction(_ x: TensorPair) -> Tensor {
    let h = min(x.first.shape[2], x.second.shape[2])
    let w = min(x.first.shape[3], x.second.shape[3])
    let f1 = x.first.averagePooled(height: h, width: w).channelMaps
    let f2 = x.second.averagePooled(height: h, width: w).channelMaps
    return Tensor.matmul(f1, f2, transposingSecond: true) / Tensor(Double(h * w))
  }
}
