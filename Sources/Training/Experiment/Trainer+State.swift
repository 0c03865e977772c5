import Distillation
import Tensors

extension Trainer {
  /// How far a training has come. Chance and batches depend on the seed, the epoch and the step
  /// alone, so that nothing else decides how it goes on.
  public struct State: Sendable {
    /// The network as it is now.
    public internal(set) var student: TrainedNetwork

    /// What the finished epochs came to.
    public internal(set) var history: [Results.Epoch] = []

    /// How many steps of the epoch after them were taken.
    public internal(set) var step = 0

    var optimizer: Optimizer
    /// Of these steps: the losses and the time.
    var sums: LossSums
    var seconds = 0.0

    /// The state before the first step.
    init(of student: TrainedNetwork, by loss: LossGraph, _ settings: OptimizerSettings) {
      self.student = student
      optimizer = Optimizer(settings, for: student.weights)
      sums = LossSums(terms: loss.evaluatedSummands.count)
    }

    /// Makes way for the next epoch.
    mutating func finish(_ epoch: Results.Epoch) {
      history.append(epoch)
      (step, seconds) = (0, 0)
      sums = LossSums(terms: sums.values.count)
    }
  }
}

/// A loss and its terms, summed over examples.
struct LossSums: Codable, Sendable {
  private var total = 0.0
  private(set) var values: [Double]
  private var examples = 0

  init(terms: Int) { values = Array(repeating: 0, count: terms) }

  mutating func add(_ loss: Loss, examples count: Int) {
    total += Double(loss.total.scalar) * Double(count)
    for (index, term) in loss.terms.enumerated() {
      values[index] += Double(term.value.scalar) * Double(count)
    }
    examples += count
  }

  /// The mean over the examples.
  var loss: Double { total / Double(max(examples, 1)) }

  /// The mean of each term over the examples.
  func terms(of loss: LossGraph) -> [Results.Term] {
    zip(loss.evaluatedSummands, values).map {
      Results.Term(name: $0.name, weight: $0.weight, value: $1 / Double(max(examples, 1)))
    }
  }
}

extension LossGraph {
  /// The summands that a loss has a term of: one of weight 0 is not evaluated.
  fileprivate var evaluatedSummands: [Summand] { summands.filter { $0.weight != 0 } }
}
