import Experiments

/// The features of some images, sorted by class, for the teachers and for one student of each row.
struct Features {
  struct Network {
    /// The row's name; `nil` for a teacher.
    let row: String?
    /// The network's name, which says which of several teachers it is.
    let name: String
    /// The index of the network that teaches it, if that is known.
    let teacher: Int?
    /// One vector for each image.
    let vectors: [[Double]]
  }

  let layer: String
  let classes: [String]
  let labels: [Int]
  /// `images`, or `examples` if they are none.
  let noun: String
  /// The networks that have features: teachers, then rows. A network that teaches comes before
  /// those that it teaches.
  let networks: [Network]
  /// The students' seed.
  let seed: UInt64
  /// Whether it is known who teaches whom.
  let knowsTeachers: Bool

  init(_ diagnostics: Diagnostics, of results: Results) {
    (layer, classes, labels) = (diagnostics.layer, diagnostics.classes, diagnostics.labels)
    noun = diagnostics.isOfFeatures == true ? "examples" : "images"
    seed = diagnostics.seed ?? results.recipe.seeds.first ?? 0
    knowsTeachers = diagnostics.schema != "kindred-diagnostics/1"
    // If there were several teachers, an older file has only the first, without a name.
    let teacher =
      results.teachers == nil ? "teacher" : "teacher \(results.teacher?.network ?? "")"
    let all = diagnostics.networks
    let drawn = all.indices.filter { !all[$0].features.isEmpty }
    networks = drawn.map { index in
      let network = all[index]
      return Network(
        row: network.row, name: network.name.map { "teacher \($0)" } ?? network.row ?? teacher,
        teacher: network.teacher.flatMap { drawn.firstIndex(of: $0) }, vectors: network.features)
    }
  }

  /// `96 test images`, or `96 test images of 16 of 100 classes`.
  var examples: String {
    let shown = Set(labels).count
    return "\(labels.count) test \(noun)"
      + (shown < classes.count ? " of \(shown) of \(classes.count) classes" : "")
  }
}
