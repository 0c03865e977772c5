import Distillation
import Experiments
import Foundation
import Reports
import Tensors
import Training

/// The command `kindred plan`.
struct Plan: Command {
  let name = "plan"
  let summary = "Says what a run would do, and about how long it would take."
  var discussion: String {
    """
    The recipe is checked as 'kindred run' checks it. Then a few steps of every
    training are taken with fresh weights and timed; nothing is written. Times are
    estimates: a machine that is busy with something else is slower. Memory is the
    most that this process held; a run also holds the outputs of teachers, which it
    computes once for all epochs. With --shards, the plan ends with the commands
    that do the same in several processes, which share a folder.

    Examples:
      kindred plan \(Run.example(for: program))
      kindred plan recipe.json5 --set student.network=resnet8:8 --threads 1
      kindred plan recipe.json5 --shards 16 --out results/mine
    """
  }

  let registry: Registry
  let networks: Networks
  /// What the running program is called.
  let program: String

  let recipe = Parameter<String>.argument(
    "RECIPE", completion: .recipes, "The experiment: a JSON5 file.")
  let set = Parameter<[String]>.option(
    "set", "KEY=VALUE", "Changes a setting of the recipe: teacher.training.epochs=3.")
  let data = Parameter<String?>.option(
    "data", "DIR", completion: .folders,
    "The folder of the data set's files, in place of the recipe's data.directory.")
  let threads = Parameter<ThreadCount?>.option(
    "threads", "N", "How many threads the run would use.")
  let shards = Parameter<ShardCount?>.option(
    "shards", "N", "Lists the commands by which so many processes share the run.")
  let out = Parameter<String?>.option(
    "out", "DIR", completion: .folders,
    "The folder of the results in these commands. Without it, a new one in results/.")
  let format = Parameter<OutputFormat>.option(
    "format", default: .text, "How the plan is written.")

  func run(_ arguments: Arguments, console: Console) throws {
    let path = arguments[recipe]
    let recipe = try Recipe(file: path, replacing: arguments[set], data: arguments[data])
    if arguments[shards] == nil, arguments[out] != nil {
      throw CommandError.invalidUse("'--out' is for the commands of '--shards'")
    }
    let plan = try Parallel.$threads.withValue(arguments[threads]?.value ?? Parallel.threads) {
      let experiment = try Experiment(recipe, file: path, registry: registry, networks: networks)
      var plan = try RunPlanner(experiment).plan()
      if let count = arguments[shards]?.value {
        let run = self.run(arguments)
        plan.deal(to: count, of: experiment, by: run.command, merge: run.merge)
      }
      return plan
    }
    for warning in plan.warnings { console.note("warning: \(path): \(warning)") }
    switch arguments[format] {
    case .text:
      let design = recipe.designText(width: console.textWidth)
      try console.write(
        plan.text(width: console.textWidth) + (design.isEmpty ? "" : "\n" + design)
          + (plan.shards?.text ?? ""))
    case .json:
      let json = try JSONEncoder.ordered(pretty: true).encode(plan)
      try console.write(String(decoding: json, as: UTF8.self) + "\n")
    }
  }

  /// The commands of the run in several processes.
  private func run(_ arguments: Arguments) -> ShardedRun {
    let recipe = arguments[recipe]
    let folder =
      arguments[out] ?? ResultsFolder(for: (recipe as NSString).lastPathComponent).path
    return ShardedRun(
      program: program, recipe: recipe, out: folder, set: arguments[set], data: arguments[data],
      threads: arguments[threads])
  }
}

extension RunPlan.Shards {
  /// Lines that a shell can be given, with what each does and about how long it takes.
  var text: String {
    let lines = shares.map { share in
      share.trainings == 0
        ? "\(share.command)  # nothing to train"
        : "\(share.command)  # \(share.trainings) training\(share.trainings == 1 ? "" : "s"), about "
          + NumberFormat.duration(seconds: share.seconds)
    }
    return """

      # Each of these processes may run on another machine that sees the folder; they wait for teachers of
      # others. All at once: about \(NumberFormat.duration(seconds: seconds)).
      \(lines.joined(separator: "\n"))

      # All of them on this machine:
      \(loop)

      # Then, once:
      \(merge)

      """
  }
}

extension RunPlan.Images {
  /// What the data are: `class folders: 480 images of 3×32×32 to train, 120 to test, 6 classes`.
  var sentence: String {
    "\(kind.map { "\($0): " } ?? "")\(NumberFormat.grouped(training)) \(what) to train, "
      + "\(NumberFormat.grouped(test)) to test, \(labelSentence)"
  }

  /// `10 classes`, with what else is to be said of the labels.
  private var labelSentence: String {
    let count = "\(NumberFormat.grouped(classes)) classes"
    return switch (labels, testLabels) {
    case (.absent, .absent): "no labels"
    case (.absent, _): "no labels to train on, \(count)"
    case (let labels, let testLabels):
      (labels == .soft ? "soft labels, " : "") + count
        + (testLabels == nil ? "" : ", no labels to test on")
    }
  }

