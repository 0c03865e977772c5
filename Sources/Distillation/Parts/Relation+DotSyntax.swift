extension Relation where Self == Centered {
  /// Each row minus the mean row of the batch.
  public static var centered: Centered { .standard }
}

extension Relation {
  /// This relation, then ``Centered``.
  public var centered: Chain<Self, Centered> { then(.centered) }
}

extension Relation where Self == Cosines {
  /// The cosine of the angle between every two examples.
  public static var cosines: Cosines { .standard }
}

extension Relation {
  /// This relation, then ``Cosines``.
  public var cosines: Chain<Self, Cosines> { then(.cosines) }
}

extension Relation where Self == Distances {
  /// ‖xᵢ − xⱼ‖, the distance of every two examples.
  public static var distances: Distances { .standard }
}

extension Relation {
  /// This relation, then ``Distances``.
  public var distances: Chain<Self, Distances> { then(.distances) }
}

extension Relation where Self == DividedByMaximum {
  /// A value divided by its largest entry.
  public static var dividedByMaximum: DividedByMaximum { .standard }

  /// A value divided by its largest entry.
  public static func dividedByMaximum(detached: Bool) -> DividedByMaximum {
    DividedByMaximum(detached: detached)
  }
}

extension Relation {
  /// This relation, then ``DividedByMaximum``.
  public var dividedByMaximum: Chain<Self, DividedByMaximum> { then(.dividedByMaximum) }

  /// This relation, then ``DividedByMaximum`` with these parameters.
  public func dividedByMaximum(detached: Bool) -> Chain<Self, DividedByMaximum> {
    then(DividedByMaximum(detached: detached))
  }
}

extension Relation where Self == DividedByMean {
  /// A matrix divided by the mean of its entries off the diagonal.
  public static var dividedByMean: DividedByMean { .standard }
}

extension Relation {
  /// This relation, then ``DividedByMean``.
  public var dividedByMean: Chain<Self, DividedByMean> { then(.dividedByMean) }
}

extension Relation where Self == DoublyCentered {
  /// A square matrix without the means of its rows and columns.
  public static var doublyCentered: DoublyCentered { .standard }

  /// A square matrix without the means of its rows and columns.
  public static func doublyCentered(unbiased: Bool) -> DoublyCentered {
    DoublyCentered(unbiased: unbiased)
  }
}

extension Relation {
  /// This relation, then ``DoublyCentered``.
  public var doublyCentered: Chain<Self, DoublyCentered> { then(.doublyCentered) }

  /// This relation, then ``DoublyCentered`` with these parameters.
  public func doublyCentered(unbiased: Bool) -> Chain<Self, DoublyCentered> {
    then(DoublyCentered(unbiased: unbiased))
  }
}

extension Relation where Self == Gram {
  /// Q Qᵀ, the inner product of every two examples.
  public static var gram: Gram { .standard }
}

extension Relation {
  /// This relation, then ``Gram``.
  public var gram: Chain<Self, Gram> { then(.gram) }
}

extension Relation where Self == Identity {
  /// The value itself: one example at a time, unrelated.
  public static var identity: Identity { .standard }
}

extension Relation {
  /// This relation, then ``Identity``.
  public var identity: Chain<Self, Identity> { then(.identity) }
}

extension Relation where Self == Pooled {
  /// The mean over height and width of each channel.
  public static var pooled: Pooled { .standard }
}

extension Relation {
  /// This relation, then ``Pooled``.
  public var pooled: Chain<Self, Pooled> { then(.pooled) }
}

extension Relation where Self == RowNormalized {
  /// Each row divided by its Euclidean length.
  public static var rowNormalized: RowNormalized { .standard }
}

extension Relation {
  /// This relation, then ``RowNormalized``.
  public var rowNormalized: Chain<Self, RowNormalized> { then(.rowNormalized) }
}

extension Relation where Self == Softmax {
  /// softmax(x / τ) of each row.
  public static var softmax: Softmax { .standard }

  /// softmax(x / τ) of each row.
  public static func softmax(temperature: Double) -> Softmax { Softmax(temperature: temperature) }
}

extension Relation {
  /// This relation, then ``Softmax``.
  public var softmax: Chain<Self, Softmax> { then(.softmax) }

  /// This relation, then ``Softmax`` with these parameters.
  public func softmax(temperature: Double) -> Chain<Self, Softmax> {
    then(Softmax(temperature: temperature))
  }
}

extension Relation where Self == SquaredDistances {
  /// ‖xᵢ − xⱼ‖², the squared distance of every two examples.
  public static var squaredDistances: SquaredDistances { .standard }
}

extension Relation {
  /// This relation, then ``SquaredDistances``.
  public var squaredDistances: Chain<Self, SquaredDistances> { then(.squaredDistances) }
}

extension Relation where Self == Transposed {
  /// Rows as columns: classes in place of examples.
  public static var transposed: Transposed { .standard }
}

extension Relation {
  /// This relation, then ``Transposed``.
  public var transposed: Chain<Self, Transposed> { then(.transposed) }
}

extension Relation where Self == UnitScale {
  /// The value times the power of two that brings it to the size of 1.
  public static var unitScale: UnitScale { .standard }
}

extension Relation {
  /// This relation, then ``UnitScale``.
  public var unitScale: Chain<Self, UnitScale> { then(.unitScale) }
}
