/// The data sets that recipes can name.
package enum DataSets {
  /// One line about each data set, by its name.
  package static let summaries: [(name: String, summary: String)] = [
    ("fashion-mnist", "70,000 grey images of clothes, 28×28, in 10 classes; read from IDX files"),
    ("glyphs", "grey drawings, 28×28, in 16 classes of 4 superclasses; made from a seed"),
  ]

  package static var names: [String] { summaries.map { $0.name } }
}