  /// `images`, with their shape if they were found in files; or `examples of 384 features`.
  private var what: String {
    guard shape.count == 3 else { return "examples of \(shape.first ?? 0) features" }
    guard kind != nil else { return "images" }
    return "images of " + shape.map { "\($0)" }.joined(separator: "×")
  }
}

extension RunPlan {
  /// The tables of networks, trainings and terms, and the sums.
  fileprivate func text(width: Int) -> String {
    var networks = Table(["network", .number("parameters"), "read of a batch"])
    for network in self.networks {
      let outputs = network.outputs.sorted { $0.key < $1.key }.map { name, shape in
        "\(name) \(shape.map { "\($0)" }.joined(separator: "×"))"
      }
      networks.append([
        "\(network.role) \(network.network)"
          + (network.shape.map { " at \($0[0])×\($0[1])" } ?? ""),
        NumberFormat.grouped(network.parameters),
        outputs.joined(separator: ", "),
      ])
    }
    var trainings = Table([
      "training", .number("networks"), .number("epochs"), .number("steps"), .number("a step"),
      .number("in all"),
    ])
    let areTiled = rows.contains { row in row.terms.contains { $0.pairs == .tiled } }
    var terms = Table(
      ["loss", "term", .number("a step"), .number("of it")] + (areTiled ? ["pairs"] : []))
    var owners = Table([
      "loss", .number("learned"), .number("remembered"), .number("MB"),
    ])
    for row in rows {
      let name = row.role == "teacher" ? "teacher \(row.name)" : row.name
      trainings.append([
        name, "\(row.count)", "\(row.epochs)", NumberFormat.grouped(row.allSteps),
        NumberFormat.duration(seconds: row.secondsPerStep),
        NumberFormat.duration(seconds: row.seconds),
      ])
      if let owned = row.owned {
        owners.append([
          name, NumberFormat.grouped(owned.parameters), NumberFormat.grouped(owned.remembered),
          megabytes(owned.bytes),
        ])
      }
      for (index, term) in row.terms.enumerated() {
        let share = NumberFormat.percent(term.seconds / row.secondsPerStep, digits: 1)
        terms.append(
          [
            index == 0 ? name : "", term.formula, NumberFormat.duration(seconds: term.seconds),
            share,
          ] + (areTiled ? [term.pairs.map { "\($0)" } ?? ""] : []))
      }
    }
    var beside = Table([
      "beside trainings", .number("images"), .number("times"), .number("MB"), .number("in all"),
    ])
    for preparation in preparations {
      beside.append([
        "\(preparation.kind) of \(preparation.teacher)", NumberFormat.grouped(preparation.images),
        "\(preparation.count)", preparation.bytes.map(megabytes) ?? "",
        NumberFormat.duration(seconds: Double(preparation.count) * preparation.secondsEach),
      ])
    }
    var teachers = Table([
      "teacher in a file", .number("rows"), .number("of"), "read", "not read",
    ])
    for file in files ?? [] {
      func list(_ outputs: [StoredTeacher.Summary.Output]) -> String {
        outputs.map { output in
          ([output.name] + [output.shape.map { "\($0)" }.joined(separator: "×"), output.type])
            .filter { !$0.isEmpty }.joined(separator: " ")
        }.joined(separator: ", ")
      }
      teachers.append([
        file.name, NumberFormat.grouped(file.content.rows),
        NumberFormat.grouped(file.content.images),
        list(file.content.outputs.filter { $0.isRead }),
        list(file.content.outputs.filter { !$0.isRead }),
      ])
    }
    let hasOwners = rows.contains { $0.owned != nil }
    let tables =
      [networks] + (files == nil ? [] : [teachers]) + [trainings, terms]
      + (hasOwners ? [owners] : []) + (preparations.isEmpty ? [] : [beside])
    return """
      \(images.sentence)

      \(tables.map { $0.text(width: width) }.joined(separator: "\n"))\(stored)\(starts)
      memory  \(NumberFormat.fixed(megabytes, digits: 0)) MB
      outputs \(held)
      time    about \(NumberFormat.duration(seconds: seconds)) with \(threads) \
      thread\(threads == 1 ? "" : "s")

      """
  }

  /// A line on each teacher that is a file.
  private var stored: String {
    (files ?? []).map { "\n\($0.name): \($0.sentences.joined(separator: " "))\n" }.joined()
  }

  /// A line on each file from which students start.
  private var starts: String {
    let lines = StartingPoint.lines(of: rows.map { ($0.name, $0.start) })
    return lines.isEmpty ? "" : "\n" + lines.map { "\($0)\n" }.joined()
  }

  /// The memory that the teachers' outputs take.
  private var held: String {
    guard heldBytes > 0 else { return "none held for teachers" }
    return "\(megabytes(heldBytes)) MB for teachers, "
      + (heldBytes > teacherOutputLimit
        ? "of which at most \(megabytes(teacherOutputLimit)) MB are held at a time"
        : "held for all epochs")
  }

  private func megabytes(_ bytes: Int) -> String {
    let megabytes = Double(bytes) / 1_048_576
    return NumberFormat.fixed(megabytes, digits: megabytes < 1 ? 2 : 0)
  }
}
