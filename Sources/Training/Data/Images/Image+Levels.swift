import Tensors

extension Image {
  /// Multiplies every level by `factor`.
  package mutating func brighten(by factor: Double) {
    replaceLevels { UInt8(level: factor * Double($0)) }
  }

  /// Multiplies the difference of every level from the mean by `factor`. The mean is that of the
  /// whole image, which for three channels is taken in grey.
  package mutating func contrast(by factor: Double) {
    guard !pixels.isEmpty else { return }
    let levels = isColoured ? grey : pixels
    let mean = Double(levels.reduce(0) { $0 + Int($1) }) / Double(levels.count)
    replaceLevels { UInt8(level: mean + factor * (Double($0) - mean)) }
  }

  /// Multiplies the difference of every pixel of three channels from its grey level by `factor`.
  /// Images of other numbers of channels stay as they are.
  package mutating func saturate(by factor: Double) {
    guard isColoured else { return }
    let grey = grey
    for plane in planes {
      for (pixel, grey) in zip(plane, grey) {
        let grey = Double(grey)
        pixels[pixel] = UInt8(level: grey + factor * (Double(pixels[pixel]) - grey))
      }
    }
  }

  /// Whether the channels are red, green and blue.
  private var isColoured: Bool { shape.channels == 3 }

  /// The grey level of every pixel of three channels: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601),
  /// rounded as Pillow does in whole numbers.
  private var grey: [UInt8] {
    let n = shape.plane
    return (0..<n).map { i in
      let sum =
        19_595 * Int(pixels[i]) + 38_470 * Int(pixels[n + i]) + 7_471 * Int(pixels[2 * n + i])
      return UInt8((sum + 0x8000) >> 16)
    }
  }

  /// Keeps the first `bits` of the eight bits of each level.
  package mutating func posterize(bits: Int) {
    require((0...8).contains(bits), "[posterize] \(bits) bits of 8")
    let mask = UInt8(truncatingIfNeeded: 0xff << (8 - bits))
    replaceLevels { $0 & mask }
  }

  /// Inverts the levels that are `threshold` or more.
  package mutating func solarize(from threshold: Double) {
    replaceLevels { Double($0) >= threshold ? 255 - $0 : $0 }
  }

  /// Stretches the levels of each channel so that the darkest becomes 0 and the lightest 255. A
  /// channel of a single level stays as it is.
  package mutating func stretchContrast() {
    for plane in planes {
      guard let darkest = pixels[plane].min(), let lightest = pixels[plane].max(),
        darkest < lightest
      else { continue }
      replaceLevels(of: plane) { level in
        guard level > darkest else { return 0 }
        return UInt8(level: Double(level - darkest) * 255 / Double(lightest - darkest))
      }
    }
  }

  /// Spreads the levels of each channel so that each range of them is about equally frequent; the
  /// darkest becomes 0. The rule is that of Pillow's `ImageOps.equalize`, in whole numbers: a level
  /// becomes the number of pixels darker than it, plus half a step, divided by a step. A step is
  /// 1/255 of the number of pixels that do not have the lightest level. If a step is less than one
  /// pixel, the channel stays as it is.
  package mutating func equalize() {
    for plane in planes {
      var counts = [Int](repeating: 0, count: 256)
      for level in pixels[plane] { counts[Int(level)] += 1 }
      guard let lightest = counts.lastIndex(where: { $0 > 0 }) else { continue }
      let step = (plane.count - counts[lightest]) / 255
      guard step > 0 else { continue }
      var table: [UInt8] = []
      var darker = step / 2
      for count in counts {
        table.append(UInt8(min(darker / step, 255)))
        darker += count
      }
      replaceLevels(of: plane) { table[Int($0)] }
    }
  }

  /// Multiplies the difference of every inner pixel from a smoothed image by `factor`. The smoothed
  /// image is the mean of 3×3 pixels, in which the middle one counts five times. Pixels at the
  /// border stay.
  package mutating func sharpen(by factor: Double) {
    guard height > 2, width > 2 else { return }
    let source = pixels
    for plane in planes {
      for row in 1..<height - 1 {
        for column in 1..<width - 1 {
          let middle = plane.lowerBound + row * width + column
          var sum = 4 * Int(source[middle])
          for neighbour in stride(from: middle - width, through: middle + width, by: width) {
            sum += Int(source[neighbour - 1]) + Int(source[neighbour]) + Int(source[neighbour + 1])
          }
          let smooth = Double(sum) / 13
          pixels[middle] = UInt8(level: smooth + factor * (Double(source[middle]) - smooth))
        }
      }
    }
  }

  /// Replaces every level of all channels, or of one.
  private mutating func replaceLevels(
    of plane: Range<Int>? = nil, _ change: (UInt8) -> UInt8
  ) {
    let table = (UInt8.min...UInt8.max).map(change)
    for index in plane ?? pixels.indices { pixels[index] = table[Int(pixels[index])] }
  }
}
