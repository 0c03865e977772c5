package import Tensors

extension [OutputName] {
  /// The outputs that are asked of one of several teachers, by its own names. The mean is made of all
  /// teachers' outputs.
  ///
  /// - Parameter index: The index of the teacher, counted from 0.
  /// - Returns: The names, each once.
  package func asked(ofTeacher index: Int) -> [OutputName] {
    let own = filter { $0.teacher == .number(index + 1) || $0.teacher == .mean }
    return Set(own.map { $0.withoutTeacher }).sorted()
  }

  /// How many teachers a loss reads that reads these outputs; `nil` if it reads all, however many.
  package var numberOfTeachers: Int? {
    var most = 0
    for name in self {
      switch name.teacher {
      case .number(let number): most = Swift.max(most, number)
      case .mean: return nil
      }
    }
    return most
  }
}

extension Outputs {
  /// The outputs of several teachers under the names by which a loss reads them: `logits`, `logits@2`,
  /// `logits@mean`. The mean is of the teachers' probabilities, and is given as logits.
  ///
  ///     let teacher = Outputs(of: [first, second], giving: loss.outputs(of: .teacher))
  ///
  /// Outputs that a teacher does not have are left out. A mean of logits of different shapes traps.
  ///
  /// - Parameters:
  ///   - teachers: The outputs of each teacher, by its own names.
  ///   - names: The names by which the loss reads them.
  public init(of teachers: [Outputs], giving names: [OutputName]) {
    self.init([:], labels: teachers.first?.labels)
    for name in names {
      let own = name.withoutTeacher
      func found(in outputs: Outputs) -> (name: String, tensor: Tensor)? {
        own.resolved(among: outputs.tensors.keys).flatMap { known in
          outputs.tensors[known].map { (known, $0) }
        }
      }
      switch name.teacher {
      case .number(let number):
        guard teachers.indices.contains(number - 1), let found = found(in: teachers[number - 1])
        else { continue }
        tensors["\(OutputName(found.name).of(name.teacher))"] = found.tensor
      case .mean:
        let all = teachers.compactMap { found(in: $0)?.tensor }
        if all.count == teachers.count { tensors["\(name)"] = .logMeanProbabilities(of: all) }
      }
    }
  }
}

extension Outputs {
  /// The mean that a loss reads of several teachers, `logits@mean`, of the arrays in which they lie side by side:
  /// `logits`, `logits@2` and so on.
  ///
  /// - Parameters:
  ///   - name: The name of the mean.
  ///   - output: The output of a name; `nil` if there is none.
  /// - Returns: The mean; `nil` if the name is of no mean, or if there are no such outputs.
  /// - Throws: ``DistillationError/noMean(_:_:_:_:)`` if shapes differ, and what `output` throws.
  package static func mean(
    _ name: OutputName, of output: (String) throws -> Tensor?
  ) throws -> Tensor? {
    guard name.teacher == .mean else { return nil }
    let own = name.withoutTeacher
    var teachers: [Outputs] = []
    while case let next = "\(own.of(.number(teachers.count + 1)))", let tensor = try output(next) {
      if let shape = try teachers.first?[own].shape, shape != tensor.shape {
        throw DistillationError.noMean("\(own)", shape, next, tensor.shape)
      }
      teachers.append(Outputs(["\(own)": tensor]))
    }
    return teachers.isEmpty ? nil : Outputs(of: teachers, giving: [name]).tensors["\(name)"]
  }
}

extension Tensor {
  /// log 1/K Σₖ softmax(zₖ), the logits of the mean of several networks' probabilities.
  fileprivate static func logMeanProbabilities(of logits: [Tensor]) -> Tensor {
    let shape = logits.first?.shape ?? []
    for other in logits where other.shape != shape {
      require(false, "[mean of teachers] shapes \(shape) and \(other.shape) are not equal")
    }
    let all = logits.map { z in
      (z.rank == 4 ? z.pixelRows : z).logSoftmax().reshaped([z.count])
    }
    let mean = Tensor.stacked(all).transposed.logMeanExp()
    guard shape.count == 4 else { return mean.reshaped(shape) }
    return mean.reshaped([shape[0] * shape[2] * shape[3], shape[1]]).maps(ofShape: shape)
  }
}
