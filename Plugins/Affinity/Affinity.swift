public import Distillation

/// Affinities of two towers: the student's images choose among texts, and its texts among images, as the
/// teacher's do.
///
/// CLIP-KD's code is followed. TinyCLIP's and OpenCLIP's code has the cross-entropy in place of the
/// divergence, with the same gradient.
public struct Affinity: PaperModule {
  public static let citation = Citation(
    "TinyCLIP: CLIP Distillation via Affinity Mimicking and Weight Inheritance",
    "Wu, Peng, Zhou, Xiao, Liu, Yuan, Xuan, Valenzuela, Chen, Wang, Chao, Hu", "ICCV 2023",
    "https://arxiv.org/abs/2309.12314")

  /// τ of all softmaxes, in both networks; CLIP's scale 1/τ starts at 1/0.07.
  public var temperature: Double
  /// Makes the loss with these parameters.
  public init(temperature: Double = 0.07) { self.temperature = temperature }
  public static let standard = Self()

  public static let equation = """
    L = 1/2n Σᵢ (KL(softmax(Aᵗᵢ,:/τ) ‖ softmax(Aˢᵢ,:/τ)) + KL(softmax(Aᵗ:,ᵢ/τ) ‖ softmax(Aˢ:,ᵢ/τ))), \
     Aᵢⱼ = cos(imageᵢ, textⱼ)
    """
  public var body: some LossTerm {
    let τ = temperature
    let towers = Layers.layers(from: "image", to: "text")
    match(towers, by: .crossCosines, with: .klDivergence(temperature: τ)) / 2
    match(towers, by: .crossCosines.transposed, with: .klDivergence(temperature: τ)) / 2
  }

  public static let ranges = ["temperature": ClosedRange.temperature]
  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
  public static let brings: [any Part.Type] = [CrossCosines.self]
}
