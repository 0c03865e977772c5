// Feature maps in plain order, N×C×H×W, as losses take them. Networks pack them: see Lanes.swift.

extension Tensor {
  /// N×C×H×W as N×C×(H·W): each channel's map as a row. Another rank traps.
  public var channelMaps: Tensor {
    require(rank == 4, "[channel maps] shape \(shape) is not N×C×H×W")
    return reshaped([shape[0], shape[1], shape[2] * shape[3]])
  }

  /// The means over windows that cover the maps evenly: N×C×H×W to N×C×h×w.
  ///
  /// Window i of h begins at pixel ⌊i·H/h⌋ and ends before ⌈(i + 1)·H/h⌉. If h does not divide H,
  /// neighbours share a pixel. Windows outside 1…H and 1…W trap.
  public func averagePooled(height h: Int, width w: Int) -> Tensor {
    require(
      rank == 4 && 1...max(shape[2], 1) ~= h && 1...max(shape[3], 1) ~= w,
      "[average pooling] shape \(shape) is not N×C×H×W with maps of at least \(h)×\(w)")
    let (height, width) = (shape[2], shape[3])
    guard (height, width) != (h, w) else { return self }
    let (rows, columns) = (averagingWindows(of: height, h), averagingWindows(of: width, w))
    // M[y·W + x, i·w + j] = 1/area if window (i, j) holds pixel (y, x), and 0 otherwise.
    let means = Tensor(shape: [height * width, h * w]) { means in
      means.initialize(repeating: 0)
      for (i, ys) in rows.enumerated() {
        for (j, xs) in columns.enumerated() {
          let share = 1 / Scalar(ys.count * xs.count)
          for y in ys {
            for x in xs { means[(y * width + x) * h * w + i * w + j] = share }
          }
        }
      }
    }
    return (reshaped([shape[0] * shape[1], height * width]) • means)
      .reshaped([shape[0], shape[1], h, w])
  }
}

/// `count` windows that cover `0..<length` evenly, for means.
package func averagingWindows(of length: Int, _ count: Int) -> [Range<Int>] {
  (0..<count).map { $0 * length / count..<(($0 + 1) * length + count - 1) / count }
}
