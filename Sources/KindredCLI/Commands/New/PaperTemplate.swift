import Distillation

/// A paper as `kindred new paper` writes it: a loss that a person can work out by hand, to be
/// replaced by the paper's own.
struct PaperTemplate {
  /// The name of the type, the module and the folder.
  let name: String
  /// The module that it imports.
  var library = "Distillation"

  /// The paper's name in formulas.
  var id: String { lowerCamelCase(name) }

  private static let equation = "L = 1/n² Σᵢⱼ (‖sᵢ − sⱼ‖/μˢ − ‖tᵢ − tⱼ‖/μᵗ)²"

  var source: String {
    """
    public import \(library)

    /// \(name): the student keeps the teacher's distances between examples, relative to their mean μ.
    public struct \(name): PaperModule {
      public static let citation = Citation(
        "The Title of \(name)", "Its Authors", "Venue and Year", "https://arxiv.org")

      /// The layers whose features are compared.
      public var layer: MatchedLayer

      /// Makes the loss with these parameters.
      public init(layer: String = MatchedLayer.embedding.layer, teacherLayer: String? = nil) {
        self.layer = MatchedLayer(layer, teacher: teacherLayer)
      }
      public static let standard = Self()

      public static let equation = "\(Self.equation)"
      public var body: some LossTerm { match(layer, by: .distances.dividedByMean, with: .meanSquare) }

      public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
    }

    """
  }

  var registration: String {
    """
    import \(library)

    // Linking this module registers the paper: the section is read when the registry is first used.
    #if objectFormat(MachO)
      @section("__DATA_CONST,kindred_papers")
    #else
      @section("kindred_papers")
    #endif
    @used let registration: PaperEntry = { \(name).register(in: $0) }

    """
  }

  var page: String {
    """
    # \(name): the title of \(name)

    Its Authors, venue and year, [where it can be read](https://arxiv.org).

        \(Self.equation)        μ: the mean of ‖xᵢ − xⱼ‖ over i ≠ j

    | | |
    |---|---|
    | id | `\(id)` |
    | takes | `embedding` or any other layer: N×D; D may differ between student and teacher |
    | parameters | `layer` (`embedding`), `teacherLayer` (the same) |
    | unchanged by | rotation, scaling and translation of the features; the order of the batch |
    | needs | three examples: the only distance of two is its own mean. Fewer have loss 0 |

    ## Which variant is followed

    - The mean is over all n² entries, the diagonal of zeros included.
    - The gradient flows through the student's μ.
    - A distance below 10⁻⁶ counts as 10⁻⁶ and has gradient 0.

    """
  }

  /// A row of the README's table of papers.
  var row: String {
    """
    | [`\(id)`](docs/papers/\(name).md) | Its Authors: The Title of \(name) (Venue and Year) \
    | distances between examples, divided by their mean |
    """
  }

  /// The loss as plain loops in Double, which the paper's own is compared with.
  var reference: String {
    """
    import Testing

    @Suite struct \(name)Tests {
      static let references = [(3, 2, 4), (5, 3, 1)].map { n, s, t in
        Reference("\(id)", on: "embedding", [n, s], [n, t]) { s, t in
          mean(difference(relations(s), relations(t)).map { $0 * $0 })
        }
      }

      /// ‖xᵢ − xⱼ‖/μ for all i and j; μ is the mean over i ≠ j.
      private static func relations(_ x: Values) -> [Double] {
        let lengths = square(x.n) { distance(x.row($0), x.row($1)) }.flatMap { $0 }
        let μ = sum(lengths) / Double(x.n * (x.n - 1))
        return lengths.map { $0 / μ }
      }

      @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
        try reference.expect()
      }
    }

    """
  }
}
