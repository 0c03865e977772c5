public import Distillation
import Tensors

/// How a step is computed from a gradient. The parameters are PyTorch's and have the same meaning.
public struct OptimizerSettings: Configurable {
  /// The methods of optimisation.
  public enum Method: String, Codable, CaseIterable, Sendable {
    /// Stochastic gradient descent, with momentum if that is not 0.
    case sgd
    /// Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
    case adam
  }

  /// The method of optimisation.
  public var method = Method.sgd

  /// The peak learning rate. The schedule gives each step its share of it.
  public var rate = 0.05

  /// For `sgd`: the factor of the velocity that is kept from step to step.
  public var momentum = 0.9
  /// For `sgd`: whether the momentum is Nesterov's.
  public var nesterov = true

  /// The weight decay: each parameter times this factor is added to its gradient.
  public var weightDecay = 5e-4

  /// For `adam`: the decay β₁ of the mean of the gradients.
  public var beta1 = Adam().beta1
  /// For `adam`: the decay β₂ of the mean of their squares.
  public var beta2 = Adam().beta2
  /// For `adam`: the number ε that is added to the root of the mean square.
  public var epsilon = Adam().epsilon

  /// Creates settings with their default values.
  public init() {}
  public static let standard = Self()
}
