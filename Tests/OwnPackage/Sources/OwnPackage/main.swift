import Kindred

let logits: [Float] = [1, 2, 3, 5, 2, 1]
let student = Outputs(
  [
    "logits": Tensor(logits, shape: [3, 2]),
    "embedding": Tensor([1, 0, 0, 2, 1, 1], shape: [3, 2]),
  ], labels: [1, 0, 1])
let teacher: Outputs = [
  "logits": Tensor([1, 2, 3, 4, 2, 0], shape: [3, 2]),
  "embedding": [[1, 0, 2], [0, 1, 1], [3, 1, 0]],
]

let loss = try LossGraph {
  CrossEntropy()
  0.9 * KD(temperature: 4)
  RKD(distance: 25, angle: 50)
  2 * match(.embedding, by: .distances.dividedByMean, with: .huber)
}
print(loss)
print(try loss.evaluate(student: student, teacher: teacher))

let moving = try LossGraph {
  Ramp(to: 25) { RKD.Distance(tuples: 2) }
}
do {
  print(try moving.evaluate(student: student, teacher: teacher))
} catch {
  print("refused: \(error)")
}
print(try moving.evaluate(student: student, teacher: teacher, at: Moment(1, of: 2)))
