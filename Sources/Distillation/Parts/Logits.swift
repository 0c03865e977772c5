/// The mean squared difference of the logits, N×C.
///
/// Ba and Caruana, "Do Deep Nets Really Need to be Deep?", NeurIPS 2014; the vertices of IRG.
public struct Logits: NamedTerm {
  /// Makes the loss.
  public init() {}
  public static let standard = Self()

  public var body: some LossTerm { match(.logits, with: .meanSquare) }

  public static let equation = "L = 1/(n·C) Σᵢ Σ_c (zˢᵢ_c − zᵗᵢ_c)²"
}
