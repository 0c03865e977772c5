import Tensors
import Training

extension Experiment {
  /// Whether any row needs the outputs of this teacher.
  func isNeeded(teacher index: Int) -> Bool {
    rows.contains { $0.teachers.contains(.trained(index)) }
  }

  /// The architecture of a teacher; `nil` if there is only a file.
  func architecture(of teacher: TeacherOfRow) -> (any Network)? {
    switch teacher {
    case .trained(let index): teachers[index].network
    case .student(let row): rows[row].network
    }
  }

  /// The name of a row's teacher in results: its network or file, or the row whose student it is.
  func name(of teacher: TeacherOfRow) -> String {
    switch teacher {
    case .student(let row): return "'\(rows[row].name)'"
    case .trained(let index): return recipe.nameOfTeacher(index)
    }
  }

  /// A student before its training. Students of one seed, network and file start with the same weights,
  /// whatever their loss.
  func initialStudent(of row: Row, seed: UInt64) -> Model {
    var random = Random(seed: seed, "student", "weights")
    let fresh = row.network.initialWeights(using: &random)
    return Model(network: row.network, weights: row.start?.replacing(fresh) ?? fresh)
  }

  /// A teacher before its training.
  func initialTeacher(_ network: any Network, seed: UInt64) -> Model {
    var random = Random(seed: seed, "teacher", "weights")
    return Model(network: network, weights: network.initialWeights(using: &random))
  }
}
