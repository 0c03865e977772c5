public import Distillation

extension Relation where Self == ChannelGram {
  /// F Fᵀ of each example, the inner product of every two channels.
  public static var channelGram: ChannelGram { .standard }
}

extension Relation {
  /// This relation, then ``/ICKD/ChannelGram``.
  public var channelGram: Chain<Self, ChannelGram> { then(.channelGram) }
}
