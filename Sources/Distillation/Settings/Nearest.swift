import Tensors

/// The name among `names` that `name` was probably meant to be, or `nil` if none is near.
///
/// A name is near if it has few typing mistakes for its length: none in up to two letters, one in up to
/// five, two in up to nine, and three beyond. A mistake is a letter that is missing, added, replaced, or
/// swapped with its neighbour. Upper and lower case are the same. If several names are equally near, the
/// alphabetically first is taken, so that the answer does not depend on the order of `names`.
package func nearest(to name: String, in names: some Sequence<String>) -> String? {
  let letters = Array(name.lowercased())
  var best: (name: String, mistakes: Int)?
  for candidate in names {
    let other = Array(candidate.lowercased())
    let allowed = allowedMistakes(max(letters.count, other.count))
    guard abs(letters.count - other.count) <= allowed else { continue }
    let mistakes = alignmentDistance(letters, other)
    guard mistakes <= allowed else { continue }
    if let best, (best.mistakes, best.name) <= (mistakes, candidate) { continue }
    best = (candidate, mistakes)
  }
  return best?.name
}

private func allowedMistakes(_ length: Int) -> Int {
  switch length {
  case ...2: 0
  case ...5: 1
  case ...9: 2
  default: 3
  }
}

/// The Damerau–Levenshtein distance in which no part of a word is edited twice (optimal string
/// alignment).
private func alignmentDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1]
    for j in b.indices {
      let substitution = previous[j] + (a[i] == b[j] ? 0 : 1)
      var distance = min(previous[j + 1] + 1, current[j] + 1, substitution)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforePrevious[j - 1] + 1)
      }
      current.append(distance)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.count]
}

/// ` (did you mean 'x'?)` if a name is near, otherwise nothing.
package func suggestion(for name: String, in available: [String]) -> String {
  nearest(to: name, in: available).map { " (did you mean '\($0)'?)" } ?? ""
}

/// `choose from 'a', 'b', 'c'`, `the only one is 'a'`, or `there are none`.
package func choices(_ names: [String]) -> String {
  switch names.count {
  case 0: "there are none"
  case 1: "the only one is \(quoted(names))"
  default: "choose from \(quoted(names))"
  }
}

/// `'a', 'b', 'c'`, or `nothing`.
package func quoted(_ names: [String]) -> String {
  names.isEmpty ? "nothing" : names.map { "'\($0.visible)'" }.joined(separator: ", ")
}
