public import Foundation
import Training

/// What a report draws beside numbers, as `diagnostics.json` holds it: the features of some test
/// images, and retrieved images, of the teachers and of each row's student of one seed.
public struct Diagnostics: Codable, Sendable {
  /// Of `kindred-diagnostics/1` it is not known who teaches whom.
  public var schema = "kindred-diagnostics/2"

  /// The names of the classes.
  public var classes: [String]

  /// The classes of the images whose features are held, in rising order.
  public var labels: [Int]

  /// The output that the features are.
  public var layer = "embedding"

  /// Teachers, then rows; who teaches comes before who is taught.
  public var networks: [Network]

  /// The students' seed; the recipe's first where none is given.
  public var seed: UInt64?

  /// Where the recipe measures recall.
  public var retrieval: Retrieval?

  /// One network's view of the images.
  public struct Network: Codable, Sendable {
    /// The row's name; none for a teacher.
    public var row: String?
    /// Which teacher it is, where there are several.
    public var name: String?
    /// The index of the network that teaches it; none for a teacher, and for a row that has none.
    public var teacher: Int?
    /// One row an image, each number rounded to four digits; empty where the network has no such
    /// output.
    public var features: [[Double]]
    /// For each query the nearest images, as indices into the thumbnails.
    public var retrieved: [[Int]]?
  }

  /// Images to look at.
  public struct Retrieval: Codable, Sendable {
    /// Indices into the thumbnails: the first image of each of the first classes.
    public var queries: [Int]
    public var thumbnails: [Thumbnail]
    public var height: Int
    public var width: Int
  }

  public struct Thumbnail: Codable, Sendable {
    public var label: Int
    /// height·width bytes, 0 black and 255 white, in Base64.
    public var pixels: Data
  }
}

extension Diagnostics {
  /// Every key in order, on one line.
  public var json: Data {
    get throws { try JSONEncoder.ordered(pretty: false).encode(self) }
  }
}
