// The functions that evaluate a loss. The header says what each of them does.
// The names are the header's.

// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CKindred
import Distillation
import Tensors

/// The loss of a handle.
private func loss(_ handle: OpaquePointer?) throws -> LossHandle {
  guard let loss = object(handle, as: LossHandle.self) else {
    throw CallError.argument("the loss is a null pointer")
  }
  return loss
}

@c @implementation
public func kindred_evaluate(
  _ loss: OpaquePointer?, _ batch: UnsafePointer<kindred_batch>?,
  _ gradients: UnsafePointer<kindred_array>?, _ gradientCount: Int,
  _ result: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> kindred_status {
  result?.pointee = nil
  return attempt(error) {
    let loss = try KindredC.loss(loss)
    let batch = try CallBatch(batch, for: loss)
    let wanted = try Gradients(gradients, gradientCount, of: batch)
    let evaluation = try batch.evaluate(withGradients: !wanted.arrays.isEmpty)
    let terms = evaluation.terms.map { ResultHandle.Term(weight: $0.weight, value: $0.value) }
    let memory = evaluation.memory.sorted { $0.key < $1.key }.map {
      ResultHandle.OwnedTensor(name: $0.key, tensor: $0.value, isParameter: false, rate: 0)
    }
    try wanted.write(evaluation)
    result?.pointee = handle(
      to: ResultHandle(of: loss, value: evaluation.value, terms: terms, tensors: memory))
  }
}

@c @implementation
public func kindred_balance(
  _ loss: OpaquePointer?, _ batch: UnsafePointer<kindred_batch>?,
  _ result: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> kindred_status {
  result?.pointee = nil
  return attempt(error) {
    guard let result else { throw CallError.argument("the place for the result is a null pointer") }
    let loss = try KindredC.loss(loss)
    let batch = try CallBatch(batch, for: loss)
    let evaluation = try batch.evaluate(withGradients: false)
    let balances = try loss.graph.balance(
      student: batch.student, teacher: batch.teacher, at: batch.moment, state: batch.state())
    let terms = zip(evaluation.terms, balances).map { term, balance in
      ResultHandle.Term(weight: term.weight, value: term.value, balance: balance)
    }
    result.pointee = handle(to: ResultHandle(of: loss, terms: terms))
  }
}

@c @implementation
public func kindred_initial_tensors(
  _ loss: OpaquePointer?, _ batch: UnsafePointer<kindred_batch>?,
  _ result: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> kindred_status {
  result?.pointee = nil
  return attempt(error) {
    guard let result else { throw CallError.argument("the place for the result is a null pointer") }
    let loss = try KindredC.loss(loss)
    let batch = try CallBatch(batch, for: loss)
    _ = try batch.declaredTensors()
    let owned = try loss.graph.ownedTensors(
      student: batch.student, teacher: batch.teacher, seed: batch.seed)
    let ofParts = owned.map { tensor in
      let isParameter = tensor.declared.purpose == .parameter
      return ResultHandle.OwnedTensor(
        name: tensor.name, tensor: tensor.first, isParameter: isParameter,
        rate: isParameter ? tensor.declared.rate : 0)
    }
    let ofGroups = loss.graph.learnedWeights.sorted { $0.key < $1.key }.map {
      ResultHandle.OwnedTensor(name: $0.key, tensor: $0.value, isParameter: true, rate: 1)
    }
    result.pointee = handle(to: ResultHandle(of: loss, tensors: ofParts + ofGroups))
  }
}
