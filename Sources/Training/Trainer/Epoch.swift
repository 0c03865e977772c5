public import Distillation

/// The result of one epoch, in the mean over its examples.
public struct Epoch: Codable, Sendable {
  public var epoch: Int
  public var rate: Double
  public var loss: Double
  public var terms: [Term]
  /// On the test images, after the epoch.
  public var accuracy: Double
  public var seconds: Double

  /// The result of a term in one epoch.
  public struct Term: Codable, Hashable, Sendable {
    public var name: String
    /// In the mean over the steps, where it moves.
    public var weight: Double
    /// Before the weight, in the mean over the examples of the steps at which the weight was not 0;
    /// none where it was 0 throughout.
    public var value: Double?
    /// On the last batch, as of ``TermBalance``; none in older files.
    public var share: Double?
    public var gradientNorm: Double?
    public var cosine: Double?

    public init(name: String, weight: Double, value: Double?, _ balance: TermBalance? = nil) {
      (self.name, self.weight, self.value) = (name, weight, value)
      share = balance?.share
      gradientNorm = balance?.gradientNorm
      cosine = balance?.cosine
    }
  }
}
