import Experiments
import Reports
import Training

extension MetricsFile.Learner {
  /// The seconds that the learner's training took.
  var seconds: Double { epochs.values.reduce(0) { $0 + $1.seconds } }

  /// The events of a training that began this many seconds after the run.
  func events(from start: Double) -> EventFile {
    var file = EventFile()
    var seconds = start
    for (number, epoch) in epochs.sorted(by: { $0.key < $1.key }) {
      seconds += epoch.seconds
      var scalars = [
        (tag: "loss", value: epoch.loss), ("rate", epoch.rate),
      ]
      if let accuracy = epoch.accuracy { scalars.insert(("accuracy", accuracy), at: 1) }
      for term in epoch.terms {
        // A number that an epoch does not have is left out: the term's weight may have been 0
        // throughout.
        for (tag, value) in [
          ("terms", term.value), ("weight", term.weight),
          ("weighted", term.value.map { term.weight * $0 }), ("share", term.share),
          ("gradientNorm", term.gradientNorm), ("cosine", term.cosine),
        ] {
          if let value { scalars.append(("\(tag)/\(term.name)", value)) }
        }
      }
      file.append(step: number, seconds: seconds, scalars: scalars)
    }
    return file
  }
}
