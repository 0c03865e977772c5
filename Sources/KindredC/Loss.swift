// The functions that make and describe a loss. The header says what each of them does.
// The names are the header's.

// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CKindred
import Distillation

@c @implementation
public func kindred_interface() -> Int32 { Int32(KINDRED_INTERFACE) }

@c @implementation
public func kindred_version() -> UnsafePointer<CChar>? {
  UnsafeRawPointer(version.utf8Start).assumingMemoryBound(to: CChar.self)
}

@c @implementation
public func kindred_error_destroy(_ error: UnsafeMutablePointer<CChar>?) { error?.deallocate() }

@c @implementation
public func kindred_loss_create(
  _ formula: UnsafePointer<CChar>?, _ loss: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> kindred_status {
  loss?.pointee = nil
  return attempt(error) {
    guard let loss else { throw CallError.argument("the place for the loss is a null pointer") }
    guard let formula = try String(formula, as: "the formula") else {
      throw CallError.argument("the formula is a null pointer")
    }
    loss.pointee = handle(to: try LossHandle(formula))
  }
}

@c @implementation
public func kindred_loss_destroy(_ loss: OpaquePointer?) { release(loss, as: LossHandle.self) }

@c @implementation
public func kindred_loss_needs(_ loss: OpaquePointer?) -> UInt32 {
  object(loss, as: LossHandle.self)?.needs ?? 0
}

/// The names of the outputs that a loss reads of one network.
private func outputNames(_ loss: OpaquePointer?, _ role: kindred_role) -> TextList? {
  let loss = object(loss, as: LossHandle.self)
  switch Int(role) {
  case KINDRED_STUDENT: return loss?.outputNames(of: .student)
  case KINDRED_TEACHER: return loss?.outputNames(of: .teacher)
  default: return nil
  }
}

@c @implementation
public func kindred_loss_output_count(_ loss: OpaquePointer?, _ role: kindred_role) -> Int {
  outputNames(loss, role)?.count ?? 0
}

@c @implementation
public func kindred_loss_output(
  _ loss: OpaquePointer?, _ role: kindred_role, _ index: Int
) -> UnsafePointer<CChar>? {
  outputNames(loss, role)?[index]
}

@c @implementation
public func kindred_loss_term_count(_ loss: OpaquePointer?) -> Int {
  object(loss, as: LossHandle.self)?.termNames.count ?? 0
}

@c @implementation
public func kindred_loss_term(_ loss: OpaquePointer?, _ index: Int) -> UnsafePointer<CChar>? {
  object(loss, as: LossHandle.self)?.termNames[index]
}

@c @implementation
public func kindred_loss_tensor_count(_ loss: OpaquePointer?) -> Int {
  object(loss, as: LossHandle.self)?.tensorNames.count ?? 0
}

@c @implementation
public func kindred_loss_tensor(
  _ loss: OpaquePointer?, _ index: Int, _ isParameter: UnsafeMutablePointer<Int32>?
) -> UnsafePointer<CChar>? {
  guard let loss = object(loss, as: LossHandle.self), let name = loss.tensorNames[index] else {
    return nil
  }
  isParameter?.pointee = loss.areParameters[index] ? 1 : 0
  return name
}
