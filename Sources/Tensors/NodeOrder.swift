/// Every node that leads to some roots, each after its inputs, and the place of each in this order.
///
/// The places are in a table with linear probing, because each step of a gradient asks for some, and a
/// `Dictionary` takes as long to answer as a small operation.
struct NodeOrder {
  private(set) var nodes: [Node] = []
  private var table = [Entry](repeating: .empty, count: 16)
  /// The number of nodes in the table.
  private var count = 0

  private struct Entry {
    /// A node, and none if it is `nil`.
    let node: ObjectIdentifier?
    var place: Int
    static let empty = Entry(node: nil, place: -1)
  }

  init(to roots: [Node]) {
    var stack = roots.map { (node: $0, isExpanded: false) }
    while let (node, isExpanded) = stack.popLast() {
      if isExpanded {
        table[slot(of: ObjectIdentifier(node))].place = nodes.count
        nodes.append(node)
      } else if insert(ObjectIdentifier(node)) {
        stack.append((node, true))
        switch node.kind {
        case .operation(let inputs, _):
          for case let input? in inputs { stack.append((input, false)) }
        case .standIn(let held): if let input = held() { stack.append((input, false)) }
        case .variable, .gradient: break
        }
      }
    }
  }

  /// The place of a node; `nil` if it does not lead to the roots.
  func place(of node: Node) -> Int? {
    let entry = table[slot(of: ObjectIdentifier(node))]
    return entry.node == nil ? nil : entry.place
  }

  /// Inserts a node, and returns false if it is there already.
  private mutating func insert(_ node: ObjectIdentifier) -> Bool {
    let slot = slot(of: node)
    guard table[slot].node == nil else { return false }
    table[slot] = Entry(node: node, place: -1)
    count += 1
    if 2 * count > table.count { grow() }
    return true
  }

  private mutating func grow() {
    let entries = table.filter { $0.node != nil }
    table = [Entry](repeating: .empty, count: 2 * table.count)
    for entry in entries {
      if let node = entry.node { table[slot(of: node)] = entry }
    }
  }

  /// The slot of a node, or the free one where it belongs.
  private func slot(of node: ObjectIdentifier) -> Int {
    // Addresses are multiples of 16; an odd multiplier spreads the rest over the upper bits.
    let spread = (UInt(bitPattern: node) >> 4) &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(spread >> UInt(1 + table.count.leadingZeroBitCount))
    while let other = table[slot].node, other != node { slot = (slot + 1) & (table.count - 1) }
    return slot
  }
}
