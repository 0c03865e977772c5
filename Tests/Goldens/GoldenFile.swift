public import Foundation

/// A file of golden vectors: one method's losses and gradients, computed in Double by two
/// independent references. `Vectors/README.md` says where they come from.
public struct GoldenFile: Decodable, Sendable {
  public let schema: String
  public let method: String
  public let cases: [GoldenCase]

  /// The folder that holds the files.
  public static let folder = Bundle.module.bundleURL.appending(path: "Vectors")

  public static func read(_ method: String) throws -> GoldenFile {
    try JSONDecoder().decode(
      GoldenFile.self, from: Data(contentsOf: folder.appending(path: "\(method).json")))
  }
}
