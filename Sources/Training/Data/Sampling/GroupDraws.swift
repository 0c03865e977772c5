import Tensors

/// Draws batches from groups of examples, with the same number from every group that takes part.
struct GroupDraws {
  /// The members of every group; no group is empty.
  private let groups: [[Int]]

  /// The members that each group has left in its pass, with the next one at the end.
  private var decks: [[Int]]

  /// Groups the examples by their numbers: those with equal numbers form a group.
  init(of numbers: [Int]) {
    var members: [Int: [Int]] = [:]
    for (example, number) in numbers.enumerated() { members[number, default: []].append(example) }
    groups = members.sorted { $0.key < $1.key }.map { $0.value }
    decks = groups.map { _ in [] }
  }

  /// Draws `size` examples, group by group, `each` from every group that takes part.
  mutating func batch(of size: Int, each: Int, using random: inout Random) -> [Int] {
    require(
      size.isMultiple(of: each), "[sampler] batches of \(size) examples, \(each) of each group")
    let (rounds, rest) = (size / each).quotientAndRemainder(dividingBy: groups.count)
    return random.shuffled(groups.indices).enumerated().flatMap { place, group in
      draw((rounds + (place < rest ? 1 : 0)) * each, from: group, using: &random)
    }
  }

  /// The next examples of a group. If its pass has too few left, a new one begins, so that no
  /// example is in a batch twice unless the group has fewer than are drawn.
  private mutating func draw(
    _ count: Int, from group: Int, using random: inout Random
  ) -> [Int] {
    let members = groups[group]
    guard count <= members.count else {
      return (0..<count).map { _ in members[random.integer(below: members.count)] }
    }
    if decks[group].count < count { decks[group] = random.shuffled(members) }
    let drawn = decks[group].suffix(count)
    decks[group].removeLast(count)
    return Array(drawn)
  }
}
