package import Foundation
import Training

/// What a report draws beside numbers, as `diagnostics.json` holds it: the features of some test
/// images, and retrieved images, of the teachers and of each row's student of one seed.
package struct Diagnostics: Codable, Sendable {
  /// Of `kindred-diagnostics/1` it is not known who teaches whom.
  package var schema = "kindred-diagnostics/2"

  /// The names of the classes.
  package var classes: [String]

  /// The classes of the images whose features are held, in rising order.
  package var labels: [Int]

  /// The output that the features are.
  package var layer = "embedding"

  /// Teachers, then rows; who teaches comes before who is taught.
  package var networks: [Network]

  /// The students' seed; the recipe's first where none is given.
  package var seed: UInt64?

  /// Where the recipe measures recall.
  package var retrieval: Retrieval?

  /// One network's view of the images.
  package struct Network: Codable, Sendable {
    /// The row's name; none for a teacher.
    package var row: String?
    /// Which teacher it is, where there are several.
    package var name: String?
    /// The index of the network that teaches it; none for a teacher, and for a row that has none.
    package var teacher: Int?
    /// One row an image, each number rounded to four digits; empty where the network has no such
    /// output.
    package var features: [[Double]]
    /// For each query the nearest images, as indices into the thumbnails.
    package var retrieved: [[Int]]?
  }

  /// Images to look at.
  package struct Retrieval: Codable, Sendable {
    /// Indices into the thumbnails: the first image of each of the first classes.
    package var queries: [Int]
    package var thumbnails: [Thumbnail]
    package var height: Int
    package var width: Int
  }

  package struct Thumbnail: Codable, Sendable {
    package var label: Int
    /// height·width bytes, 0 black and 255 white, in Base64.
    package var pixels: Data
  }
}

extension Diagnostics {
  /// Every key in order, on one line.
  package var json: Data {
    get throws { try JSONEncoder.ordered(pretty: false).encode(self) }
  }
}
