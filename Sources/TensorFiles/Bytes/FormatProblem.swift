/// What a reader of one format finds wrong. Whoever knows the file, and the array in it, turns this
/// into a public error that names them.
enum FormatProblem: Error, Equatable {
  /// The content contradicts itself or the format.
  case malformed(String)
  /// The content is sound, but of a kind that is not read or written here.
  case unsupported(found: String, possible: String)
}
