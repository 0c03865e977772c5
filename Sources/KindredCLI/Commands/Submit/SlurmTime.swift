/// How long a job of Slurm may take, in one of the forms that Slurm reads.
struct SlurmTime: ArgumentValue, CustomStringConvertible {
  /// The time as it was given.
  let description: String

  /// A job is told to stop up to two minutes before its time is over, and is to have done something by then.
  private static let leastMinutes = 5

  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = (parts.last ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, (parts.dropLast() + numbers).allSatisfy(Self.isNumber) else {
      return nil
    }
    let values = numbers.compactMap { Double($0) }
    // With days, hours come first; without, a number is of minutes, and two are minutes and seconds.
    let minutes: Double
    switch (parts.count, values.count) {
    case (2, 1...3), (1, 3):
      minutes = zip(values, [60, 1, 1.0 / 60]).reduce(0) { $0 + $1.0 * $1.1 }
    case (1, 1...2): minutes = zip(values, [1, 1.0 / 60]).reduce(0) { $0 + $1.0 * $1.1 }
    default: return nil
    }
    let days = parts.count == 2 ? Double(parts[0]) ?? 0 : 0
    guard days * 1440 + minutes >= Double(Self.leastMinutes) else { return nil }
    description = argument
  }

  private static func isNumber(_ text: Substring) -> Bool {
    (1...6).contains(text.count) && text.allSatisfy { $0.isASCII && $0.isNumber }
  }

  static var expectation: String {
    "a time of \(leastMinutes) minutes or more as Slurm writes it: 90, 4:00:00 or 2-12:00:00"
  }
}
