import Tensors

extension GreyImage {
  /// Multiplies every grey level by `factor`.
  package mutating func brighten(by factor: Double) {
    replaceLevels { UInt8(level: factor * Double($0)) }
  }

  /// Multiplies the difference of every grey level from the mean by `factor`.
  package mutating func contrast(by factor: Double) {
    guard !pixels.isEmpty else { return }
    let mean = Double(pixels.reduce(0) { $0 + Int($1) }) / Double(pixels.count)
    replaceLevels { UInt8(level: mean + factor * (Double($0) - mean)) }
  }

  /// Keeps the first `bits` of the eight bits of each grey level.
  package mutating func posterize(bits: Int) {
    require((0...8).contains(bits), "[posterize] \(bits) bits of 8")
    let mask = UInt8(truncatingIfNeeded: 0xff << (8 - bits))
    replaceLevels { $0 & mask }
  }

  /// Inverts the grey levels that are `threshold` or more.
  package mutating func solarize(from threshold: Double) {
    replaceLevels { Double($0) >= threshold ? 255 - $0 : $0 }
  }

  /// Stretches the grey levels so that the darkest becomes black and the lightest white. An image
  /// of a single level stays as it is.
  package mutating func stretchContrast() {
    guard let darkest = pixels.min(), let lightest = pixels.max(), darkest < lightest else {
      return
    }
    replaceLevels { level in
      guard level > darkest else { return 0 }
      return UInt8(level: Double(level - darkest) * 255 / Double(lightest - darkest))
    }
  }

  /// Spreads the grey levels so that each range of them is about equally frequent; the darkest
  /// becomes black. The rule is that of Pillow's `ImageOps.equalize`, in whole numbers: a level
  /// becomes the number of pixels darker than it, plus half a step, divided by a step. A step is
  /// 1/255 of the number of pixels that do not have the lightest level. If a step is less than one
  /// pixel, the image stays as it is.
  package mutating func equalize() {
    guard let lightest = pixels.max() else { return }
    var counts = [Int](repeating: 0, count: 256)
    for level in pixels { counts[Int(level)] += 1 }
    let step = (pixels.count - counts[Int(lightest)]) / 255
    guard step > 0 else { return }
    var table: [UInt8] = []
    var darker = step / 2
    for count in counts {
      table.append(UInt8(min(darker / step, 255)))
      darker += count
    }
    replaceLevels { table[Int($0)] }
  }

  /// Multiplies the difference of every inner pixel from a smoothed image by `factor`. The smoothed
  /// image is the mean of 3×3 pixels, in which the middle one counts five times. Pixels at the
  /// border stay.
  package mutating func sharpen(by factor: Double) {
    guard height > 2, width > 2 else { return }
    let source = pixels
    for row in 1..<height - 1 {
      for column in 1..<width - 1 {
        let middle = row * width + column
        var sum = 4 * Int(source[middle])
        for neighbour in stride(from: middle - width, through: middle + width, by: width) {
          sum += Int(source[neighbour - 1]) + Int(source[neighbour]) + Int(source[neighbour + 1])
        }
        let smooth = Double(sum) / 13
        pixels[middle] = UInt8(level: smooth + factor * (Double(source[middle]) - smooth))
      }
    }
  }

  private mutating func replaceLevels(_ change: (UInt8) -> UInt8) {
    let table = (UInt8.min...UInt8.max).map(change)
    for index in pixels.indices { pixels[index] = table[Int(pixels[index])] }
  }
}
