import Distillation
import Tensors

// A loss refuses tokens, or it leaves masked ones out.

extension ConformanceSuite {
  /// A token that the mask leaves out is as if it were not there, whatever it holds.
  ///
  /// Outputs of tokens are tried as they are. Of other losses, the logits and then all other outputs are
  /// given as tokens: the loss refuses them, or it does the same.
  func maskedTokensFindings() throws -> [Finding] {
    guard loss.isOfGraph else { return [] }
    let maker = try BatchMaker(for: loss)
    let names = Set(maker.studentOutputs + maker.teacherOutputs)
    let tokens = names.filter(maker.isTokens)
    let logits = names.filter { OutputName($0).base == "logits" }
    let others = names.subtracting(tokens).subtracting(logits)
    var (changed, isTaken) = (0, false)
    for converted in [tokens, logits, others] where !converted.isEmpty {
      let batch = maker.batchOfTokens(converted, seed: 1)
      do {
        _ = try loss.value(batch)
      } catch let error as DistillationError where error.isOfShapes && converted != tokens {
        continue
      }
      isTaken = true
      changed += try numbersThatMaskedTokensChange(in: batch, tokens: converted)
    }
    return [
      Finding(
        "masked tokens", measured: Double(changed), allowed: 0,
        isTaken
          ? "numbers that change when tokens are masked and not removed"
          : "tokens are refused")
    ]
  }

  /// How many numbers of value and gradient differ from those of the batch without the second token of each
  /// example, if that is masked and NaN.
  private func numbersThatMaskedTokensChange(in batch: Batch, tokens: Set<String>) throws -> Int {
    let (value, gradient) = try loss.valueWithGradient(batch.removingTokens(of: tokens))
    let (among, found) = try loss.valueWithGradient(batch.maskingTokens(of: tokens))
    return gradient.reduce(value == among ? 0 : 1) { count, output in
      let isOfTokens = tokens.contains(output.key)
      let expected = isOfTokens ? output.value.withSecondTokens : output.value
      let scalars = found[output.key]?.scalars ?? []
      return count + (scalars.count == expected.count ? 0 : 1)
        + zip(scalars, expected.scalars).count { $0 != $1 }
    }
  }
}

extension BatchMaker {
  /// A batch in which these outputs hold 4 tokens for each example. If they are the logits, there is a label
  /// for each token.
  fileprivate func batchOfTokens(_ names: Set<String>, seed: UInt64) -> Batch {
    var batch = batch(seed: seed)
    func convert(_ outputs: inout Outputs, _ role: Role) {
      for (name, x) in outputs.tensors where names.contains(name) && x.rank != 3 {
        var random = Random(seed: seed, "conformance", "tokens", role.rawValue, name)
        outputs.tensors[name] = random.normal(shape: [x.shape[0], 4, x.shape[1]])
      }
    }
    convert(&batch.student, .student)
    convert(&batch.teacher, .teacher)
    if names.contains(where: { OutputName($0).base == "logits" }) {
      batch.student.labels = (0..<4 * examples).map { $0 % classes }
    }
    return batch
  }
}

extension Batch {
  /// The batch without the second token of each example.
  fileprivate func removingTokens(of names: Set<String>) -> Batch {
    changingTokens(of: names) {
      $0.withoutSecondTokens
    } labels: {
      $0.withoutSecondOfFour
    }
  }

  /// The batch with NaN as the second token of each example, and a mask that leaves it out.
  fileprivate func maskingTokens(of names: Set<String>) -> Batch {
    var batch = changingTokens(of: names) { x in
      let width = x.shape[2]
      return Tensor(
        x.scalars.enumerated().map { $0 / width % 4 == 1 ? .nan : $1 }, shape: x.shape)
    } labels: {
      $0
    }
    let count = student.tensors.values.first?.shape[0] ?? 0
    batch.student.tensors[Outputs.tokenMask] = Tensor(
      (0..<4 * count).map { $0 % 4 == 1 ? 0 : 1 }, shape: [count, 4])
    return batch
  }

  private func changingTokens(
    of names: Set<String>, _ change: (Tensor) -> Tensor, labels: ([Int]) -> [Int]
  ) -> Batch {
    var batch = self
    func changed(_ outputs: Outputs) -> [String: Tensor] {
      Dictionary(
        uniqueKeysWithValues: outputs.tensors.map { name, x in
          (name, names.contains(name) ? change(x) : x)
        })
    }
    batch.student.tensors = changed(student)
    batch.teacher.tensors = changed(teacher)
    let n = student.tensors.values.first?.shape[0] ?? 0
    batch.student.labels = student.labels.map { $0.count == 4 * n ? labels($0) : $0 }
    return batch
  }
}

extension [Int] {
  fileprivate var withoutSecondOfFour: [Int] { indices.filter { $0 % 4 != 1 }.map { self[$0] } }
}

extension Tensor {
  /// N×4×D without the second token of each example.
  fileprivate var withoutSecondTokens: Tensor {
    let rows = reshaped([4 * shape[0], shape[2]]).rows((0..<4 * shape[0]).filter { $0 % 4 != 1 })
    return rows.reshaped([shape[0], 3, shape[2]])
  }

  /// N×3×D with zeros in the place of a second token.
  fileprivate var withSecondTokens: Tensor {
    let zeros = Tensor(repeating: 0, shape: [1, shape[2]])
    let rows = reshaped([3 * shape[0], shape[2]])
    let all = Tensor.concatenated([rows, zeros])
    let n = shape[0]
    var indices: [Int] = []
    for first in stride(from: 0, to: 3 * n, by: 3) {
      indices += [first, 3 * n, first + 1, first + 2]
    }
    return all.rows(indices).reshaped([n, 4, shape[2]])
  }
}
