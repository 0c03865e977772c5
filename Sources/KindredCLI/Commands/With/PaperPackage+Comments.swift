import Foundation

extension PaperPackage {
  /// What is said above the parameters in the package's sources.
  var comments: ParameterComments {
    var extractor = ParameterExtractor()
    for (module, folder) in sources.sorted(by: { $0.key < $1.key }) {
      for file in SourceFiles(folders: [folder]).swift {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
        extractor.read(text, module: module)
      }
    }
    return extractor.comments
  }
}
