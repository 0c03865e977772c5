/// Feature maps [examples, channels, height, width] in Double, for plain loops.
struct Maps {
  var shape: [Int]
  var numbers: [Double]

  init(_ shape: [Int], _ numbers: [Double]) { (self.shape, self.numbers) = (shape, numbers) }

  init(_ shape: [Int]) {
    self.init(shape, Array(repeating: 0, count: shape.reduce(1, *)))
  }

  func index(_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Int {
    ((n * shape[1] + c) * shape[2] + y) * shape[3] + x
  }
}

/// The sizes of a convolution, and the inputs that each output reads.
struct ConvolutionReference: Sendable, CustomStringConvertible {
  var examples, inputs, outputs, height, width: Int
  var kernel = 3
  var stride = 1
  var padding = 1

  var input: [Int] { [examples, inputs, height, width] }
  var weights: [Int] { [outputs, inputs, kernel, kernel] }
  var output: [Int] { [examples, outputs, length(height), length(width)] }

  var description: String { "\(input) by \(weights), stride \(stride), padding \(padding)" }

  private func length(_ side: Int) -> Int { (side + 2 * padding - kernel) / stride + 1 }

  /// Calls `body` with the indices of each output and of a weight and an input that are multiplied
  /// for it.
  func forEachProduct(_ body: (_ output: Int, _ weight: Int, _ input: Int) -> Void) {
    let (x, w, y) = (Maps(input), Maps(weights), Maps(output))
    for n in 0..<examples {
      for o in 0..<outputs {
        for r in 0..<output[2] {
          for c in 0..<output[3] {
            for i in 0..<inputs {
              for p in 0..<kernel {
                for q in 0..<kernel {
                  let (row, column) = (r * stride + p - padding, c * stride + q - padding)
                  guard 0..<height ~= row, 0..<width ~= column else { continue }
                  body(y.index(n, o, r, c), w.index(o, i, p, q), x.index(n, i, row, column))
                }
              }
            }
          }
        }
      }
    }
  }

  func callAsFunction(_ x: [Double], _ w: [Double]) -> [Double] {
    var y = Maps(output).numbers
    forEachProduct { y[$0] += w[$1] * x[$2] }
    return y
  }

  /// ∂L/∂x and ∂L/∂w from ∂L/∂y.
  func gradients(_ x: [Double], _ w: [Double], _ dy: [Double]) -> (x: [Double], w: [Double]) {
    var (dx, dw) = (Maps(input).numbers, Maps(weights).numbers)
    forEachProduct {
      dx[$2] += w[$1] * dy[$0]
      dw[$1] += x[$2] * dy[$0]
    }
    return (dx, dw)
  }
}

extension Maps {
  /// Applies `f` to each channel, with all its numbers at once.
  func mapChannels(_ f: (Int, [Double]) -> [Double]) -> [Double] {
    var result = numbers
    for c in 0..<shape[1] {
      let places = (0..<shape[0]).flatMap { n in
        (0..<shape[2] * shape[3]).map { index(n, c, 0, 0) + $0 }
      }
      for (place, number) in zip(places, f(c, places.map { numbers[$0] })) {
        result[place] = number
      }
    }
    return result
  }
}
