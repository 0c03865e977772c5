package import Distillation
package import Experiments

/// What a page says of one run: its results, and pictures of its diagnostics if it has some.
package struct RunReport: Sendable {
  /// As the recipe is called, or else the folder.
  package var title: String
  var results: Results
  var diagnostics: Diagnostics?
  let registry: Registry
  /// The program's that draws it.
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
