import Experiments
import Training

/// The parameters that choose one trained student.
struct StudentArguments {
  let folder = Parameter<String>.argument(
    "DIR", completion: .folders, "A folder that 'kindred run' has written.")
  let row = Parameter<String?>.option(
    "row", "NAME", "The row of the student. Without it, the only one.")
  let seed = Parameter<UInt64?>.option(
    "seed", "N", "The seed of the student. Without it, the first.")

  var all: [any AnyParameter] { [folder, row, seed] }

  /// The run in the folder, and the student.
  func chosen(
    _ arguments: Arguments, of networks: Networks
  ) throws -> (run: TrainedStudents, student: TrainedStudents.Student) {
    let run = try TrainedStudents(in: arguments[folder], of: networks)
    return (run, try run.student(row: arguments[row], seed: arguments[seed]))
  }
}
