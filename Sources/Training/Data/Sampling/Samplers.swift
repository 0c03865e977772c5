public import Distillation
import Tensors

/// The ways in which the images of a training set make up batches.
package enum Samplers {
  /// What each of them does, by the name that recipes call it.
  package static let summaries: [(name: String, summary: String)] =
    SamplerSettings.Name.allCases.map { ($0.rawValue, $0.summary) }
}

/// How batches are drawn, as a recipe says it.
public struct SamplerSettings: Configurable {
  public enum Name: String, Codable, CaseIterable, Sendable {
    case uniform, classUniform, superclassUniform, npairs
  }

  public var name = Name.uniform

  /// How many images of a class or superclass are in a batch; where there is no number, 5 of
  /// `npairs` and 4 of the others that group images.
  public var each: Int?

  /// The number of superclasses of `superclassUniform`; where there is none, half as many as there
  /// are classes, rounded up.
  ///
  /// The paper's number is not known. Between C/2 and C is a choice of ours: superclasses that are
  /// smaller than classes would split them.
  public var clusters: Int?

  public init() {}

  /// The number of images of a group, given or by default.
  var imagesOfEach: Int { each ?? (name == .npairs ? 5 : 4) }

  /// Whether a batch consists of groups of that many images and nothing else.
  var groupsFill: Bool { name == .classUniform || name == .superclassUniform }
}

extension SamplerSettings.Name {
  var summary: String {
    switch self {
    case .uniform: "all images in random order, once an epoch"
    case .classUniform: "batches of b/each classes, each with as many images"
    case .superclassUniform:
      "as classUniform, of clusters of the teacher's embeddings in place of classes"
    case .npairs: "classes in random order, of each up to so many images, until a batch is full"
    }
  }
}
