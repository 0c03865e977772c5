package import Distillation
package import Experiments

/// Everything that a page shows of one run: its results, and pictures of its diagnostics if it has
/// some.
package struct RunReport: Sendable {
  /// The name of the recipe, or that of the folder if the recipe has none.
  package var title: String
  var results: Results
  var diagnostics: Diagnostics?
  let registry: Registry
  /// The version of the program that draws the report.
  let version: String

  package init(
    _ results: Results, _ diagnostics: Diagnostics?, called folder: String, registry: Registry,
    version: String
  ) {
    title = results.recipe.name.isEmpty ? folder : results.recipe.name
    (self.results, self.diagnostics) = (results, diagnostics)
    (self.registry, self.version) = (registry, version)
  }
}
