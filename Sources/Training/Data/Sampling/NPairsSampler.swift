package import Tensors

/// The batches of metric learning in RKD. Classes come in random order, and each gives min(m, its
/// size) random images, until the batch is full; the last class may give fewer.
///
/// If all classes together give fewer images than the size of a batch, the batch has only those. An
/// epoch has as many batches as one of ``UniformSampler``. Every batch is drawn anew.
///
/// W. Park et al., Relational Knowledge Distillation, CVPR 2019: `NPairs` in the authors' code.
package struct NPairsSampler: Sampler {
  /// The largest number of images of each class in a batch, m.
  package let each: Int

  package init(each: Int = 5) {
    require(each > 0, "[sampler] \(each) images of each class")
    self.each = each
  }

  package func batches(of data: ImageDataSet, size: Int, using random: inout Random) -> [[Int]] {
    var members = [[Int]](repeating: [], count: data.classes.count)
    for (index, label) in data.labels.enumerated() { members[Int(label)].append(index) }
    return (0..<Self.batchCount(of: data.count, size: size)).map { _ in
      var batch: [Int] = []
      for label in random.shuffled(members.indices) where batch.count < size {
        // Only the first images of a shuffled class are needed, so the rest is not shuffled.
        for place in 0..<min(each, members[label].count) {
          members[label].swapAt(
            place, random.integer(in: place...members[label].count - 1))
          batch.append(members[label][place])
        }
      }
      return Array(batch.prefix(size))
    }
  }
}
