/// The name of an output of a network, and the view of the images that it belongs to.
///
///     OutputName("stage2")              // of the images themselves
///     OutputName("logits@virtual")      // of their second view
///
/// `lastStage` stands for the last stage, whatever its number.
public struct OutputName: Hashable, Sendable {
  /// The name that the network has for it.
  public let base: String

  /// The view; `nil` for the images themselves.
  public let view: String?

  /// Reads a name as formulas and files write it: `logits`, or `logits@virtual` with a view.
  public init(_ text: String) {
    guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else {
      (base, view) = (text, nil)
      return
    }
    (base, view) = (String(text[..<at]), String(text[text.index(after: at)...]))
  }

  /// The same output of another view; `nil` is the images themselves.
  public func of(view: String?) -> OutputName { OutputName(base: base, view: view) }

  private init(base: String, view: String?) { (self.base, self.view) = (base, view) }

  /// The last stage, whatever its number.
  public static let lastStage = OutputName("lastStage")

  /// The name of the second, augmented view of the images.
  public static let virtualView = "virtual"
}

extension OutputName {
  /// Whether formulas write it without `output(…)`: `logits`, `embedding`, `stage2`, `lastStage`.
  var isUsual: Bool {
    ["logits", "embedding", OutputName.lastStage.base].contains(base)
      || Self.stage(base).map { $0 > 0 } == true
  }

  /// The name of the output among those that there are. The last stage has its own name there, or `nil`
  /// if no stage is among them.
  package func resolved(among names: some Sequence<String>) -> String? {
    // A stage of another view or teacher has more in its name than a number.
    guard view != nil else {
      return base == Self.lastStage.base ? Self.lastStage(among: names) : base
    }
    guard withoutTeacher == .lastStage else { return description }
    let own = names.map { OutputName($0) }.filter { $0.teacher == teacher }
    return Self.lastStage(among: own.map { "\($0.withoutTeacher)" }).map {
      "\(OutputName($0).of(teacher))"
    }
  }

  /// The name of the last stage among these; `nil` if there is none.
  package static func lastStage(among names: some Sequence<String>) -> String? {
    var last: (number: Int, name: String)?
    for name in names {
      guard let number = stage(name), number > last?.number ?? -1 else { continue }
      last = (number, name)
    }
    return last?.name
  }

  /// `'logits'`, or `the last stage`.
  package var inWords: String { self == .lastStage ? "the last stage" : "'\(self)'" }

  /// The number of a stage, `nil` if the name is another.
  private static func stage(_ name: String) -> Int? {
    let (start, digits) = ("stage".utf8, name.utf8.dropFirst(5))
    guard name.utf8.starts(with: start), 1...9 ~= digits.count else { return nil }
    var number = 0
    for digit in digits {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
      number = 10 * number + Int(digit - UInt8(ascii: "0"))
    }
    return number
  }
}

extension OutputName: CustomStringConvertible {
  /// The name as formulas and files write it.
  public var description: String { view.map { "\(base)@\($0)" } ?? base }
}

extension OutputName: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self.init(text) }
}

extension OutputName: Comparable {
  public static func < (a: OutputName, b: OutputName) -> Bool { "\(a)" < "\(b)" }
}
