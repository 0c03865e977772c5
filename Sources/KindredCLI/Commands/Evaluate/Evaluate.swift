import Experiments
import Reports
import Tensors
import Training

/// The command `kindred evaluate`.
struct Evaluate: Command {
  let name = "evaluate"
  let summary = "Measures trained students on other data."
  let discussion = """
    DATA is a folder with data to train and to test on, of which the second part is
    measured; class folders alone, or one file, which are measured as a whole; or
    the name of a set. The metrics are those of the run's recipe. Those by nearest
    neighbours need examples to train on, and those of a student's own training are
    left out. Classes are found by their names; if these are numbers, by their
    places.

    A number of several seeds is their mean with the standard deviation, in percent.

    Examples:
      kindred evaluate results/mine --data other
      kindred evaluate results/mine --data other.npz --row kd --format json
    """

  let networks: Networks

  enum Format: String, CaseIterable, ArgumentValue { case text, json }

  let folder = Parameter<String>.argument(
    "DIR", completion: .folders, "A folder that 'kindred run' has written.")
  let data = Parameter<String>.option(
    "data", "DATA", completion: .files(), "The data to measure on.")
  let row = Parameter<String?>.option("row", "NAME", "One row. Without it, all.")
  let seed = Parameter<UInt64?>.option("seed", "N", "One seed. Without it, all.")
  let layout = Parameter<PixelLayout?>.option(
    "layout", "NCHW|NHWC", "The order of the axes of images in arrays.")
  let labels = Parameter<String?>.option(
    "labels", "NAME", "The column of labels of a table, or its number; 'coarse' for CIFAR-100.")
  let format = Parameter<Format>.option("format", default: .text, "How the metrics are written.")

  func run(_ arguments: Arguments, console: Console) throws {
    let run = try TrainedStudents(in: arguments[folder], of: networks)
    let students = try run.all(row: arguments[row], seed: arguments[seed])
    var known: [(input: ModelInput, classes: [String], data: OtherData)] = []
    var measured: Measured = []
    for student in students {
      let trained = student.trained
      let same = known.first { $0.input == trained.input && $0.classes == trained.classes }
      let data =
        try same?.data
        ?? OtherData(
          arguments[data], layout: arguments[layout], labels: arguments[labels], for: trained)
      if same == nil { known.append((trained.input, trained.classes, data)) }
      console.showStatus("\(student.row), seed \(student.seed)")
      measured.append((student, try data.metrics(of: trained, run.recipe.evaluation)))
    }
    guard let first = known.first?.data else { return }
    switch arguments[format] {
    case .text:
      try console.write("\(first.kind): \(NumberFormat.grouped(first.count)) examples\n\n")
      try console.write(table(of: measured).text(width: console.textWidth))
    case .json: try console.write(json(of: measured, on: first).text + "\n")
    }
  }

  private typealias Measured = [(
    student: TrainedStudents.Student, metrics: [(name: String, value: Double)]
  )]

  private func table(of measured: Measured) -> Table {
    let names = measured.first?.metrics.map { $0.name } ?? []
    var table = Table(["row", .number("seeds")] + names.map { .number("\($0) %") })
    for row in rows(of: measured) {
      let ofRow = measured.filter { $0.student.row == row }
      table.append(
        [row, "\(ofRow.count)"]
          + names.map { name in
            let values = ofRow.compactMap { $0.metrics.first { $0.name == name }?.value }
            let metric = Results.Metric(values)
            return NumberFormat.mean(
              metric.mean * 100, deviation: metric.standardDeviation.map { $0 * 100 }, digits: 2)
          })
    }
    return table
  }

  private func rows(of measured: Measured) -> [String] {
    measured.map { $0.student.row }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private func json(of measured: Measured, on data: OtherData) -> JSON {
    .object([
      ("data", .string(data.kind)), ("examples", .integer(data.count)),
      (
        "students",
        .array(
          measured.map { student, metrics in
            .object([
              ("row", .string(student.row)), ("seed", .integer(Int(clamping: student.seed))),
              ("metrics", .object(metrics.map { ($0.name, .number($0.value)) })),
            ])
          })
      ),
    ])
  }
}
