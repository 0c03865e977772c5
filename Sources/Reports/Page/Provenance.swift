import Experiments
import Foundation
import Training

extension RunReport {
  /// Everything that is needed to repeat the run.
  var provenance: Markup {
    let facts = self.facts + networks
    let encoded = try? JSONEncoder.ordered(pretty: true).encode(results.recipe)
    return .group([
      Markup(
        "dl", ["class": "facts"],
        facts.flatMap { name, value in
          [Markup("dt", [:], .text(name)), Markup("dd", [:], .text(value))]
        }),
      encoded.map { recipe in
        .details(
          "The recipe, with all its defaults",
          [Markup("pre", ["tabindex": "0"], .text(String(decoding: recipe, as: UTF8.self)))])
      } ?? .nothing,
    ])
  }

  private var facts: [(name: String, value: String)] {
    let (machine, recipe) = (results.machine, results.recipe)
    return [
      (
        "version",
        results.program.map { "Kindred \($0.version)" }
          ?? "not recorded; this report is by Kindred \(version)"
      ),
      ("command", results.program?.command ?? "not recorded"),
      ("machine", "\(machine.system), \(machine.processors) processors"),
      ("kernels", machine.kernels), ("data", recipe.data.name),
      ("seeds", recipe.seeds.map { "\($0)" }.joined(separator: ", ")),
    ]
  }

  private var networks: [(name: String, value: String)] {
    let teachers = results.allTeachers.map { teacher in
      (
        "teacher",
        "\(teacher.name ?? teacher.network), \(NumberFormat.grouped(teacher.parameters)) parameters, "
          + (teacher.isLoaded
            ? "loaded" : "trained in \(NumberFormat.duration(seconds: teacher.seconds))")
      )
    }
    let files = (results.files ?? []).map { file in
      ("teacher", "\(file.name), a file of \(NumberFormat.grouped(file.content.rows)) rows")
    }
    return teachers + files
      + results.rows.map { row in
        let seeds = row.history.count
        let time = NumberFormat.duration(seconds: row.seconds)
        return (
          row.name,
          "\(row.network), \(NumberFormat.grouped(row.parameters)) parameters, "
            + (seeds == 0 ? "no student" : "\(time) for \(seeds) seed\(seeds == 1 ? "" : "s")")
        )
      }
  }
}
