public import Distillation

extension Relation where Self == Channels {
  /// A channel's maps of all examples as a row.
  public static var channels: Channels { .standard }
}

extension Relation {
  /// This relation, then ``/PKD/Channels``.
  public var channels: Chain<Self, Channels> { then(.channels) }
}

extension Relation where Self == Standardized {
  /// Each row with mean 0 and standard deviation 1.
  public static var standardized: Standardized { .standard }
}

extension Relation {
  /// This relation, then ``/PKD/Standardized``.
  public var standardized: Chain<Self, Standardized> { then(.standardized) }
}
