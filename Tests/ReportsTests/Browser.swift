import Foundation

/// Debian's or another Chromium without a window. Over two pipes it is told what a person would do:
/// real sizes, schemes, keys and clicks.
///
/// It is a class, since it owns a process. The protocol:
/// https://chromedevtools.github.io/devtools-protocol.
final class Browser {
  static let path = ["chromium", "chromium-browser", "google-chrome"].lazy.flatMap { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map {
      "\($0)/\(name)"
    }
  }.first { FileManager.default.isExecutableFile(atPath: $0) }

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// The errors on the console: exceptions, refused addresses, and what the page itself wrote.
  private(set) var errors: [String] = []

  private let folder: URL
  private let process = Process()
  private let (commands, answers): (FileHandle, FileHandle)
  private var received = Data()
  private var last = 0
  private var session: String?

  /// Opens a page at a width, in the light or the dark scheme.
  init(_ html: String, width: Int, isDark: Bool = false) throws {
    guard let path = Self.path else { throw Failure(description: "there is no Chromium") }
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "kindred-report-\(UUID().uuidString)")
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let page = folder.appending(path: "report.html")
    try Data(html.utf8).write(to: page)
    let pipes = ["in", "out"].map { folder.appending(path: $0).path }
    for pipe in pipes where mkfifo(pipe, 0o600) != 0 {
      throw Failure(description: "no pipe at \(pipe)")
    }
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c", #"exec "$0" "$@" 3<"$PIPES/in" 4>"$PIPES/out""#, path, "--headless", "--no-sandbox",
      "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--remote-debugging-pipe",
      "--user-data-dir=\(folder.path)/profile", "about:blank",
    ]
    process.environment = ProcessInfo.processInfo.environment.merging(["PIPES": folder.path]) {
      $1
    }
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    // A browser that hangs is ended, and the test that waits for it fails.
    let identifier = process.processIdentifier
    DispatchQueue.global().asyncAfter(deadline: .now() + 120) { [weak process] in
      if process?.isRunning == true { kill(identifier, SIGKILL) }
    }
    commands = try FileHandle(forWritingTo: URL(filePath: pipes[0]))
    answers = try FileHandle(forReadingFrom: URL(filePath: pipes[1]))
    try open(page, width: width, isDark: isDark)
  }

  deinit {
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  private func open(_ page: URL, width: Int, isDark: Bool) throws {
    let targets = try send("Target.getTargets")["targetInfos"] as? [[String: Any]] ?? []
    let target = targets.first { $0["type"] as? String == "page" }?["targetId"] as? String
    let attached = try send(
      "Target.attachToTarget", ["targetId": target ?? "", "flatten": true])
    session = attached["sessionId"] as? String
    for domain in ["Page", "Runtime", "Log"] { try send(domain + ".enable") }
    try send(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500])
    let scheme = ["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]
    try send("Emulation.setEmulatedMedia", ["features": [scheme]])
    try send("Page.navigate", ["url": page.absoluteString])
    try receive { $0["method"] as? String == "Page.loadEventFired" }
  }

  /// The value of an expression, or of the promise that the expression is.
  func evaluate<Value: Decodable>(_ expression: String, as type: Value.Type = Value.self) throws
    -> Value
  {
    let answer = try send(
      "Runtime.evaluate",
      [
        "expression": "(async () => JSON.stringify(await (\(expression))))()",
        "awaitPromise": true, "returnByValue": true,
      ])
    let result = answer["result"] as? [String: Any] ?? [:]
    guard let text = result["value"] as? String else {
      throw Failure(description: "\(expression.prefix(100)): \(answer)")
    }
    return try JSONDecoder().decode([Value].self, from: Data("[\(text)]".utf8))[0]
  }

  func press(_ key: String) throws {
    let (code, text) =
      switch key {
      case "Tab": (9, "")
      case "Enter": (13, "\r")
      case "Escape": (27, "")
      case "ArrowLeft": (37, "")
      case "ArrowUp": (38, "")
      case "ArrowRight": (39, "")
      case "ArrowDown": (40, "")
      default: throw Failure(description: "no key \(key)")
      }
    for kind in ["keyDown", "keyUp"] {
      try send(
        "Input.dispatchKeyEvent",
        [
          "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code,
          "text": kind == "keyDown" ? text : "",
        ])
    }
  }

  /// Moves the pointer to the middle of an element, and clicks there.
  func point(at selector: String, clicking: Bool = false) throws {
    let place: [Double] = try evaluate(
      """
      (async () => {
        const element = document.querySelector(`\(selector)`);
        element.scrollIntoView({ block: "center" });
        for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
        const box = element.getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2];
      })()
      """)
    for kind in clicking ? ["mouseMoved", "mousePressed", "mouseReleased"] : ["mouseMoved"] {
      try send(
        "Input.dispatchMouseEvent",
        [
          "type": kind, "x": place[0], "y": place[1], "clickCount": 1,
          "button": kind == "mouseMoved" ? "none" : "left",
        ])
    }
  }

  @discardableResult
  private func send(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    last += 1
    let id = last
    var message: [String: Any] = ["id": id, "method": method, "params": parameters]
    if let session { message["sessionId"] = session }
    try commands.write(contentsOf: JSONSerialization.data(withJSONObject: message) + [0])
    let answer = try receive { $0["id"] as? Int == id }
    guard let result = answer["result"] as? [String: Any] else {
      throw Failure(description: "\(method): \(answer["error"] ?? answer)")
    }
    return result
  }

  /// Reads messages up to the expected one.
  @discardableResult
  private func receive(_ isExpected: ([String: Any]) -> Bool) throws -> [String: Any] {
    while true {
      while let end = received.firstIndex(of: 0) {
        let message = try JSONSerialization.jsonObject(with: received[..<end]) as? [String: Any]
        received = Data(received[received.index(after: end)...])
        guard let message else { continue }
        note(message)
        if isExpected(message) { return message }
      }
      // `availableData` would end the program if a signal comes while it waits.
      var more = [UInt8](repeating: 0, count: 65536)
      let count = read(answers.fileDescriptor, &more, more.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(description: "Chromium has ended") }
      received += more.prefix(count)
    }
  }

  private func note(_ message: [String: Any]) {
    let parameters = message["params"] as? [String: Any] ?? [:]
    let entry = parameters["entry"] as? [String: Any] ?? [:]
    switch message["method"] as? String {
    case "Runtime.exceptionThrown": errors.append("\(parameters)")
    case "Runtime.consoleAPICalled" where parameters["type"] as? String == "error":
      errors.append("\(parameters["args"] ?? "")")
    case "Log.entryAdded" where entry["level"] as? String == "error":
      errors.append("\(entry["text"] ?? entry)")
    default: break
    }
  }
}
