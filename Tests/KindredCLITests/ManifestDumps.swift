/// What `swift package dump-package` writes, without the parts that are not read.
enum ManifestDumps {
  /// A package that takes Kindred from a folder.
  static func ofFolder(_ path: String, products: String = library("automatic")) -> String {
    package(
      """
      {"fileSystem": [{"identity": "checkout", "nameForTargetDependencyResolutionOnly": "kindred",
        "path": "\(path)"}]}
      """, products)
  }

  /// A package that takes Kindred from a URL.
  static func ofURL(_ url: String, _ requirement: String) -> String {
    package(
      """
      {"sourceControl": [{"identity": "kindred", "location": {"remote": [{"urlString": "\(url)"}]},
        "requirement": \(requirement)}]}
      """, library("automatic"))
  }

  static func library(_ linkage: String) -> String {
    #"{"name": "Papers", "targets": ["Ex-ample"], "type": {"library": ["\#(linkage)"]}}"#
  }

  static let withoutKindred = """
    {"dependencies": [], "platforms": [], "products": [\(library("automatic"))],
     "targets": [{"name": "Ex-ample", "type": "regular", "dependencies": []}]}
    """

  private static func package(_ dependency: String, _ products: String) -> String {
    """
    {"dependencies": [\(dependency)],
     "platforms": [{"platformName": "macos", "version": "26.0", "options": []}],
     "products": [\(products), {"name": "Tool", "targets": ["Tool"], "type": {"executable": null}}],
     "targets": [
      {"name": "Ex-ample", "type": "regular", "dependencies": [{"byName": ["Example", null]}]},
      {"name": "Example", "type": "regular", "path": "Source/Example",
       "resources": [{"path": "table.txt", "rule": {"copy": {}}}, {"path": "data", "rule": {}}],
       "dependencies": [{"product": ["Kindred", "kindred", null, null]}]},
      {"name": "Tool", "type": "executable", "dependencies": [{"target": ["Ex-ample", null]}]},
      {"name": "Tests", "type": "test",
       "dependencies": [{"product": ["Conformance", "kindred", null, {"platformNames": []}]}]}]}
    """
  }
}
