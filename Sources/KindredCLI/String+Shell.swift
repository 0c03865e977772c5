extension String {
  /// The text as one word of a shell, in quotes.
  var shellQuoted: String { "'" + replacing("'", with: "'\\''") + "'" }

  /// The text as one would type it in a shell: in quotes only if it needs them.
  var shellWord: String {
    wholeMatch(of: /[A-Za-z0-9_.,:\/=@%+-]+/) != nil ? self : shellQuoted
  }
}
