import Distillation
import Synchronization
import Tensors

/// Losses that own tensors, for tests of the trainer.
let owningLosses: [any PaperModule.Type] = [Hinted.self, Recalled.self]

/// Matches the student's embedding, mapped to 16 numbers by weights that are learned, to the
/// teacher's.
struct Hinted: PaperModule {
  static let citation = Citation("Hinted", "A", "B", "https://example.org")
  static let equation = "L = mean of (s W − t)²"
  static let standard = Self()
  static let brings: [any Part.Type] = [Mapped.self]
  /// The factor of the rate.
  var rate = 2.0
  var body: some LossTerm { match(.embedding, by: Mapped(rate: rate), with: .meanSquare) }

  struct Mapped: StatefulRelation, Configurable {
    static let summary = "The student's rows times weights that are learned."
    static let standard = Self()
    var rate = 1.0

    func state(student: [Int], teacher: [Int]) -> [StateTensor] {
      [
        StateTensor(
          "weight", .parameter, shape: [student[1], 16], initial: .normal(deviation: 0.1),
          rate: rate),
        StateTensor("bias", .parameter, shape: [1, 16], rate: rate),
      ]
    }

    func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor {
      role == .student ? x.matmul(state[0]) + state[1] : x
    }
  }
}

/// Matches the inner products of the logits with the teacher's two last rows of the step before.
struct Recalled: PaperModule {
  static let citation = Citation("Recalled", "A", "B", "https://example.org")
  static let equation = "L = mean of (s qᵀ − t qᵀ)²"
  static let standard = Self()
  var body: some LossTerm { match(.logits, by: Products(), with: .meanSquare) }

  struct Products: StatefulRelation, Configurable {
    static let summary = "The inner products with rows of the teacher's that are remembered."
    static let standard = Self()

    func state(student: [Int], teacher: [Int]) -> [StateTensor] {
      [StateTensor("queue", .memory, shape: [2, teacher[1]])]
    }

    func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor {
      x.matmul(state[0].transposed)
    }

    func memory(afterStudent student: Tensor, teacher: Tensor, state: [Tensor]) -> [Tensor] {
      let count = teacher.shape[0]
      return [Tensor.concatenated([state[0], teacher]).rows([count, count + 1])]
    }
  }
}

/// Matches the inner products of the logits with all of the teacher's, and notes how many these are.
struct Witnessed: PaperModule {
  static let citation = Citation("Witnessed", "A", "B", "https://example.org")
  static let equation = "L = mean of (s qᵀ − t qᵀ)²"
  static let standard = Self()
  static let rows = Mutex<Set<Int>>([])
  var body: some LossTerm { match(.logits, by: Products(), with: .meanSquare) }

  struct Products: StatefulRelation, Configurable {
    static let summary = "The inner products with all rows of the teacher's."
    static let standard = Self()

    func state(student: [Int], teacher: [Int]) -> [StateTensor] {
      [StateTensor("queue", .memory, shape: [1000, teacher[1]], initial: .empty)]
    }

    func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor {
      Witnessed.rows.withLock { _ = $0.insert(state[0].shape[0]) }
      return x.matmul(state[0].transposed)
    }

    func memory(afterStudent student: Tensor, teacher: Tensor, state: [Tensor]) -> [Tensor] {
      [state[0].appending(teacher, keeping: 1000)]
    }
  }
}
