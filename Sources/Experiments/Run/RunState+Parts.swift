import Training

extension RunState {
  /// What this state has of one learner.
  func only(_ learner: Learner) -> RunState {
    var part = RunState()
    part.teachers = teachers.filter { $0.learner == learner }
    part.students = students.filter { $0.learner == learner }
    part.teachingStudents[learner] = teachingStudents[learner]
    if current?.learner == learner { part.current = current }
    return part
  }

  /// Adds the trainings that have ended in another state.
  mutating func add(_ other: RunState) {
    teachers += other.teachers.filter { !isFinished($0.learner) }
    students += other.students.filter { !isFinished($0.learner) }
    teachingStudents.merge(other.teachingStudents) { known, _ in known }
  }

  /// The state as a run that trains one learner after the other has it.
  func sorted(for experiment: Experiment) -> RunState {
    let learners = experiment.learners
    let places = Dictionary(uniqueKeysWithValues: learners.enumerated().map { ($1, $0) })
    func place(_ learner: Learner) -> Int { places[learner] ?? learners.count }
    var sorted = self
    sorted.teachers.sort { place($0.learner) < place($1.learner) }
    sorted.students.sort { place($0.learner) < place($1.learner) }
    return sorted
  }
}
