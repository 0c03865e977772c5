import Distillation
import Training

extension Experiment {
  /// The last layer of a teacher with which the students of a row classify; `nil` if it is their own.
  ///
  /// - Throws: `SettingError` if the row asks for a teacher's, and not exactly one term makes the student's
  ///   last features those of a teacher, through a linear map or none.
  func classifier(ofRow index: Int) throws -> TeacherClassifier? {
    guard recipe.rows[index].classifier == .teacher else { return nil }
    let row = rows[index]
    let matches = featureMatches(of: row)
    let linear = matches.filter { $0.match.form != .mlp }
    let classifiers = Set(linear.map { $0.classifier })
    if classifiers.count == 1 { return classifiers.first }
    let file = row.teachers.first { architecture(of: $0) == nil }
    let problem =
      if let file, matches.isEmpty {
        "'\(name(of: file))' is a file of outputs, which has no last layer"
      } else if !linear.isEmpty {
        """
        expected one term that makes the student's last features those of a teacher, not \
        \(quoted(linear.map { $0.match.term }))
        """
      } else if let term = matches.first?.match.term {
        """
        '\(term)' maps the student's features by an 'mlp', and a last layer holds only a 'linear' map
        """
      } else {
        """
        no term makes the student's last features, \(quoted(row.network.lastFeatures)), those of a \
        teacher; 'match(projected(embedding), with: meanSquare)' does
        """
      }
    throw SettingError(path: ["rows[\(index)]", "classifier"], problem: problem)
  }

  /// A warning if the last layer of a row's students learns nothing, although a teacher's could stand in its
  /// place.
  func warning(ofRow index: Int) -> String? {
    let row = rows[index]
    guard recipe.rows[index].classifier == .own,
      !row.losses[0].outputs(of: .student).contains(where: { $0.base == "logits" }),
      Set(featureMatches(of: row).filter { $0.match.form != .mlp }.map { $0.classifier }).count == 1
    else { return nil }
    let problem = """
      no term reads the student's 'logits', so that its last layer learns nothing; with classifier: "teacher" \
      it classifies with the teacher's
      """
    return "\(SettingError(path: ["rows[\(index)]"], problem: problem))"
  }

  /// The matches of a row's loss that make the student's last features those of a teacher.
  private func featureMatches(
    of row: Row
  ) -> [(match: LossGraph.LayerMatch, classifier: TeacherClassifier)] {
    row.losses[0].layerMatches.compactMap { match in
      guard case .number(let number) = match.teacher.teacher, row.network.isLast(match.student),
        architecture(of: row.teachers[number - 1])?.isLast(match.teacher.withoutTeacher) == true
      else { return nil }
      return (match, TeacherClassifier(teacher: number - 1, map: match.map))
    }
  }
}

extension Network {
  /// The features that the last layer takes, and before them the output of which they are made: the maps
  /// that are pooled, or the same features under another name.
  fileprivate var lastFeatures: [String] {
    let embedding = outputNames.firstIndex(of: "embedding") ?? 0
    return Array(outputNames[max(embedding - 1, 0)...embedding])
  }

  fileprivate func isLast(_ layer: OutputName) -> Bool {
    layer.resolved(among: outputNames).map(lastFeatures.contains) ?? false
  }
}
