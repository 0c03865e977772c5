import CKindred
import Testing

/// A call of the interface as a program in C makes it.
struct Call {
  /// The status and the text of an error.
  struct Failure: Error, Equatable {
    let status: Int
    let text: String
  }

  /// What a result says.
  struct Outcome {
    struct Term {
      let name: String
      let weight, value, share, norm, cosine: Double
    }
    struct Owned {
      let name: String
      let shape: [Int]
      let values: [Double]
      let isParameter: Bool
      let rate: Double
    }
    let value: Double
    let terms: [Term]
    let tensors: [Owned]
  }

  var formula: String
  var student: [Given] = []
  var teacher: [Given] = []
  var tensors: [Given] = []
  var labels, indices: Given?
  var moment: (step: Int64, progress: Double)?
  var seed: UInt64 = 0

  private typealias ErrorPlace = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private typealias Handle = UnsafeMutablePointer<OpaquePointer?>

  func evaluate(_ gradients: [Given] = []) throws -> Outcome {
    try call { loss, batch, result, error in
      gradients.map { $0.said }.withUnsafeBufferPointer {
        kindred_evaluate(loss, batch, $0.baseAddress, $0.count, result, error)
      }
    }
  }

  func balance() throws -> Outcome { try call { kindred_balance($0, $1, $2, $3) } }

  func initialTensors() throws -> Outcome { try call { kindred_initial_tensors($0, $1, $2, $3) } }

  private func call(
    _ body: (OpaquePointer?, UnsafePointer<kindred_batch>, Handle, ErrorPlace) -> kindred_status
  ) throws -> Outcome {
    let loss = try Self.loss(formula)
    defer { kindred_loss_destroy(loss) }
    return try result(of: loss, body)
  }

  /// The loss of a formula; the caller destroys it.
  static func loss(_ formula: String) throws -> OpaquePointer? {
    var (loss, error) = (OpaquePointer?.none, UnsafeMutablePointer<CChar>?.none)
    try check(kindred_loss_create(formula, &loss, &error), error)
    return loss
  }

  private static func check(_ status: kindred_status, _ error: UnsafeMutablePointer<CChar>?) throws
  {
    guard status != KINDRED_OK else { return #expect(error == nil) }
    defer { kindred_error_destroy(error) }
    throw Failure(status: Int(status), text: try String(cString: #require(error)))
  }

  private func result(
    of loss: OpaquePointer?,
    _ body: (OpaquePointer?, UnsafePointer<kindred_batch>, Handle, ErrorPlace) -> kindred_status
  ) throws -> Outcome {
    let arrays = [student, teacher, tensors].map { $0.map { $0.said } }
    return try arrays[0].withUnsafeBufferPointer { student in
      try arrays[1].withUnsafeBufferPointer { teacher in
        try arrays[2].withUnsafeBufferPointer { tensors in
          try [labels, indices].map { $0?.said ?? kindred_array() }.withUnsafeBufferPointer {
            others in
            var batch = kindred_batch()
            (batch.student, batch.student_count) = (student.baseAddress, student.count)
            (batch.teacher, batch.teacher_count) = (teacher.baseAddress, teacher.count)
            (batch.tensors, batch.tensor_count) = (tensors.baseAddress, tensors.count)
            batch.labels = labels == nil ? nil : others.baseAddress
            batch.indices = indices == nil ? nil : others.baseAddress.map { $0 + 1 }
            batch.seed = seed
            if let moment {
              (batch.has_moment, batch.step, batch.progress) = (1, moment.step, moment.progress)
            }
            var (result, error) = (OpaquePointer?.none, UnsafeMutablePointer<CChar>?.none)
            let status = body(loss, &batch, &result, &error)
            #expect((result == nil) == (status != KINDRED_OK))
            try Self.check(status, error)
            defer { kindred_result_destroy(result) }
            return Outcome(result)
          }
        }
      }
    }
  }
}

extension Call.Outcome {
  /// Reads all that a result says.
  fileprivate init(_ result: OpaquePointer?) {
    value = kindred_result_value(result)
    terms = (0..<kindred_result_term_count(result)).map { index in
      var term = kindred_term()
      #expect(kindred_result_term(result, index, &term) == KINDRED_OK)
      return Term(
        name: String(cString: term.name), weight: term.weight, value: term.value,
        share: term.share, norm: term.gradient_norm, cosine: term.cosine)
    }
    tensors = (0..<kindred_result_tensor_count(result)).map { index in
      var tensor = kindred_tensor()
      #expect(kindred_result_tensor(result, index, &tensor) == KINDRED_OK)
      let shape = (0..<Int(tensor.array.rank)).map { Int(tensor.array.shape[$0]) }
      let data = tensor.array.data.assumingMemoryBound(to: Float.self)
      return Owned(
        name: String(cString: tensor.array.name), shape: shape,
        values: (0..<shape.reduce(1, *)).map { Double(data[$0]) },
        isParameter: tensor.is_parameter == 1, rate: tensor.rate)
    }
  }
}
