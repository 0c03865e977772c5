import Distillation
import Foundation
import TensorFiles
import Tensors
public import Training

/// The trained students in a folder that a run has written.
public struct TrainedStudents: Sendable {
  /// The recipe of the run.
  public let recipe: Recipe
  /// The results of the run; `nil` if it has not ended.
  public let results: Results?
  private let folder: ResultsFolder
  private let networks: Networks

  /// A trained student: its row, its seed, and the network with its input and classes.
  public struct Student: Sendable {
    /// The row's name.
    public let row: String
    /// The seed.
    public let seed: UInt64
    /// The network, what it reads, and its classes.
    public let trained: TrainedModel
  }

  /// The students in a folder, which are among the networks that have names.
  ///
  /// - Throws: ``ExperimentError/noRun(_:)`` if there is no run in the folder;
  ///   ``ExperimentError/results(problem:)`` if its files are damaged.
  public init(in path: String, of networks: Networks = .standard) throws {
    self.networks = networks
    folder = try ResultsFolder(path, ifThere: .resume)
    guard folder.exists("recipe.json") else { throw ExperimentError.noRun(path) }
    recipe = try folder.read("recipe.json") { try Recipe.read($0) }
    results = folder.exists("results.json") ? try folder.read("results.json", Results.read) : nil
  }

  /// A student.
  ///
  /// - Parameters:
  ///   - row: The row's name; `nil` if there is one row alone.
  ///   - seed: The seed; `nil` for the first for which there is a student.
  /// - Returns: The student.
  /// - Throws: ``ExperimentError/student(problem:)`` if there is no such row or seed, or if the student
  ///   diverged or is not trained yet; the errors of reading its file.
  public func student(row: String?, seed: UInt64? = nil) throws -> Student {
    let name = try self.name(of: row)
    guard let seed else {
      guard let first = recipe.seeds.first(where: { isThere(name, $0) }) else {
        throw missing(name, recipe.seeds[0])
      }
      return try student(row: name, seed: first)
    }
    guard recipe.seeds.contains(seed) else {
      let seeds = recipe.seeds.map { "\($0)" }.joined(separator: ", ")
      throw ExperimentError.student(
        problem: "'\(folder.path.visible)' has no students of seed \(seed); its seeds are \(seeds)")
    }
    guard isThere(name, seed) else { throw missing(name, seed) }
    let path = path(name, seed)
    return Student(row: name, seed: seed, trained: try Checkpoint.read(path, of: networks))
  }

  /// All students of a row, or of every row.
  ///
  /// - Throws: The errors of ``student(row:seed:)``, and ``ExperimentError/student(problem:)`` if there is
  ///   none.
  public func all(row: String?, seed: UInt64?) throws -> [Student] {
    let rows = try row.map { [try name(of: $0)] } ?? recipe.rows.map { $0.name }
    if let seed { return try rows.map { try student(row: $0, seed: seed) } }
    let found = try rows.flatMap { row in
      try recipe.seeds.filter { isThere(row, $0) }.map { try student(row: row, seed: $0) }
    }
    guard !found.isEmpty else { throw missing(rows[0], recipe.seeds[0]) }
    return found
  }

  private func name(of row: String?) throws -> String {
    let names = recipe.rows.map { $0.name }
    guard let row else {
      guard names.count == 1 else {
        throw ExperimentError.student(
          problem: "'\(folder.path.visible)' has several rows; \(choices(names))")
      }
      return names[0]
    }
    guard names.contains(row) else {
      let hint = suggestion(for: row, in: names).visible
      throw ExperimentError.student(
        problem: "'\(folder.path.visible)' has no row '\(row.visible)'\(hint); \(choices(names))")
    }
    return row
  }

  private func path(_ row: String, _ seed: UInt64) -> String {
    folder.path(of: .student(row: row, seed: seed), in: recipe)
  }

  private func isThere(_ row: String, _ seed: UInt64) -> Bool {
    divergence(row, seed) == nil && FileManager.default.fileExists(atPath: path(row, seed))
  }

  private func divergence(_ row: String, _ seed: UInt64) -> Results.Divergence? {
    results?.rows.first { $0.name == row }?.divergences?.first { $0.seed == seed }
  }

  /// Why there is no such student.
  private func missing(_ row: String, _ seed: UInt64) -> any Error {
    if let divergence = divergence(row, seed) {
      return ExperimentError.student(
        problem: """
          there is no student of '\(row.visible)' with seed \(seed), because it diverged: \
          \(divergence.problem)
          """)
    }
    guard results != nil else {
      return ExperimentError.student(
        problem: """
          the student of '\(row.visible)' with seed \(seed) is not trained yet: the run in \
          '\(folder.path.visible)' has not ended
          """)
    }
    return FileError.missing(file: path(row, seed))
  }
}
