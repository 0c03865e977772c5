import Testing

/// Expects a process that ended in a trap to have said this sentence.
func expect(
  _ sentence: String, of process: ExitTest.Result?,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let text = String(decoding: process?.standardErrorContent ?? [], as: UTF8.self)
  #expect(text.contains(sentence), sourceLocation: sourceLocation)
}
