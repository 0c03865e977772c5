import Distillation
import Tensors

extension Network {
  /// What is wrong with this network, in one sentence each; none if it holds on a few images of noise
  /// that
  ///
  /// - every parameter and statistic has a name of its own;
  /// - each output of ``outputNames`` is given if it is asked for, and no other is, with a row for each
  ///   image, and `logits` have a column for each class;
  /// - in inference, the outputs of an image do not depend on the images beside it, and the statistics
  ///   stay as they are;
  /// - in inference, the gradient of the logits at each parameter is the slope that differences show.
  ///
  /// A test of a network of your own is one line:
  ///
  ///     #expect(network.problems(on: ImageShape(height: 28, width: 28), classes: 10) == [])
  ///
  /// - Parameters:
  ///   - shape: The shape of an image. A network that takes features is given these, N×D, if the
  ///     shape is D channels of one pixel.
  ///   - classes: The number of classes.
  ///   - seed: The seed of the weights and the images.
  /// - Returns: The problems, none if there are none.
  public func problems(on shape: ImageShape, classes: Int, seed: UInt64 = 1) -> [String] {
    var random = Random(seed: seed, "network", "weights")
    let weights = initialWeights(using: &random)
    let names = weights.parameters.map { $0.name } + weights.statistics.keys
    guard Set(names).count == names.count else {
      let twice = Set(names.filter { name in names.count { $0 == name } > 1 }).sorted()
      return ["several parameters or statistics have the name \(quoted(twice))"]
    }
    var noise = Random(seed: seed, "network", "images")
    let isOfFeatures =
      shape.plane == 1 && (type(of: self) as? any NamedNetwork.Type)?.takesFeatures == true
    let images = noise.normal(
      shape: [4, shape.channels] + (isOfFeatures ? [] : [shape.height, shape.width]))
    let check = NetworkCheck(network: self, weights: weights, images: images)
    let problems = check.problemsOfOutputs(classes: classes)
    // Without right logits there is no slope.
    return problems.isEmpty ? check.problemsOfInference + check.problemsOfGradients : problems
  }
}

/// One network on a few images.
private struct NetworkCheck {
  let network: any Network
  let weights: Weights
  let images: Tensor

  private var count: Int { images.shape[0] }

  private func outputs(
    _ names: [String], of images: Tensor? = nil, _ weights: Weights? = nil
  ) -> [String: Tensor] {
    network(images ?? self.images, weights ?? self.weights, .inference, giving: names).outputs
      .tensors
  }

  func problemsOfOutputs(classes: Int) -> [String] {
    let names = network.outputNames
    let all = outputs(names)
    guard Set(all.keys) == Set(names) else {
      return ["asked for \(quoted(names)), it gives \(quoted(all.keys.sorted()))"]
    }
    return names.compactMap { name in
      let alone = outputs([name])
      guard alone.count == 1, let output = alone[name], let beside = all[name] else {
        return "asked for '\(name)', it gives \(quoted(alone.keys.sorted()))"
      }
      if output.scalars != beside.scalars {
        return "'\(name)' alone differs from '\(name)' beside the other outputs"
      }
      if output.firstNonFinite != nil { return "'\(name)' has numbers that are not finite" }
      let expected = name == "logits" ? [count, classes] : [count] + output.shape.dropFirst()
      return output.shape == expected
        ? nil : "'\(name)' of \(count) images has shape \(output.shape), and not \(expected)"
    }
  }

  var problemsOfInference: [String] {
    let names = network.outputNames
    let (all, few) = (outputs(names), outputs(names, of: images.rows([0])))
    var problems = names.compactMap { name -> String? in
      guard let first = all[name]?.rows([0]), let alone = few[name], first.shape == alone.shape
      else { return "'\(name)' of one image has another shape than its row among several" }
      let size = first.scalars.reduce(0) { max($0, abs($1)) }
      let change = zip(first.scalars, alone.scalars).reduce(0) { max($0, abs($1.0 - $1.1)) }
      return change <= 1e-3 * size
        ? nil : "in inference, '\(name)' of an image depends on the images beside it"
    }
    let after = network(images, weights, .inference, giving: ["logits"]).statistics
    let isSame =
      after.keys == weights.statistics.keys
      && after.allSatisfy { $0.value.scalars == weights.statistics[$0.key]?.scalars }
    if !isSame { problems.append("inference changes the running statistics") }
    let trained = network(images, weights, .training, giving: ["logits"]).statistics
    if trained.keys != weights.statistics.keys {
      problems.append(
        "training returns the statistics \(quoted(trained.keys.sorted())), and the weights have "
          + quoted(weights.statistics.keys.sorted()))
    }
    return problems
  }

  /// The logits, weighted at random and summed in double precision.
  private func value(_ weights: Weights) -> Double {
    zip(logits(weights).scalars, factors).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func logits(_ weights: Weights) -> Tensor {
    outputs(["logits"], of: images, weights)["logits"]
      ?? Tensor(repeating: 0, shape: [count, 1])
  }

  private var factors: [Float] {
    var random = Random(seed: 1, "network", "factors")
    return random.normal(shape: logits(weights).shape).scalars
  }

  var problemsOfGradients: [String] {
    var variables = weights
    for index in variables.parameters.indices {
      variables.parameters[index].tensor = variables.parameters[index].tensor.variable
    }
    let output = logits(variables)
    let loss = (output * Tensor(factors, shape: output.shape)).sum()
    let found = gradients(
      of: [(loss, 1)], withRespectTo: variables.parameters.map { $0.tensor })
    var random = Random(seed: 1, "network", "directions")
    return found.indices.compactMap { index in
      let direction = random.normal(shape: found[index].shape)
      let predicted = zip(found[index].scalars, direction.scalars).reduce(0) {
        $0 + Double($1.0) * Double($1.1)
      }
      // The slope along a random direction is about as steep as the gradient is long.
      let length = found[index].scalars.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let slopes = slopes(index, along: direction)
      let near = slopes.min { abs($0 - predicted) < abs($1 - predicted) } ?? 0
      guard abs(near - predicted) > max(0.05 * max(length, abs(near)), 1e-3) else { return nil }
      return """
        the gradient at '\(weights.parameters[index].name)' says \(Float(predicted)) along a direction \
        in which the slope is \(Float(near))
        """
    }
  }

  /// The slopes along a direction that steps of several lengths show: a long step may cross a kink, and
  /// a short one drowns in rounding.
  private func slopes(_ index: Int, along direction: Tensor) -> [Double] {
    [0.001, 0.0003, 0.003, 0.01].map { step in
      func moved(_ step: Float) -> Double {
        var weights = weights
        let parameter = weights.parameters[index].tensor
        weights.parameters[index].tensor = parameter + direction * step
        return value(weights)
      }
      return (moved(Float(step)) - moved(-Float(step))) / (2 * step)
    }
  }
}
