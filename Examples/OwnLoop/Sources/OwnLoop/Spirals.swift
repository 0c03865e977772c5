import Foundation
import Kindred

/// Points on three spirals, and what a teacher says of them.
///
/// The teacher stands for any model of another framework: it gives arrays of numbers, one row after
/// another. Here it is a formula that knows how spirals wind.
struct Spirals {
  /// x and y of each point.
  var points: [Float] = []
  /// The spiral of each point, from 0.
  var labels: [Int] = []
  /// The teacher's scores of the three spirals for each point.
  var teacherLogits: [Float] = []
  /// The teacher's features of each point: how far along the spiral it is, and on which side.
  var teacherEmbedding: [Float] = []

  init(count: Int, seed: UInt64) {
    var random = Random(seed: seed, "spirals")
    let third = 2 * Float.pi / 3
    for index in 0..<count {
      let label = index % 3
      let radius = random.uniform(in: 0.1..<1)
      let phase = Float(label) * third + 0.2 * random.normal()
      let angle = phase + 5 * radius
      points += [radius * cos(angle), radius * sin(angle)]
      labels.append(label)
      teacherLogits += (0..<3).map { 6 * cos(phase - Float($0) * third) }
      teacherEmbedding += [2 * cos(phase), 2 * sin(phase), radius]
    }
  }
}
