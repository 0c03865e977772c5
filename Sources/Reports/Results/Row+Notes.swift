import Distillation
import Experiments

extension Results.Row {
  /// Says which seeds diverged, who teaches, where students start, whose last layer classifies and how the weight
  /// was chosen, and gives warnings.
  var notes: [String] {
    var notes = divergenceSentences + (teacher.map { ["Taught by \($0)."] } ?? [])
    if let start { notes.append(start.sentence) }
    if let classifier { notes.append("Classifies with the last layer of \(classifier).") }
    if let choice {
      let tried = choice.tried.map { tried in
        let value = tried.value.map { NumberFormat.percent($0) } ?? "diverged"
        return "\(describe(tried.weight)): \(value)"
      }
      notes.append(
        "Weight \(describe(choice.weight)), chosen by \(choice.metric) on other training images: "
          + tried.joined(separator: ", ") + "."
          + (choice.isAtTheEdge ? " It is at the edge of those tried." : ""))
    }
    return notes + (warnings ?? []).map { "Warning: \($0)." }
  }
}
