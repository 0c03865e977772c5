import Foundation

// libFuzzer owns `main` and calls these two.

/// Looks up the reader that the environment variable `FUZZ_TARGET` names.
@c(LLVMFuzzerInitialize)
public func initialize(
  _ count: UnsafeMutablePointer<Int32>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> Int32 {
  _ = target
  return 0
}

/// Gives the reader one input.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  target.read([UInt8](UnsafeBufferPointer(start: start, count: count)))
  return 0
}

private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    let names = FuzzTarget.all.map { $0.name }.joined(separator: ", ")
    print("FUZZ_TARGET is '\(name)', and must be one of \(names)")
    exit(64)
  }
  return target
}()
