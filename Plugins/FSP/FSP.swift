public import Distillation

/// The flow of the solution procedure: which features of one layer become which features of a later one.
public struct FSP: PaperModule {
  public static let citation = Citation(
    "A Gift from Knowledge Distillation: Fast Optimization, Network Minimization and Transfer "
      + "Learning", "Yim, Joo, Bae, Kim", "CVPR 2017",
    "https://openaccess.thecvf.com/content_cvpr_2017/html/Yim_A_Gift_From_CVPR_2017_paper.html")

  /// The student's earlier layer, N×C₁×H₁×W₁.
  public var from: String
  /// The student's later layer, N×C₂×H₂×W₂.
  public var to: String
  /// The teacher's earlier layer; the same as the student's unless stated.
  public var teacherFrom: String?
  /// The teacher's later layer; the same as the student's unless stated.
  public var teacherTo: String?
  /// Whether the channels of the student's layers are mapped to the teacher's numbers.
  public var projection: Projection
  /// Makes the loss with these parameters.
  public init(
    from: String = "stage1", to: String = "stage2", teacherFrom: String? = nil,
    teacherTo: String? = nil, projection: Projection = .none
  ) {
    (self.from, self.to, self.teacherFrom, self.teacherTo) = (from, to, teacherFrom, teacherTo)
    self.projection = projection
  }
  public static let standard = Self()

  public static let equation =
    "L = 1/(n·C₁·C₂) Σᵢ ‖Gˢᵢ − Gᵗᵢ‖²_F,  G = 1/(h·w) F₁ F₂ᵀ,  F₁ and F₂ of two layers"
  public var body: some LossTerm {
    let student = Layers(from: from, to: to)
    let teacher = Layers(from: teacherFrom ?? from, to: teacherTo ?? to)
    switch projection {
    case .none: match(student, to: teacher, by: Flow(), with: .meanSquare)
    case .linear:
      match(student, to: teacher, by: Flow().then(ProjectedFlow()), with: .meanSquare)
    }
  }

  /// The map of the student's channels.
  public enum Projection: String, Codable, CaseIterable, Hashable, Sendable {
    /// The layers have as many channels as the teacher's.
    case none
    /// A linear map of each layer's channels, which is learned with the student.
    case linear
  }

  public static let brings: [any Part.Type] = [Flow.self, ProjectedFlow.self]
}
