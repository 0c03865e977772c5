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
      let converted = converted.union(tokens)
      let batch = maker.batchOfTokens(converted, seed: 1)
      do {
        _ = try loss.value(batch)
      } catch let error as DistillationError where error.isOfShapes && converted != tokens {
        continue
      }
      isTaken = true
      changed += try numbersThatMaskedTokensChange(in: batch, tokens: converted)
      if converted == names {
        changed += try numbersThatAnExampleWithoutTokensChanges(in: batch, tokens: converted)
      }
    }
    return [
      Finding(
        "masked tokens", measured: Double(changed), allowed: 0,
        isTaken
          ? "numbers that change when tokens are masked and not removed"
          : "tokens are refused")
    ]
  }

  /// How many numbers of value, gradient and memory differ from those of the batch without the second token of
  /// each example, if that is masked and NaN.
  ///
  /// If the loss takes no batch from which a token is removed, because its tokens are pictures, they must not
  /// differ from those with another masked token.
  private func numbersThatMaskedTokensChange(in batch: Batch, tokens: Set<String>) throws -> Int {
    let masked = batch.maskingTokens(of: tokens, with: .nan)
    let (among, found) = try loss.valueWithGradient(masked)
    var other = batch.removingTokens(of: tokens)
    var (value, gradient) = (0.0, [String: Tensor]())
    do {
      (value, gradient) = try loss.valueWithGradient(other)
    } catch let error as DistillationError where error.isOfShapes {
      other = batch.maskingTokens(of: tokens, with: 1)
      (value, gradient) = try loss.valueWithGradient(other)
      gradient[Outputs.tokenMask] = nil
      for name in tokens { gradient[name] = gradient[name]?.withoutSecondTokens }
    }
    let remembered = try loss.memoryChanges(other, masked)
    return gradient.reduce(value == among ? remembered : remembered + 1) { count, output in
      let isOfTokens = tokens.contains(output.key)
      let expected = isOfTokens ? output.value.withSecondTokens : output.value
      let scalars = found[output.key]?.scalars ?? []
      return count + (scalars.count == expected.count ? 0 : 1)
        + zip(scalars, expected.scalars).count { $0 != $1 }
    }
  }
}

extension ConformanceSuite {
  /// How many numbers of value and gradient differ from those of the batch in which the second example has the
  /// weight 0, if all its tokens are masked and NaN.
  private func numbersThatAnExampleWithoutTokensChanges(
    in batch: Batch, tokens: Set<String>
  ) throws -> Int {
    let masked = batch.maskingSecondExample(of: tokens)
    var absent = masked
    let count = absent.student.tensors.values.first?.shape[0] ?? 0
    absent.student.tensors[Outputs.exampleWeights] = Tensor(
      (0..<count).map { $0 == 1 ? 0 : 1 }, shape: [count])
    let (value, gradient) = try loss.valueWithGradient(masked)
    let (expected, slopes) = try loss.valueWithGradient(absent)
    return tokens.reduce(value == expected ? 0 : 1) { changed, name in
      changed
        + zip(gradient[name]?.scalars ?? [], slopes[name]?.scalars ?? []).count { $0 != $1 }
    }
  }
}

extension BatchMaker {
  /// The outputs of which there may be several for each example: tokens, and logits.
  var outputsOfTokens: Set<String> {
    Set(studentOutputs + teacherOutputs).filter { isTokens($0) || OutputName($0).base == "logits" }
  }

  /// A batch in which these outputs hold several tokens for each example. If they are the logits, there is a
  /// label for each token.
  func batchOfTokens(_ names: Set<String>, seed: UInt64) -> Batch {
    var batch = batch(seed: seed)
    func convert(_ outputs: inout Outputs, _ role: Role) {
      for (name, x) in outputs.tensors where names.contains(name) && x.rank != 3 {
        var random = Random(seed: seed, "conformance", "tokens", role.rawValue, name)
        outputs.tensors[name] = random.normal(
          shape: [x.shape[0], tokensOfEach(of: role), x.shape[1]])
      }
    }
    convert(&batch.student, .student)
    convert(&batch.teacher, .teacher)
    if names.contains(where: { OutputName($0).base == "logits" }) {
      batch.student.labels = (0..<tokensOfEach(of: .student) * examples).map { $0 % classes }
    }
    return batch
  }
}

extension Batch {
  /// The batch without the second token of each example.
  fileprivate func removingTokens(of names: Set<String>) -> Batch {
    var batch = changingTokens(of: names) { $0.withoutSecondTokens }
    let examples = student.tensors.values.first?.shape[0] ?? 0
    if let count = student.tokensOfEach, let labels = student.labels,
      labels.count == count * examples
    {
      batch.student.labels = labels.indices.filter { $0 % count != 1 }.map { labels[$0] }
    }
    return batch
  }

