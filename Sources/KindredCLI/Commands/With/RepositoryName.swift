/// The last part of a path or a URL, without `.git`, in characters that any file system takes. SwiftPM
/// calls a package so that is at a URL.
func repositoryName(of place: String) -> String {
  let last = place.split { $0 == "/" || $0 == ":" }.last.map { String($0) } ?? ""
  let stem = last.hasSuffix(".git") ? String(last.dropLast(4)) : last
  let name = stem.map { character in
    character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
      ? character : "-"
  }
  return name.allSatisfy { $0 == "." } ? "package" : String(name)
}
