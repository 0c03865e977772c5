import Experiments

/// A number of processes that share the trainings of a run.
struct ShardCount: Count {
  static let most = Shard.most
  let value: Int
  init(known value: Int) { self.value = value }
}
