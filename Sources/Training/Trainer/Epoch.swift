public import Distillation

/// The results of one epoch. The loss and its terms are means over the examples.
public struct Epoch: Codable, Sendable {
  /// The number of the epoch, counted from 1.
  public var epoch: Int
  /// The learning rate of the last step.
  public var rate: Double
  /// The loss, in the mean over the examples.
  public var loss: Double
  /// The results of the loss's terms.
  public var terms: [Term]
  /// The accuracy on the test images after the epoch, from 0 to 1; `nil` if they have no labels.
  public var accuracy: Double?
  /// The duration of the epoch in seconds, including the test.
  public var seconds: Double

  /// The result of a term in one epoch.
  public struct Term: Codable, Hashable, Sendable {
    /// The name of the term.
    public var name: String
    /// The weight. If it changes during training, this is the mean over the steps.
    public var weight: Double
    /// The value before the weight, in the mean over the examples of the steps at which the weight
    /// was not 0; `nil` if it was 0 throughout.
    public var value: Double?
    /// The share of the term in the sum of all terms' |w ℓ| on the last batch; see `TermBalance`.
    /// It is `nil` in older files.
    public var share: Double?
    /// The norm of the term's gradient at the student's outputs on the last batch; see
    /// `TermBalance`.
    public var gradientNorm: Double?
    /// The cosine of the term's gradient with that of the whole loss on the last batch; see
    /// `TermBalance`.
    public var cosine: Double?

    /// The result of a term, with its balance on the last batch if that is known.
    public init(name: String, weight: Double, value: Double?, _ balance: TermBalance? = nil) {
      (self.name, self.weight, self.value) = (name, weight, value)
      share = balance?.share
      gradientNorm = balance?.gradientNorm
      cosine = balance?.cosine
    }
  }
}
