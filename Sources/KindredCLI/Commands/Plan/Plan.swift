import Distillation
import Foundation
import Reports
import Tensors
import Training

/// `kindred plan`
struct Plan: Command {
  let name = "plan"
  let summary = "Says what a run would do, and about how long it would take."
  let discussion = """
    All of the recipe is checked, as 'kindred run' does before it trains. Then a few
    steps of every training are taken with fresh weights and timed, and nothing is
    written. Times are estimates: a machine that does something else meanwhile is
    slower. Memory is the most that this process held.

    Examples:
      kindred plan Examples/quickstart.json5
      kindred plan recipe.json5 --set student.network=resnet8:8 --threads 1
    """

  let registry: Registry

  let recipe = Parameter<String>.argument("RECIPE", "The experiment, a JSON5 file.")
  let set = Parameter<[String]>.option(
    "set", "KEY=VALUE", "Changes a setting of the recipe: teacher.training.epochs=3.")
  let data = Parameter<String?>.option(
    "data", "DIR", "The folder of the data set's files: the recipe's data.directory.")
  let threads = Parameter<PositiveInteger?>.option(
    "threads", "N", "How many threads the run would use.")
  let format = Parameter<OutputFormat>.option(
    "format", default: .text, "How the plan is written.")

  func run(_ arguments: Arguments, console: Console) throws {
    let path = arguments[recipe]
    let recipe = try Recipe(file: path, replacing: arguments[set], data: arguments[data])
    let plan = try Parallel.$threads.withValue(arguments[threads]?.value ?? Parallel.threads) {
      do {
        return try Experiment(recipe, registry: registry).plan()
      } catch let error as TrainingError {
        throw CommandError.badData("\(path): \(error)")
      }
    }
    switch arguments[format] {
    case .text: try console.write(plan.text(width: console.textWidth))
    case .json:
      let json = try JSONEncoder.ordered(pretty: true).encode(plan)
      try console.write(String(decoding: json, as: UTF8.self) + "\n")
    }
  }
}

extension RunPlan {
  /// Tables of networks, trainings and terms, and the sum of it all.
  fileprivate func text(width: Int) -> String {
    var networks = Table(["network", .number("parameters"), "read of a batch"])
    for network in self.networks {
      let outputs = network.outputs.sorted { $0.key < $1.key }.map { name, shape in
        "\(name) \(shape.map { "\($0)" }.joined(separator: "×"))"
      }
      networks.append([
        "\(network.role) \(network.network)", NumberFormat.grouped(network.parameters),
        outputs.joined(separator: ", "),
      ])
    }
    var trainings = Table([
      "training", .number("networks"), .number("epochs"), .number("steps"), .number("a step"),
      .number("in all"),
    ])
    var terms = Table(["loss", "term", .number("a step"), .number("of it")])
    for row in rows {
      let name = row.role == "teacher" ? "teacher \(row.name)" : row.name
      trainings.append([
        name, "\(row.count)", "\(row.epochs)", NumberFormat.grouped(row.epochs * row.stepsPerEpoch),
        NumberFormat.duration(seconds: row.secondsPerStep),
        NumberFormat.duration(seconds: row.seconds),
      ])
      for (index, term) in row.terms.enumerated() {
        let share = NumberFormat.percent(term.seconds / row.secondsPerStep, digits: 1)
        terms.append([
          index == 0 ? name : "", term.formula, NumberFormat.duration(seconds: term.seconds), share,
        ])
      }
    }
    return """
      \(NumberFormat.grouped(images.training)) images to train, \
      \(NumberFormat.grouped(images.test)) to test, \(images.classes) classes

      \(networks.text(width: width))
      \(trainings.text(width: width))
      \(terms.text(width: width))
      memory  \(NumberFormat.fixed(megabytes, digits: 0)) MB
      time    about \(NumberFormat.duration(seconds: seconds)) with \(threads) \
      thread\(threads == 1 ? "" : "s")

      """
  }
}
