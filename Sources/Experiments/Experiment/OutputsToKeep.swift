import Distillation
import Tensors
import Training

/// A teacher and what it is asked about: rows that have these alike share its outputs.
struct OutputsKey: Hashable {
  let teacher: Experiment.TeacherOfRow
  /// How many images; those of one number are the same.
  let images: Int
  /// Whether it is asked about each mirrored image too.
  let isMirrored: Bool

  /// How many rows an output has.
  var examples: Int { images * (isMirrored ? 2 : 1) }
}

/// Outputs that are computed once for all images, and held while rows read them.
struct OutputsToKeep {
  let source: OutputsKey
  /// By the teacher's names for them, how many numbers each has of an image.
  var sizes: [String: Int] = [:]
  /// The names of the rows that read no others.
  var rows: Set<String> = []

  var bytes: Int { sizes.values.reduce(0, +) * source.examples * MemoryLayout<Float>.size }
}

extension Experiment {
  /// What a row asks of its teacher, where an epoch has it as the one before it had; else `nil`.
  func source(of row: Row) -> OutputsKey? {
    let (names, augmentation) = (
      row.losses.flatMap { $0.outputs(of: .teacher) }, row.settings.training.augmentation
    )
    guard let teacher = row.teacher, !names.isEmpty, row.images.count > 0,
      TeacherOutputs.areKnown(names, under: augmentation)
    else { return nil }
    return OutputsKey(
      teacher: teacher, images: row.images.count, isMirrored: augmentation.flip)
  }

  /// What is worth holding of each source: the outputs of as many rows as have room for theirs,
  /// those that read the least first. It depends on nothing but the recipe and the limit.
  func outputsToKeep() throws -> [OutputsKey: OutputsToKeep] {
    var known: [OutputsKey: [(row: String, sizes: [String: Int])]] = [:]
    for row in rows {
      guard let source = source(of: row) else { continue }
      known[source, default: []].append((row.name, try sizes(of: row, source.teacher)))
    }
    return known.reduce(into: [:]) { held, entry in
      var fitting = OutputsToKeep(source: entry.key)
      let order = entry.value.sorted {
        ($0.sizes.values.reduce(0, +), $0.row) < ($1.sizes.values.reduce(0, +), $1.row)
      }
      for (row, sizes) in order {
        var more = fitting
        more.sizes.merge(sizes) { size, _ in size }
        more.rows.insert(row)
        if more.bytes <= teacherOutputLimit { fitting = more }
      }
      if !fitting.rows.isEmpty { held[entry.key] = fitting }
    }
  }

  /// How many numbers each output has that a row reads of its teacher, of one image.
  private func sizes(of row: Row, _ teacher: TeacherOfRow) throws -> [String: Int] {
    let names = Set(row.losses.flatMap { $0.outputs(of: .teacher) }).sorted()
    return TeacherOutputs(
      of: .blank(architecture(of: teacher)), on: try row.images.first(1), giving: names,
      isMirrored: false, normalizedBy: data.normalization
    ).sizes
  }
}
