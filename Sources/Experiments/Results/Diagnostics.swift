package import Foundation
import Training

/// The data that a report draws besides numbers, as `diagnostics.json` holds it. It has the
/// features of some test images, and retrieved images, for the teachers and for each row's student
/// of one seed.
package struct Diagnostics: Codable, Sendable {
  /// The version of the format. Files of `kindred-diagnostics/1` do not say who teaches whom.
  package var schema = "kindred-diagnostics/2"

  /// The names of the classes; none if the images have no labels, and then all of these are 0.
  package var classes: [String]

  /// The classes of the images whose features are held, in ascending order.
  package var labels: [Int]

  /// Whether the examples are features, and no images; `nil` if they are images.
  package var isOfFeatures: Bool?

  /// The output that is used as features.
  package var layer = "embedding"

  /// The teachers, then the rows. A network that teaches comes before those that it teaches.
  package var networks: [Network]

  /// The students' seed; the recipe's first seed if it is `nil`.
  package var seed: UInt64?

  /// The retrieved images, if the recipe measures recall.
  package var retrieval: Retrieval?

  /// One network's view of the images.
  package struct Network: Codable, Sendable {
    /// The name of the row; `nil` for a teacher.
    package var row: String?
    /// The name of the teacher, if there are several.
    package var name: String?
    /// The index of the network that teaches this one; `nil` for a teacher, and for a row without
    /// one.
    package var teacher: Int?
    /// The features, one row per image, with each number rounded to four digits. They are empty if
    /// the network has no such output.
    package var features: [[Double]]
    /// The nearest images to each query, as indices into the thumbnails.
    package var retrieved: [[Int]]?
  }

  /// Images to look at.
  package struct Retrieval: Codable, Sendable {
    /// The queries, as indices into the thumbnails: the first image of each of the first classes.
    package var queries: [Int]
    package var thumbnails: [Thumbnail]
    package var height: Int
    package var width: Int
    /// The number of channels of an image, 1 or 3; `nil` is 1.
    package var channels: Int?
  }

  package struct Thumbnail: Codable, Sendable {
    package var label: Int
    /// channels·height·width bytes from 0 (black) to 255 (white), in Base64.
    package var pixels: Data
  }
}

extension Diagnostics {
  /// The diagnostics as JSON, with sorted keys, on one line.
  package var json: Data {
    get throws { try JSONEncoder.ordered(pretty: false).encode(self) }
  }
}
