public import Distillation
import Tensors

/// The ways in which the images of a training set make up batches.
package enum Samplers {
  /// One line about each sampler, by its name in recipes.
  package static let summaries: [(name: String, summary: String)] =
    SamplerSettings.Name.allCases.map { ($0.rawValue, $0.summary) }
}

/// How batches are drawn, as set in a recipe.
public struct SamplerSettings: Configurable {
  /// The samplers that a recipe can name.
  public enum Name: String, Codable, CaseIterable, Sendable {
    /// All images in random order, once an epoch.
    case uniform
    /// Batches of random classes, with the same number of images of each.
    case classUniform
    /// Batches of random clusters of the teacher's embeddings, with the same number of images of
    /// each. Clusters take the place of classes.
    case superclassUniform
    /// The batches of metric learning in RKD: classes in random order, each with up to so many
    /// images, until a batch is full.
    case npairs
  }

  /// The sampler to use.
  public var name = Name.uniform

  /// The number of images of each class or superclass in a batch. If it is `nil`, the number is 5
  /// for `npairs` and 4 for the other samplers that group images.
  public var each: Int?

  /// The number of superclasses for `superclassUniform`. If it is `nil`, the number is half the
  /// number of classes, rounded up.
  ///
  /// The paper's number is not known. A number between C/2 and C is our choice: superclasses that
  /// are smaller than classes would split them.
  public var clusters: Int?

  /// Creates settings with their default values.
  public init() {}
  public static let standard = Self()

  /// The number of images of each group, as given or by default.
  var imagesOfEach: Int { each ?? (name == .npairs ? 5 : 4) }

  /// Whether a batch consists only of groups with that many images.
  var groupsFill: Bool { name == .classUniform || name == .superclassUniform }
}

extension SamplerSettings.Name {
  var summary: String {
    switch self {
    case .uniform: "all images in random order, once an epoch"
    case .classUniform: "b/each classes in a batch, 'each' images per class"
    case .superclassUniform:
      "like classUniform, with clusters of the teacher's embeddings in place of classes"
    case .npairs: "classes in random order, up to 'each' images per class, until a batch is full"
    }
  }
}
