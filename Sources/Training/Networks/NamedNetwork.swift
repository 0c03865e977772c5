/// A kind of networks that recipes name, with their sizes: `resnet8:16`.
///
///     struct Perceptron: NamedNetwork {
///       static let pattern = "perceptron:<width>"
///       static let example = Perceptron(width: 64, classes: 10, images: ImageShape(height: 28, width: 28))
///       var name: String { "perceptron:\(width)" }
///       …
///     }
///
/// ``Networks/adding(_:)`` makes the kind known to a program.
public protocol NamedNetwork: Network {
  /// How a name is written, with a word in angle brackets for each size: `wrn<6n+4>-<k>:<width>`. If it
  /// ends in `…`, the last of its sizes stands any number of times: `mlp:<width>:<width>…`.
  static var pattern: String { get }

  /// A network of this kind, whose name and outputs are shown where networks are listed.
  static var example: Self { get }

  /// The last size of a name that leaves it out, so that `resnet8` is `resnet8:16`; `nil`, unless stated,
  /// if no name may.
  static var lastSize: Int? { get }

  /// Whether the networks take features too: rows of D numbers, N×D, for which `images` are D channels of
  /// one pixel. `false` unless stated.
  static var takesFeatures: Bool { get }

  /// The network of these sizes.
  ///
  /// - Parameters:
  ///   - sizes: As many numbers from 1 to 4096 as the pattern has sizes, in its order.
  ///   - classes: The number of classes, which is the number of logits.
  ///   - images: The shape of an image.
  /// - Throws: ``UnfitSizes`` if the sizes do not fit one another or the images.
  init(sizes: [Int], classes: Int, images: ImageShape) throws
}

extension NamedNetwork {
  public static var lastSize: Int? { nil }
  public static var takesFeatures: Bool { false }
}

/// Sizes of a network that do not fit one another or the images.
public struct UnfitSizes: Error, Equatable {
  /// What is wrong, and what would be right: `its width 10 is no multiple of 4; 8 and 12 are`.
  public let problem: String

  /// Makes an error that says what is wrong.
  public init(_ problem: String) { self.problem = problem }
}

extension UnfitSizes {
  /// Throws unless a depth is 6n + `rest` with n from 1 to 200.
  static func check(depth: Int, is6nPlus rest: Int) throws(UnfitSizes) {
    let n = (depth - rest) / 6
    guard depth != 6 * n + rest || !(1...200).contains(n) else { return }
    let less = 6 * min(max(n, 1), 199) + rest
    throw UnfitSizes("its depth \(depth) is no 6n + \(rest), as \(less) and \(less + 6) are")
  }
}
