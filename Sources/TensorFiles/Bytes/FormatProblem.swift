/// A problem that a reader of one format finds. The caller knows the file, and the array in it, and
/// turns the problem into a public error that names them.
enum FormatProblem: Error, Equatable {
  /// The content contradicts itself or the format.
  case malformed(String)
  /// The content is sound, but of a kind that is not read or written here.
  case unsupported(found: String, possible: String)
}
