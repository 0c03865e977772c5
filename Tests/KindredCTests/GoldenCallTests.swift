import CKindred
import Distillation
import Goldens
import Tensors
import Testing

/// The C interface gives the references' losses and gradients, of whatever type and strides the arrays are.
@Suite struct GoldenCallTests {
  @Test(arguments: GoldenMethod.all)
  func callsGiveTheReference(_ method: GoldenMethod) throws {
    for golden in try GoldenFile.read(method.name).cases {
      for order in Given.Order.allCases {
        try expectReference(golden, method, KINDRED_FLOAT32, whole: KINDRED_INT64, order)
        try expectReference(golden, method, KINDRED_FLOAT64, whole: KINDRED_INT32, order)
      }
    }
  }

  private func expectReference(
    _ golden: GoldenCase, _ method: GoldenMethod, _ type: Int, whole: Int, _ order: Given.Order
  ) throws {
    func given(_ input: String, as name: String, _ type: Int) -> Given? {
      golden.inputs[input].map {
        Given(name, $0.data, shape: $0.shape, type: type, order: order)
      }
    }
    var call = Call(formula: try method.formula(golden))
    call.student = method.student.compactMap { given($0, as: $1, type) }
    call.student += ["weights", "mask"].compactMap {
      given($0, as: $0, type == KINDRED_FLOAT64 ? KINDRED_BOOL : whole)
    }
    call.teacher = method.teacher.compactMap { given($0, as: $1, type) }
    call.tensors = method.parameters.compactMap { given($0, as: $1, type) }
    call.labels = given("labels", as: "", whole)
    let gradients = try golden.students.map { input in
      let name = try #require(method.student[input] ?? method.parameters[input])
      let shape = try #require(golden.inputs[input]).shape
      return Given(
        name, Array(repeating: .nan, count: shape.reduce(1, *)), shape: shape, type: type,
        order: order)
    }
    let result = try call.evaluate(gradients)
    let found = Dictionary(uniqueKeysWithValues: gradients.map { ($0.name, $0.tensor) })
    try method.check(golden, value: result.value, gradients: found)
  }
}
