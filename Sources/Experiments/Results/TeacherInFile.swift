package import Training

/// A teacher that is a file: its name, and what the file holds.
package struct TeacherInFile: Codable, Hashable, Sendable {
  /// The name of the teacher in results.
  package var name: String
  package var content: StoredTeacher.Summary
  /// The checksum of what students learn from it; `nil` in results that do not have it.
  package var checksum: String?
}

extension Experiment {
  /// The teachers that rows need and that are files; `nil` if there are none.
  package var files: [TeacherInFile]? {
    let files = teachers.indices.filter(isNeeded).compactMap { index in
      teachers[index].stored.map {
        TeacherInFile(name: recipe.nameOfTeacher(index), content: $0.summary, checksum: $0.checksum)
      }
    }
    return files.isEmpty ? nil : files
  }
}
