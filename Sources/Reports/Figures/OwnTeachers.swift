extension Features {
  /// The network that a row's student is drawn beside: its own teacher, or the first teacher if the
  /// row has none and there is one.
  func reference(of index: Int) -> Int? {
    guard networks[index].row != nil else { return nil }
    return networks[index].teacher ?? networks.firstIndex { $0.row == nil }
  }

  /// The rows that are drawn beside a teacher that is not theirs. Empty if it is not known who
  /// teaches whom.
  var untaught: [Int] {
    guard knowsTeachers else { return [] }
    return networks.indices.filter { networks[$0].teacher == nil && reference(of: $0) != nil }
  }

  /// Each network that others are drawn beside, with these others, in order. The networks that are
  /// drawn alone form a group without a reference.
  var groups: [(reference: Int?, members: [Int])] {
    let references = networks.indices.map(reference)
    var groups: [(reference: Int?, members: [Int])] = []
    for index in networks.indices {
      let members = networks.indices.filter { references[$0] == index }
      if !members.isEmpty { groups.append((index, members)) }
    }
    let alone = networks.indices.filter { references[$0] == nil && !references.contains($0) }
    if !alone.isEmpty { groups.append((nil, alone)) }
    return groups
  }

  /// Says which networks are drawn, and beside which others. Some of these rows may have no
  /// student.
  func introduction(of rows: [String]) -> String {
    let teachers = networks.count { $0.row == nil }
    let missing = rows.filter { row in !networks.contains { $0.row == row } }
    var who: [String] = teachers == 0 ? [] : teachers == 1 ? ["the teacher"] : ["the teachers"]
    if networks.count > teachers { who.append("each row’s student of seed\u{A0}\(seed)") }
    var text = who.joined(separator: ", and ")
    text = text.prefix(1).uppercased() + text.dropFirst()
    let pairs = groups.compactMap { group in
      group.reference.map { reference in
        let rows = group.members.filter { !untaught.contains($0) }.map { quoted($0) }
        return (rows, "\(rows.joined(separator: ", ")) beside \(quoted(reference))")
      }
    }.filter { !$0.0.isEmpty }.map { $0.1 }
    if pairs.count > 1 || (teachers == 0 && !pairs.isEmpty) {
      text += ", beside its own teacher: " + pairs.joined(separator: "; ")
    }
    text += "."
    if let first = untaught.first, let reference = reference(of: first) {
      let names = untaught.map { quoted($0) }.joined(separator: ", ")
      text += """
         Without a teacher that is drawn, beside \(quoted(reference)) only for comparison: \(names).
        """
    }
    return missing.isEmpty
      ? text : text + " Without a student: \(missing.map { "‘\($0)’" }.joined(separator: ", "))."
  }

  /// The name of a row in quotes, or the name of a teacher without quotes.
  func quoted(_ index: Int) -> String {
    networks[index].row.map { "‘\($0)’" } ?? networks[index].name
  }
}
