// The functions that read a result. The header says what each of them does.
// The names are the header's.

// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CKindred

@c @implementation
public func kindred_result_destroy(_ result: OpaquePointer?) {
  release(result, as: ResultHandle.self)
}

@c @implementation
public func kindred_result_value(_ result: OpaquePointer?) -> Double {
  object(result, as: ResultHandle.self)?.value ?? .nan
}

@c @implementation
public func kindred_result_term_count(_ result: OpaquePointer?) -> Int {
  object(result, as: ResultHandle.self)?.terms.count ?? 0
}

@c @implementation
public func kindred_result_term(
  _ result: OpaquePointer?, _ index: Int, _ term: UnsafeMutablePointer<kindred_term>?
) -> kindred_status {
  guard let term, let known = object(result, as: ResultHandle.self)?.term(index) else {
    return kindred_status(KINDRED_BAD_ARGUMENT)
  }
  term.pointee = known
  return kindred_status(KINDRED_OK)
}

@c @implementation
public func kindred_result_tensor_count(_ result: OpaquePointer?) -> Int {
  object(result, as: ResultHandle.self)?.tensorCount ?? 0
}

@c @implementation
public func kindred_result_tensor(
  _ result: OpaquePointer?, _ index: Int, _ tensor: UnsafeMutablePointer<kindred_tensor>?
) -> kindred_status {
  guard let tensor, let known = object(result, as: ResultHandle.self)?.tensor(index) else {
    return kindred_status(KINDRED_BAD_ARGUMENT)
  }
  tensor.pointee = known
  return kindred_status(KINDRED_OK)
}
