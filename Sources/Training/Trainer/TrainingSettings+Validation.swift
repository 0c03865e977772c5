import Distillation

extension TrainingSettings {
  /// Throws `SettingError` if a number is impossible in any training.
  package func validate(in path: [String]) throws {
    func require(
      _ holds: Bool, _ name: String..., expecting expected: String, given: some Numeric
    ) throws {
      guard !holds else { return }
      let text = (given as? Double).map { describe($0) } ?? "\(given)"
      throw SettingError(
        path: path + name, problem: "expected \(expected), not \(text)")
    }
    try require(
      (1...1_000_000).contains(images ?? 1), "images", expecting: "1 to 1000000",
      given: images ?? 1)
    for (name, number, least) in [("epochs", epochs, 0), ("batch", batch, 1)] {
      try require(
        (least...1_000_000).contains(number), name, expecting: "\(least) to 1000000",
        given: number)
    }
    try require(
      (0...1_000_000_000).contains(steps ?? 0), "steps", expecting: "0 to 1000000000",
      given: steps ?? 0)
    // A rate that Float32 does not hold is allowed: the training diverges and reports it.
    let largest = 1e300
    for (name, number) in [("rate", optimizer.rate), ("epsilon", optimizer.epsilon)] {
      try require(number > 0, "optimizer", name, expecting: "more than 0", given: number)
    }
    try require(
      optimizer.weightDecay >= 0, "optimizer", "weightDecay", expecting: "0 or more",
      given: optimizer.weightDecay)
    for (name, number) in [
      ("rate", optimizer.rate), ("epsilon", optimizer.epsilon),
      ("weightDecay", optimizer.weightDecay),
    ] {
      try require(
        number <= largest, "optimizer", name, expecting: "at most \(describe(largest))",
        given: number)
    }
    for (name, share) in [
      ("momentum", optimizer.momentum), ("beta1", optimizer.beta1), ("beta2", optimizer.beta2),
    ] {
      try require(
        (0..<1).contains(share), "optimizer", name, expecting: "0 to less than 1", given: share)
    }
    for (name, number) in [
      ("warmup", schedule.warmup), ("factor", schedule.factor), ("floor", schedule.floor),
      ("milestones", schedule.milestones.min() ?? 0),
    ] {
      try require(number >= 0, "schedule", name, expecting: "0 or more", given: number)
    }
    for (name, number) in [
      ("warmup", schedule.warmup), ("factor", schedule.factor), ("floor", schedule.floor),
      ("milestones", schedule.milestones.max() ?? 0),
    ] {
      try require(
        number <= 1_000_000, "schedule", name, expecting: "at most 1000000", given: number)
    }
    for (name, pixels) in [("crop", augmentation.crop), ("shift", augmentation.shift)] {
      try require(
        (0...28).contains(pixels), "augmentation", name, expecting: "0 to 28", given: pixels)
    }
    try require(
      (0...16).contains(view.operations), "view", "operations", expecting: "0 to 16",
      given: view.operations)
    try require(
      (0...1).contains(view.strength), "view", "strength", expecting: "0 to 1",
      given: view.strength)
    try require(
      sampler.clusters ?? 1 >= 1, "sampler", "clusters", expecting: "1 or more",
      given: sampler.clusters ?? 1)
    for (name, number) in [("clusters", sampler.clusters), ("each", sampler.each)] {
      try require(
        number ?? 1 <= 1_000_000, "sampler", name, expecting: "at most 1000000",
        given: number ?? 1)
    }
    let each = sampler.imagesOfEach
    try require(
      each >= 1 && (!sampler.groupsFill || batch.isMultiple(of: each)), "sampler", "each",
      expecting: sampler.groupsFill ? "a divisor of the batch of \(batch)" : "1 or more",
      given: each)
  }
}
