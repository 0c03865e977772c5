import Tensors

/// Draws batches from groups of examples, the same number of every group that takes part.
struct GroupDraws {
  /// The members of every group, none of which is empty.
  private let groups: [[Int]]

  /// What each group has left of its pass, the next at the end.
  private var decks: [[Int]]

  /// Groups of the examples that have the same number.
  init(of numbers: [Int]) {
    var members: [Int: [Int]] = [:]
    for (example, number) in numbers.enumerated() { members[number, default: []].append(example) }
    groups = members.sorted { $0.key < $1.key }.map { $0.value }
    decks = groups.map { _ in [] }
  }

  /// `size` examples, `each` of every group that takes part, group by group.
  mutating func batch(of size: Int, each: Int, using random: inout Random) -> [Int] {
    precondition(
      size.isMultiple(of: each), "[sampler] batches of \(size) examples, \(each) of each group")
    let (rounds, rest) = (size / each).quotientAndRemainder(dividingBy: groups.count)
    return random.shuffled(groups.indices).enumerated().flatMap { place, group in
      draw((rounds + (place < rest ? 1 : 0)) * each, from: group, using: &random)
    }
  }

  /// The next examples of a group. A new pass begins where the last has too few left, so that no
  /// example is twice in a batch unless the group has fewer than are drawn.
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
