import CKernels

extension Tensor {
  /// Images cut into squares: N×C×H×W to N×T×(C·s·s), with T = H/s · W/s patches of s·s pixels, row
  /// by row. The numbers of a patch are those of its first channel, row by row, then of the next.
  ///
  /// It traps if the shape is another one, or if the side does not divide height and width.
  public func patches(side: Int) -> Tensor {
    require(
      rank == 4 && side > 0 && shape[2].isMultiple(of: side) && shape[3].isMultiple(of: side),
      "[patches] shape \(shape) is not N×C×H×W with sides that \(side) divides")
    let grid = PatchGrid(images: shape, side: side)
    return Tensor.operation(
      shape: [shape[0], grid.rows * grid.columns, grid.channels * side * side], inputs: [self]
    ) { y in
      grid.forEachLine { image, patch in
        (y + patch).update(from: pointer + image, count: side)
      }
    } pullback: { dy in
      [
        Tensor.constant(shape: grid.images) { dx in
          grid.forEachLine { image, patch in
            (dx + image).update(from: dy.pointer + patch, count: side)
          }
        }
      ]
    }
  }
}

/// Images and their patches.
private struct PatchGrid {
  /// N×C×H×W.
  let images: [Int]
  let side: Int

  var channels: Int { images[1] }
  var rows: Int { images[2] / side }
  var columns: Int { images[3] / side }

  /// Calls `body` with where each row of pixels of each patch begins in the images and in the patches.
  func forEachLine(_ body: (_ image: Int, _ patch: Int) -> Void) {
    let (width, pixels) = (images[3], images[1] * images[2] * images[3])
    Parallel.forEach(images[0], work: images[0] * pixels) { n in
      var patch = n * pixels
      for row in 0..<rows {
        for column in 0..<columns {
          for channel in 0..<channels {
            let start = n * pixels + (channel * images[2] + row * side) * width + column * side
            for line in 0..<side {
              body(start + line * width, patch)
              patch += side
            }
          }
        }
      }
    }
  }
}
