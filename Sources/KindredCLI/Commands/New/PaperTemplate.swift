import Distillation

/// A paper as `kindred new paper` writes it: a loss that a person can work out by hand, to be
/// replaced by the paper's own.
struct PaperTemplate {
  /// Of the type, the module and the folder.
  let name: String

  /// What formulas call it.
  var id: String { lowerCamelCase(name) }

  private static let equation = "L = 1/n² Σᵢⱼ (‖sᵢ − sⱼ‖ − ‖tᵢ − tⱼ‖)²"

  var source: String {
    """
    public import Distillation

    /// \(name): the student keeps the teacher's distances between examples.
    public struct \(name): PaperModule {
      /// The output whose features are compared.
      public var layer = "embedding"

      public init() {}

      /// \(Self.equation)
      public var body: some LossTerm {
        match(.output(layer), by: .distances, with: .meanSquare)
      }

      public static let equation = "\(Self.equation)"
      public static let invariances: [Invariance] = [.rotation, .translation, .batchOrder]
      public static let citation = Citation(
        "The Title of \(name)", "Its Authors", "Venue and Year", "https://arxiv.org")
    }

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

        \(Self.equation)

    | | |
    |---|---|
    | id | `\(id)` |
    | takes | `embedding`, or any layer: N×D, of different D for student and teacher |
    | parameters | `layer` (`embedding`) |
    | unchanged by | rotation and translation of the features; the order of the batch |

    ## Which variant is followed

    - The mean is over all n² entries, the diagonal of zeros included.
    - A distance below 10⁻⁶ counts as 10⁻⁶ and has gradient 0. One example has loss 0.

    """
  }

  /// Of the README's table of papers.
  var row: String {
    """
    | [`\(id)`](docs/papers/\(name).md) | Its Authors: The Title of \(name) (Venue and Year) \
    | distances between examples |
    """
  }

  /// Distances 3, 4, 5 and 1, 2, 1. The sum over ordered pairs is 2 (2² + 2² + 4²) = 48, and
  /// ∂L/∂sᵢ = 4/n² Σⱼ (‖sᵢ − sⱼ‖ − ‖tᵢ − tⱼ‖) (sᵢ − sⱼ) / ‖sᵢ − sⱼ‖.
  var vectors: String {
    """
    {
      "schema": "kindred-vectors/1",
      "vectors": [
        {
          "formula": "\(id)",
          "source": "by hand: distances 3, 4, 5 and 1, 2, 1; 2 (2² + 2² + 4²) / 9",
          "student": {"embedding": [[0, 0], [3, 0], [0, 4]]},
          "teacher": {"embedding": [[0], [1], [2]]},
          "value": 5.333333333333333,
          "gradients": {
            "embedding": [
              [-0.8888888888888888, -0.8888888888888888],
              [1.9555555555555555, -1.4222222222222223],
              [-1.0666666666666667, 2.311111111111111]
            ]
          }
        }
      ]
    }

    """
  }
}
