extension RunReport {
  /// The features of some images, sorted by class, for the teachers and a student a row.
  public struct Features: Sendable {
    public var layer: String
    public var classes: [String]
    public var labels: [Int]
    /// Teachers, then rows; who teaches comes before who is taught.
    public var networks: [Network]
    /// The students' seed.
    public var seed: UInt64
    /// Whether it is known who teaches whom.
    public var knowsTeachers: Bool

    public init(
      layer: String, classes: [String], labels: [Int], networks: [Network], seed: UInt64,
      knowsTeachers: Bool = true
    ) {
      (self.layer, self.classes, self.labels, self.networks) = (layer, classes, labels, networks)
      (self.seed, self.knowsTeachers) = (seed, knowsTeachers)
    }

    public struct Network: Sendable {
      /// The row's name; none for a teacher.
      public var row: String?
      /// What it is called, which says which of several teachers it is.
      public var name: String
      /// The index of the network that teaches it, where that is known.
      public var teacher: Int?
      /// One vector an image.
      public var vectors: [[Double]]

      public init(
        row: String?, name: String? = nil, teacher: Int? = nil, vectors: [[Double]]
      ) {
        (self.row, self.name) = (row, name ?? row ?? "teacher")
        (self.teacher, self.vectors) = (teacher, vectors)
      }
    }
  }

  /// Images, and which of them each network finds for some of them.
  public struct Retrieval: Sendable {
    public var classes: [String]
    public var height: Int
    public var width: Int
    public var images: [Image]
    /// Indices into `images`.
    public var queries: [Int]
    public var networks: [Network]

    public init(
      classes: [String], height: Int, width: Int, images: [Image], queries: [Int],
      networks: [Network]
    ) {
      (self.classes, self.height, self.width) = (classes, height, width)
      (self.images, self.queries, self.networks) = (images, queries, networks)
    }

    public struct Image: Sendable {
      public var label: Int
      /// height·width bytes, 0 black and 255 white.
      public var pixels: [UInt8]

      public init(label: Int, pixels: [UInt8]) { (self.label, self.pixels) = (label, pixels) }
    }

    public struct Network: Sendable {
      /// The row's name, or what the teacher is called.
      public var name: String
      /// For each query the images found, nearest first.
      public var found: [[Int]]

      public init(name: String, found: [[Int]]) { (self.name, self.found) = (name, found) }
    }
  }
}
