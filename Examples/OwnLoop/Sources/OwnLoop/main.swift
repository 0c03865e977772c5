import Kindred

// The data, and what the teacher says of them, as plain numbers: 768 points, one row after another.
let data = Spirals(count: 768, seed: 1)
let points = Tensor(data.points, shape: [768, 2])
let teacherLogits = Tensor(data.teacherLogits, shape: [768, 3])
let teacherEmbedding = Tensor(data.teacherEmbedding, shape: [768, 3])

/// The student on some of the points. Its embedding has 8 numbers, the teacher's has 3.
func student(_ rows: [Int], _ w: [Tensor]) -> Outputs {
  let hidden = (points.rows(rows).matmul(w[0]) + w[1]).relu()
  let embedding = (hidden.matmul(w[2]) + w[3]).relu()
  return Outputs(
    ["embedding": embedding, "logits": embedding.matmul(w[4]) + w[5]],
    labels: rows.map { data.labels[$0] })
}

/// The teacher on these points.
func teacher(_ rows: [Int]) -> Outputs {
  ["embedding": teacherEmbedding.rows(rows), "logits": teacherLogits.rows(rows)]
}

// The student's weights: a matrix and a row of biases for each of three layers.
var random = Random(seed: 0, "weights")
var weights = [(2, 32), (32, 8), (8, 3)].flatMap { rows, columns in
  let scale = Tensor((2 / Double(rows)).squareRoot())
  return [scale * random.normal(shape: [rows, columns]), .zeros([1, columns])]
}

let loss = try LossGraph {
  CrossEntropy()
  0.9 * KD(temperature: 4)
  Ramp(to: 10, end: 0.2) { RKD(distance: 1, angle: 2) }
  100 * match(.embedding, by: .gram.rowNormalized, with: .meanSquare)
}

let steps = 1200
var optimizer = Adam(learningRate: 0.005)
for step in 0..<steps {
  let rows = Array(random.shuffled(0..<768).prefix(64))
  let moment = Moment(step, of: steps)
  let (_, gradients) = try valueWithGradient(at: weights) { w in
    try loss(student: student(rows, w), teacher: teacher(rows), at: moment).total
  }
  optimizer.step(&weights, gradients)
  if step % 200 == 0 {
    let result = try loss(student: student(rows, weights), teacher: teacher(rows), at: moment)
    print("step \(step): \(result)")
  }
}

// How much each term counts at the end: its share of the value, the length of its gradient, and
// whether it pulls the way that the whole loss does.
let all = Array(0..<768)
let end = Moment(steps, of: steps)
let balance = try loss.balance(student: student(all, weights), teacher: teacher(all), at: end)
for term in balance { print(term) }

let scores = try student(all, weights)["logits"].scalars
let right = all.count { point in
  let row = scores[3 * point..<3 * point + 3]
  return row.firstIndex(of: row.max() ?? 0) == 3 * point + data.labels[point]
}
print("accuracy: \(100 * right / all.count) %")
