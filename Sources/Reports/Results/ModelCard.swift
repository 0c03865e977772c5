package import Experiments
import Foundation
import Training

/// A page of Markdown that goes with an exported student: what it is, how it was trained, how good it is, and
/// how it is called.
package struct ModelCard {
  let student: TrainedStudents.Student
  let recipe: Recipe
  let results: Results?
  let call: String

  /// The card of a student.
  ///
  /// - Parameters:
  ///   - student: The student.
  ///   - run: The run that trained it.
  ///   - call: How the exported file is called, as Markdown.
  package init(of student: TrainedStudents.Student, in run: TrainedStudents, calledBy call: String)
  {
    (self.student, recipe, results) = (student, run.recipe, run.results)
    self.call = call
  }

  /// What the student is, in one line.
  package var title: String {
    let experiment = recipe.name.isEmpty ? "" : " of \(recipe.name)"
    return
      "\(student.trained.model.network.name), '\(student.row)', seed \(student.seed)\(experiment)"
  }

  /// The card.
  package var markdown: String {
    let trained = student.trained
    let row = results?.rows.first { $0.name == student.row }
    let training = ownRow.map { recipe.student(of: $0).training }
    var facts: [(String, String)] = [
      ("network", trained.model.network.name),
      ("parameters", NumberFormat.grouped(trained.model.weights.parameterCount)),
      ("input", input), ("outputs", "`logits` (N×\(trained.classes.count)), `embedding`"),
      ("classes", classes), ("data", data),
      ("loss", Markdown.code(row?.formula ?? ownRow?.loss ?? "", inTable: true)),
    ]
    // Results name a row's teacher only if the run has several.
    if let teacher = row?.teacher {
      facts.append(("teacher", Markdown.text(teacher)))
    } else if let teacher {
      facts.append(("teacher of the run", teacher))
    }
    if let start = row?.start { facts.append(("start", Markdown.text(start.sentence))) }
    if let training {
      facts.append(
        (
          "training",
          "\(training.steps.map { "\($0) steps" } ?? "\(training.epochs) epochs") of batches of \(training.batch), seed \(student.seed)"
        ))
    }
    let program = results?.program.map { "Kindred \($0.version)" }
    if let program { facts.append(("made by", program)) }
    var text = "# \(Markdown.text(title))\n\n"
    if let claim = recipe.claim { text += "\(Markdown.text(claim))\n\n" }
    text += "| | |\n|---|---|\n"
    text += facts.map { "| \($0) | \($1) |\n" }.joined()
    text += metrics(of: row)
    return text + "\n## How to call it\n\n" + call
  }

  private var ownRow: Recipe.Row? { recipe.rows.first { $0.name == student.row } }

  private var input: String {
    let input = student.trained.input
    let shape = input.shape
    guard !input.isOfFeatures else {
      return "`images`: features as they are, N×\(shape.channels), Float32"
    }
    return """
      `images`: pixel values 0 to 255, N×\(shape.channels)×\(shape.height)×\(shape.width), Float32; \
      the normalisation is inside
      """
  }

  private var classes: String {
    let classes = student.trained.classes
    let shown = classes.prefix(20).map { Markdown.text($0) }.joined(separator: ", ")
    return "\(classes.count): \(shown)\(classes.count > 20 ? ", …" : "")"
  }

  private var data: String {
    let images = ownRow.flatMap { recipe.student(of: $0).training.images }
    return Markdown.text(recipe.data.name)
      + (images.map { ", \(NumberFormat.grouped($0)) examples" } ?? "")
  }

  private var teacher: String? {
    guard let results, !results.allTeachers.isEmpty else { return nil }
    return results.allTeachers.map { Markdown.text($0.name ?? $0.network) }
      .joined(separator: ", ")
  }

  /// The metrics of this student, and of all students of its row.
  private func metrics(of row: Results.Row?) -> String {
    guard let row, let results else { return "" }
    let names = ["accuracy"] + recipe.evaluation.names
    let lines = names.compactMap { name -> String? in
      guard let metric = row.metrics[name] else { return nil }
      let seeds = metric.seeds ?? results.recipe.seeds
      let own = zip(seeds, metric.values).first { $0.0 == student.seed }?.1
      let mean = NumberFormat.mean(
        metric.mean * 100, deviation: metric.standardDeviation.map { $0 * 100 }, digits: 2)
      return "| \(name) | \(own.map { NumberFormat.percentage($0) } ?? "–") | \(mean) |\n"
    }
    guard !lines.isEmpty else { return "" }
    return """

      ## Measured on the test data, in percent

      | metric | this student | all seeds |
      |---|--:|--:|
      \(lines.joined())
      """
  }
}
