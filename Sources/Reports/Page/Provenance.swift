extension RunReport {
  /// What is needed to run it again.
  var provenance: Markup {
    let seeds = Fact("seeds", self.seeds.map { "\($0)" }.joined(separator: ", "))
    let networks =
      teachers.map { teacher in
        Fact(
          "teacher",
          "\(teacher.network), \(NumberFormat.grouped(teacher.parameters)) parameters, "
            + (teacher.seconds.map { "trained in \(NumberFormat.duration(seconds: $0))" }
              ?? "loaded"))
      }
      + rows.map { row in
        Fact(
          row.name,
          "\(row.network), \(NumberFormat.grouped(row.parameters)) parameters, "
            + (row.histories.isEmpty
              ? "no student"
              : "\(NumberFormat.duration(seconds: row.seconds)) for \(row.histories.count) "
                + "seed\(row.histories.count == 1 ? "" : "s")"))
      }
    return .group([
      Markup(
        "dl", ["class": "facts"],
        (facts + [seeds] + networks).flatMap { fact in
          [Markup("dt", [:], .text(fact.name)), Markup("dd", [:], .text(fact.value))]
        }),
      recipe.isEmpty
        ? .nothing
        : .details(
          "The recipe, with all its defaults",
          [Markup("pre", ["tabindex": "0"], .text(recipe))]),
    ])
  }
}
