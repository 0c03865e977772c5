import Tensors

extension ImageDataSet {
  /// The first `count` images.
  ///
  /// - Throws: ``DataSetError/tooFewImages(name:asked:available:)`` if there are fewer.
  public func first(_ count: Int) throws -> ImageDataSet {
    try check(count)
    return subset(at: Array(0..<count))
  }

  /// The images whose place in the data `isWanted`, in their order.
  package func reduced(toPlaces isWanted: (Int) -> Bool) -> ImageDataSet {
    subset(at: labels.indices.filter { isWanted(place(of: $0)) })
  }

  /// Chooses `count` images at random, the same number of each class as far as there are enough,
  /// and returns them in the order of the data set. With the same seed, a smaller choice is part of
  /// a larger one.
  ///
  /// - Throws: ``DataSetError/tooFewImages(name:asked:available:)`` if there are fewer images.
  public func balanced(_ count: Int, seed: UInt64) throws -> ImageDataSet {
    try split(count, seed: seed).chosen
  }

  /// The images that ``balanced(_:seed:)`` chooses, and all others.
  ///
  /// - Throws: ``DataSetError/tooFewImages(name:asked:available:)`` if there are fewer images.
  package func split(
    _ count: Int, seed: UInt64
  ) throws -> (chosen: ImageDataSet, rest: ImageDataSet) {
    try check(count)
    var members = [[Int]](repeating: [], count: classes.count)
    for (index, label) in labels.enumerated() { members[Int(label)].append(index) }
    for label in members.indices {
      var random = Random(seed: seed, "subset", index: label)
      random.shuffle(&members[label])
    }
    // Images are dealt like cards: first one of every class, then a second of every class, and so
    // on.
    let deal = members.flatMap { $0.enumerated() }.sorted { first, second in
      (first.offset, labels[first.element]) < (second.offset, labels[second.element])
    }
    let order = deal.map(\.element)
    return (
      chosen: subset(at: order.prefix(count).sorted()),
      rest: subset(at: order.dropFirst(count).sorted())
    )
  }

  private func check(_ count: Int) throws {
    require(count >= 0, "[data set] \(count) images")
    guard count <= self.count else {
      throw DataSetError.tooFewImages(name: name, asked: count, available: self.count)
    }
  }
}
