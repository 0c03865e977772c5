import Distillation
import Tensors

extension Learner {
  /// The name that users read: `teacher resnet14:16`, `kd, seed 1`.
  package func label(in recipe: Recipe) -> String {
    switch self {
    case .teacher(let index): "teacher \(recipe.nameOfTeacher(index))"
    case .teacherOfSeed(let index, let seed):
      "teacher \(recipe.nameOfTeacher(index)), seed \(seed)"
    case .candidate(let row, let weight, let seed):
      "\(row.visible), weight \(describe(weight))"
        + (recipe.validation.allSeeds.count > 1 ? ", seed \(seed)" : "")
    case .student(let row, let seed): "\(row.visible), seed \(seed)"
    }
  }

  /// The name of the file of its weights, without extension: `teacher`, or `2-kd-seed1` for the
  /// second row. The number tells rows apart whose names differ only in punctuation.
  func fileName(in recipe: Recipe) -> String {
    Self.fileName(MetricsLine.Head(self), rows: recipe.rows.map { $0.name })
  }

  /// The file name for a learner in a line of `metrics.jsonl`: `teacher`, `teacher-2` or `teacher-seed1`;
  /// `2-kd-seed1` for the second row; `2-kd-weight0.5-seed1000` for one of its students that tried
  /// a weight.
  static func fileName(_ head: MetricsLine.Head, rows: [String]) -> String {
    guard let row = head.row else {
      let number = head.number ?? 1
      return (number == 1 ? "teacher" : "teacher-\(number)")
        + (head.seed.map { "-seed\($0)" } ?? "")
    }
    let number = rows.firstIndex(of: row).map { $0 + 1 } ?? head.number ?? 1
    let tried = head.weight.map { "weight\(describe($0))" } ?? ""
    return ["\(number)", words(of: row), tried, "seed\(head.seed ?? 0)"].filter { !$0.isEmpty }
      .joined(separator: "-")
  }

  /// The letters and numbers of a name, as far as they fit in a file name.
  private static func words(of name: String) -> String {
    var start = ""
    for character in name {
      guard start.utf8.count + character.utf8.count <= 40 else { break }
      start.append(character.isLetter || character.isNumber ? character : "-")
    }
    return start.split(separator: "-").joined(separator: "-")
  }
}
