public import Distillation

extension Relation where Self == LabelAgainstRest {
  /// The logit of the label, and the soft mean of those of all other classes.
  public static var labelAgainstRest: LabelAgainstRest { .standard }

  /// The logit of the label, and the soft mean of those of all other classes at this temperature.
  public static func labelAgainstRest(temperature: Double) -> LabelAgainstRest {
    LabelAgainstRest(temperature: temperature)
  }
}

extension Relation {
  /// This relation, then ``/DKD/LabelAgainstRest``.
  public var labelAgainstRest: Chain<Self, LabelAgainstRest> { then(.labelAgainstRest) }

  /// This relation, then ``/DKD/LabelAgainstRest`` at this temperature.
  public func labelAgainstRest(temperature: Double) -> Chain<Self, LabelAgainstRest> {
    then(LabelAgainstRest(temperature: temperature))
  }
}

extension Relation where Self == OtherClasses {
  /// The logits of each example without that of its label.
  public static var otherClasses: OtherClasses { .standard }
}

extension Relation {
  /// This relation, then ``/DKD/OtherClasses``.
  public var otherClasses: Chain<Self, OtherClasses> { then(.otherClasses) }
}
