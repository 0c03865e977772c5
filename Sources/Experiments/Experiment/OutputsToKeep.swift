import Distillation
import Tensors
import Training

/// A teacher and the images of which its outputs are needed. Rows for which these are equal share
/// the outputs.
struct OutputsKey: Hashable {
  let teacher: Experiment.TeacherOfRow
  /// The number of images; training sets with the same number are equal.
  let images: Int
  /// Whether outputs of each mirrored image are needed too.
  let isMirrored: Bool

  /// The number of rows of each output.
  var examples: Int { images * (isMirrored ? 2 : 1) }
}

/// Outputs that are computed once for all images and held while rows read them.
struct OutputsToKeep {
  let source: OutputsKey
  /// The number of scalars per image of each output, by the teacher's name for it.
  var sizes: [String: Int] = [:]
  /// The names of the rows that read only these outputs.
  var rows: Set<String> = []

  var bytes: Int { sizes.values.reduce(0, +) * source.examples * MemoryLayout<Float>.size }
}

extension Experiment {
  /// The outputs of each teacher that a row reads, if they are the same in every epoch; otherwise `nil`.
  func sources(of row: Row) -> [OutputsKey?] {
    let augmentation = row.settings.training.augmentation
    return row.teachers.indices.map { index in
      let names = row.outputs(ofTeacher: index)
      // What stands in a file is read from there.
      guard !names.isEmpty, row.images.count > 0, architecture(of: row.teachers[index]) != nil,
        TeacherOutputs.areKnown(names, under: augmentation)
      else { return nil }
      return OutputsKey(
        teacher: row.teachers[index], images: row.images.count, isMirrored: augmentation.flip)
    }
  }

  /// The outputs of each source that are worth holding: those of as many rows as fit the limit,
  /// beginning with the rows that read least. They depend only on the recipe and the limit.
  func outputsToKeep() throws -> [OutputsKey: OutputsToKeep] {
    var known: [OutputsKey: [(row: String, sizes: [String: Int])]] = [:]
    for row in rows {
      for (index, source) in sources(of: row).enumerated() {
        guard let source else { continue }
        let names = row.outputs(ofTeacher: index)
        known[source, default: []].append((row.name, try sizes(of: names, row, source.teacher)))
      }
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

  /// The number of scalars per image of each of these outputs of a row's teacher.
  private func sizes(
    of names: [OutputName], _ row: Row, _ teacher: TeacherOfRow
  ) throws -> [String: Int] {
    guard let network = architecture(of: teacher) else { return [:] }
    return TeacherOutputs(
      of: .blank(network), on: try row.images.first(1), giving: names, isMirrored: false,
      normalizedBy: data.normalization
    ).sizes
  }
}

extension Experiment.Row {
  /// The outputs that the losses read of one of the teachers, by its own names.
  func outputs(ofTeacher index: Int) -> [OutputName] {
    losses.flatMap { $0.outputs(of: .teacher) }.asked(ofTeacher: index)
  }
}
