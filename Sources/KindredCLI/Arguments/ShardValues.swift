public import Experiments

extension Shard: ArgumentValue {
  public init?(argument: String) { self.init(argument) }

  public static var expectation: String { "a shard and their number, such as 3/16" }
}

extension Stage: ArgumentValue {}
