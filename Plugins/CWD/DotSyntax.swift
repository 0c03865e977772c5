public import Distillation

extension Relation where Self == ChannelMaps {
  /// Each channel's map of each example as a row.
  public static var channelMaps: ChannelMaps { .standard }
}

extension Relation {
  /// This relation, then ``/CWD/ChannelMaps``.
  public var channelMaps: Chain<Self, ChannelMaps> { then(.channelMaps) }
}