  /// The batch with one number as the second token of each example, and masks that leave it out.
  fileprivate func maskingTokens(of names: Set<String>, with number: Float) -> Batch {
    masking(names, with: number) { _, place in place == 1 }
  }

  /// The batch with NaN as all tokens of the second example, and masks that leave them out.
  fileprivate func maskingSecondExample(of names: Set<String>) -> Batch {
    masking(names, with: .nan) { example, _ in example == 1 }
  }

  /// The batch with one number as some of the tokens, and masks that leave these out. A teacher of another
  /// number of tokens has a mask of its own.
  private func masking(
    _ names: Set<String>, with number: Float, where isMasked: (_ example: Int, _ place: Int) -> Bool
  ) -> Batch {
    var batch = changingTokens(of: names) { x in
      let (count, width) = (x.shape[1], x.shape[2])
      let scalars = x.scalars.enumerated().map { index, scalar in
        let (example, place) = (index / width).quotientAndRemainder(dividingBy: count)
        return isMasked(example, place) ? number : scalar
      }
      return Tensor(scalars, shape: x.shape)
    }
    let examples = student.tensors.values.first?.shape[0] ?? 0
    func mask(_ count: Int) -> Tensor {
      Tensor(
        (0..<examples * count).map { isMasked($0 / count, $0 % count) ? 0 : 1 },
        shape: [examples, count])
    }
    batch.student.tensors[Outputs.tokenMask] = (student.tokensOfEach ?? teacher.tokensOfEach)
      .map(mask)
    if student.tokensOfEach != nil, teacher.tokensOfEach != student.tokensOfEach {
      batch.teacher.tensors[Outputs.tokenMask] = teacher.tokensOfEach.map(mask)
    }
    return batch
  }

  /// The batch with the tokens of each example in the reverse order, and their labels with them.
  var reversingTokens: Batch {
    func reversed(_ n: Int, _ count: Int) -> [Int] {
      (0..<n * count).map { $0 / count * count + count - 1 - $0 % count }
    }
    var batch = self
    let change = { (x: Tensor) -> Tensor in
      guard x.rank == 3 else { return x }
      let (n, count, width) = (x.shape[0], x.shape[1], x.shape[2])
      return x.reshaped([n * count, width]).rows(reversed(n, count)).reshaped(x.shape)
    }
    batch.student.tensors = student.tensors.mapValues(change)
    batch.teacher.tensors = teacher.tensors.mapValues(change)
    let n = student.tensors.values.first?.shape[0] ?? 1
    if let count = student.tokensOfEach, let labels = student.labels, labels.count == n * count {
      batch.student.labels = reversed(n, count).map { labels[$0] }
    }
    return batch
  }

  private func changingTokens(of names: Set<String>, _ change: (Tensor) -> Tensor) -> Batch {
    var batch = self
    func changed(_ outputs: Outputs) -> [String: Tensor] {
      Dictionary(
        uniqueKeysWithValues: outputs.tensors.map { name, x in
          (name, names.contains(name) ? change(x) : x)
        })
    }
    batch.student.tensors = changed(student)
    batch.teacher.tensors = changed(teacher)
    return batch
  }
}

extension Outputs {
  /// How many tokens an example has; `nil` if there are none.
  fileprivate var tokensOfEach: Int? { tensors.values.first { $0.rank == 3 }?.shape[1] }
}

extension Tensor {
  /// N×T×D without the second token of each example.
  fileprivate var withoutSecondTokens: Tensor {
    let (n, count) = (shape[0], shape[1])
    let kept = (0..<n * count).filter { $0 % count != 1 }
    return reshaped([n * count, shape[2]]).rows(kept).reshaped([n, count - 1, shape[2]])
  }

  /// N×(T−1)×D with zeros in the place of a second token.
  fileprivate var withSecondTokens: Tensor {
    let (n, count, width) = (shape[0], shape[1] + 1, shape[2])
    let all = Tensor.concatenated([
      reshaped([n * (count - 1), width]), Tensor(repeating: 0, shape: [1, width]),
    ])
    let indices = (0..<n * count).map { index in
      let (example, place) = index.quotientAndRemainder(dividingBy: count)
      return place == 1 ? n * (count - 1) : example * (count - 1) + (place == 0 ? 0 : place - 1)
    }
    return all.rows(indices).reshaped([n, count, width])
  }
}
