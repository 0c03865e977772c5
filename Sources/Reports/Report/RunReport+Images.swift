extension RunReport {
  /// The features of some images, sorted by class, for the teacher and a student a row.
  public struct Features: Sendable {
    public var layer: String
    public var classes: [String]
    public var labels: [Int]
    public var networks: [Network]
    /// What the teacher is called, which says which of several it is.
    public var teacherName = "teacher"

    public init(layer: String, classes: [String], labels: [Int], networks: [Network]) {
      (self.layer, self.classes, self.labels, self.networks) = (layer, classes, labels, networks)
    }

    public struct Network: Sendable {
      /// The row's name; none for the teacher.
      public var row: String?
      /// One vector an image.
      public var vectors: [[Double]]

      public init(row: String?, vectors: [[Double]]) { (self.row, self.vectors) = (row, vectors) }

      var name: String { row ?? "teacher" }
    }

    var teacher: Network? { networks.first { $0.row == nil } }
    var students: [Network] { networks.filter { $0.row != nil } }
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
      /// The row's name; none for the teacher.
      public var row: String?
      /// For each query the images found, nearest first.
      public var found: [[Int]]

      public init(row: String?, found: [[Int]]) { (self.row, self.found) = (row, found) }
    }
  }
}
