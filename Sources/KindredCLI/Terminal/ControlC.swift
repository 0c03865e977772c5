import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Handles Ctrl-C and the signal TERM. They end the process with exit code 130, either at once or
/// when the command is ready.
public enum ControlC {
  /// Installs the handler: from now on either signal ends the process with exit code 130.
  public static func install() {
    statusIsShown = false  // Makes the global values now, because the handler must not.
    // The process inherits blocked signals from the one that started it.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      signal(number, handleControlC)
      sigaddset(&signals, number)
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Runs `body` and holds back the first Ctrl-C.
  ///
  /// The first one only makes `isPressed` true, so that the body can stop at a point where its
  /// files are whole and throw ``CommandError/interrupted``. A second Ctrl-C ends the process. A second TERM
  /// does not: a scheduler may send it to a script, which passes it on, and to the script's processes.
  public static func held<Result>(
    during body: (_ isPressed: @escaping @Sendable () -> Bool) throws -> Result
  ) rethrows -> Result {
    state.isPressed.store(false, ordering: .relaxed)
    state.isHeld.store(true, ordering: .relaxed)
    defer { state.isHeld.store(false, ordering: .relaxed) }
    return try body { state.isPressed.load(ordering: .relaxed) }
  }

  /// Whether the cursor is at the end of a status line that the handler has to leave.
  static var statusIsShown: Bool {
    get { state.statusIsShown.load(ordering: .relaxed) }
    set { state.statusIsShown.store(newValue, ordering: .relaxed) }
  }

  /// A signal handler captures nothing, so everything that it reads must be global.
  fileprivate static let state = State()

  fileprivate struct State: ~Copyable {
    let isHeld = Atomic(false)
    let isPressed = Atomic(false)
    let statusIsShown = Atomic(false)
  }
}

/// Does only what is allowed in a signal handler.
private func handleControlC(_ signal: Int32) {
  if ControlC.state.isHeld.load(ordering: .relaxed),
    !ControlC.state.isPressed.exchange(true, ordering: .relaxed) || signal == SIGTERM
  {
    return
  }
  if ControlC.state.statusIsShown.load(ordering: .relaxed) { _ = write(2, "\n", 1) }
  _exit(ExitCode.interrupted.rawValue)
}
