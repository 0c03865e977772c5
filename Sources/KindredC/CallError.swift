import CKindred
import Distillation

/// An error of a call: its status, and a sentence for whoever made the call.
struct CallError: Error {
  let status: kindred_status
  let message: String

  private init(_ status: Int, _ message: String) {
    (self.status, self.message) = (kindred_status(status), message)
  }

  /// An argument is wrong whatever the numbers are.
  static func argument(_ message: String) -> CallError {
    CallError(KINDRED_BAD_ARGUMENT, message)
  }

  /// The numbers are wrong.
  static func data(_ message: String) -> CallError { CallError(KINDRED_BAD_DATA, message) }

  /// A result is no finite number, or there is not enough memory.
  static func tooLarge(_ message: String) -> CallError { CallError(KINDRED_TOO_LARGE, message) }

  /// An error of a loss, in words that fit a call from C.
  init(_ error: any Error) {
    switch error {
    case let error as CallError: self = error
    case let error as DistillationError: self.init(error.status, error.inCall)
    default: self.init(KINDRED_BAD_ARGUMENT, "\(error)")
    }
  }
}

extension DistillationError {
  fileprivate var status: Int {
    switch self {
    case .inTerm(_, let error): error.status
    case .composition, .formula, .setting: KINDRED_BAD_FORMULA
    case .unequalLabels, .labelOutOfRange, .unfitSoftLabels: KINDRED_BAD_DATA
    case .unfitWeights(let found), .unfitMask(let found, _):
      found.hasPrefix("shape") ? KINDRED_BAD_ARGUMENT : KINDRED_BAD_DATA
    case .tooManyEntries, .tooMuchMemory: KINDRED_TOO_LARGE
    case .missingOutput, .missingLabels, .softLabels, .missingIndices, .missingMoment,
      .missingState,
      .unequalBatches, .tokens, .unequalShapes, .unfit, .unfitPicture, .noScalar, .noMean,
      .unfitState, .unknownName:
      KINDRED_BAD_ARGUMENT
    }
  }

  /// The description, without remedies that are written in Swift.
  fileprivate var inCall: String {
    switch self {
    case .inTerm(let term, .missingLabels(let part)) where term == part:
      DistillationError.missingLabels(term: part).inCall
    case .inTerm(let term, .missingIndices(let part)) where term == part:
      DistillationError.missingIndices(term: part).inCall
    case .inTerm(let term, .missingLabels(let part)):
      "\(term): \(DistillationError.missingLabels(term: part).inCall)"
    case .missingLabels(let term): DistillationError.needsLabels(term)
    case .missingIndices(let term):
      """
      '\(term)' remembers each example and needs its index in the data: give indices, or take a queue, \
      \(term)(memory: queue)
      """
    case .missingMoment(let terms):
      """
      \(quoted(terms)) \(terms.count == 1 ? "depends" : "depend") on the moment in training: give the \
      step and the progress
      """
    default: "\(self)"
    }
  }
}

/// Where a call writes the text of its error.
typealias ErrorText = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?

/// Does the work of a call. If it throws, the error's status is returned and its text is written.
func attempt(_ text: ErrorText, _ body: () throws -> Void) -> kindred_status {
  text?.pointee = nil
  do {
    try body()
    return kindred_status(KINDRED_OK)
  } catch {
    let error = CallError(error)
    text?.pointee = error.message.copiedForC()
    return error.status
  }
}

extension String {
  /// A copy that ends with a zero, for `UnsafeMutablePointer.deallocate()`.
  func copiedForC() -> UnsafeMutablePointer<CChar> {
    let bytes = utf8.count
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes + 1)
    for (offset, byte) in utf8.enumerated() { copy[offset] = CChar(bitPattern: byte) }
    copy[bytes] = 0
    return copy
  }

  /// A text of the caller; nothing if the pointer is null.
  ///
  /// - Throws: ``CallError`` if it is not UTF-8.
  init?(_ text: UnsafePointer<CChar>?, as what: @autoclosure () -> String) throws {
    guard let text else { return nil }
    guard let known = String(validatingCString: text) else {
      throw CallError.argument("\(what()) is not UTF-8")
    }
    self = known
  }
}
