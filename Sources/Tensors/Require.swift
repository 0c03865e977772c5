/// Traps with a message if a condition does not hold. Other than `precondition`, it says the message
/// in a build for release as well, which is what most programs are.
@inline(__always)
package func require(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { fatalError(message(), file: file, line: line) }
}
