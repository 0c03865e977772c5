extension RunReport {
  /// The features of some images, sorted by class, for the teachers and a student a row.
  package struct Features: Sendable {
    package var layer: String
    package var classes: [String]
    package var labels: [Int]
    /// Teachers, then rows; who teaches comes before who is taught.
    package var networks: [Network]
    /// The students' seed.
    package var seed: UInt64
    /// Whether it is known who teaches whom.
    package var knowsTeachers: Bool

    package init(
      layer: String, classes: [String], labels: [Int], networks: [Network], seed: UInt64,
      knowsTeachers: Bool = true
    ) {
      (self.layer, self.classes, self.labels, self.networks) = (layer, classes, labels, networks)
      (self.seed, self.knowsTeachers) = (seed, knowsTeachers)
    }

    package struct Network: Sendable {
      /// The row's name; none for a teacher.
      package var row: String?
      /// What it is called, which says which of several teachers it is.
      package var name: String
      /// The index of the network that teaches it, where that is known.
      package var teacher: Int?
      /// One vector an image.
      package var vectors: [[Double]]

      package init(
        row: String?, name: String? = nil, teacher: Int? = nil, vectors: [[Double]]
      ) {
        (self.row, self.name) = (row, name ?? row ?? "teacher")
        (self.teacher, self.vectors) = (teacher, vectors)
      }
    }
  }

  /// Images, and which of them each network finds for some of them.
  package struct Retrieval: Sendable {
    package var classes: [String]
    package var height: Int
    package var width: Int
    package var images: [Image]
    /// Indices into `images`.
    package var queries: [Int]
    package var networks: [Network]

    package init(
      classes: [String], height: Int, width: Int, images: [Image], queries: [Int],
      networks: [Network]
    ) {
      (self.classes, self.height, self.width) = (classes, height, width)
      (self.images, self.queries, self.networks) = (images, queries, networks)
    }

    package struct Image: Sendable {
      package var label: Int
      /// height·width bytes, 0 black and 255 white.
      package var pixels: [UInt8]

      package init(label: Int, pixels: [UInt8]) { (self.label, self.pixels) = (label, pixels) }
    }

    package struct Network: Sendable {
      /// The row's name, or what the teacher is called.
      package var name: String
      /// For each query the images found, nearest first.
      package var found: [[Int]]

      package init(name: String, found: [[Int]]) { (self.name, self.found) = (name, found) }
    }
  }
}
