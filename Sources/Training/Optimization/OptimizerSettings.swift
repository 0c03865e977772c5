public import Distillation

/// How a step follows from a gradient. The parameters are PyTorch's, and so is their meaning.
public struct OptimizerSettings: Configurable {
  public enum Method: String, Codable, CaseIterable, Sendable {
    /// Stochastic gradient descent, with momentum where that is not 0.
    case sgd
    /// Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
    case adam
  }

  public var method = Method.sgd

  /// The peak learning rate; the schedule says what share of it each step has.
  public var rate = 0.05

  public var momentum = 0.9
  public var nesterov = true

  /// The factor of the parameter that is added to its gradient.
  public var weightDecay = 5e-4

  /// For `adam`: β₁, β₂ and ε.
  public var beta1 = 0.9
  public var beta2 = 0.999
  public var epsilon = 1e-8

  public init() {}
}
