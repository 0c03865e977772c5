#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A destination of text: standard output, standard error, or a test.
public struct TextStream: Sendable {
  /// Whether the text goes to a terminal.
  public let isTerminal: Bool

  /// The present width of the terminal in columns; `nil` if it is not a terminal or does not say.
  public let columns: @Sendable () -> Int?

  /// Writes the whole text. If the reader has gone away (`kindred list | head -1`), that is not an
  /// error: the text is dropped, and the command goes on to its own end and exit code.
  public let write: @Sendable (String) throws(CommandError) -> Void

  /// Makes a stream that writes with `write`. By default it is not a terminal.
  public init(
    isTerminal: Bool = false, columns: @escaping @Sendable () -> Int? = { nil },
    write: @escaping @Sendable (String) throws(CommandError) -> Void
  ) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.write = write
  }
}

extension TextStream {
  /// The standard output of the process.
  public static let standardOutput = TextStream(descriptor: 1, name: "standard output")
  /// The standard error of the process.
  public static let standardError = TextStream(descriptor: 2, name: "standard error")

  /// A file that is open for writing. Errors call it `name`.
  init(descriptor: Int32, name: String) {
    self.init(
      isTerminal: isatty(descriptor) == 1,
      columns: {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
      },
      write: { text throws(CommandError) in
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
          let count = rest.withUnsafeBytes { Self.write($0, to: descriptor) }
          if count >= 0 {
            rest = rest.dropFirst(count)
          } else if errno == EPIPE {
            return
          } else if errno == EAGAIN {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&waiting, 1, -1)
          } else if errno != EINTR {
            throw .cannotWrite(name, reason: String(cString: strerror(errno)))
          }
        }
      })
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
    #if canImport(Darwin)
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}
