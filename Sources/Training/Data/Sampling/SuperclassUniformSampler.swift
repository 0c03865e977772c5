package import Tensors

/// Superclass-uniform random sampling (SUR): every batch of b images has b/k superclasses, k images
/// of each, drawn as ``ClassUniformSampler`` draws from classes. Labels are ignored.
///
/// The superclasses are clusters of the teacher's features; see ``KMeans``.
///
/// B. Peng et al., Correlation Congruence for Knowledge Distillation, ICCV 2019, as reading notes
/// describe it.
package struct SuperclassUniformSampler: Sampler {
  /// The superclass of every image of the data set.
  package let superclasses: [Int]

  /// The number of images of each superclass, k; it divides the size of the batches.
  package let each: Int

  package init(superclasses: [Int], each: Int = 4) {
    require(each > 0, "[sampler] \(each) images of each superclass")
    (self.superclasses, self.each) = (superclasses, each)
  }

  package func batches(of data: ImageDataSet, size: Int, using random: inout Random) -> [[Int]] {
    require(
      superclasses.count == data.count,
      "[sampler] \(superclasses.count) superclasses of \(data.count) images")
    var groups = GroupDraws(of: superclasses)
    return (0..<Self.batchCount(of: data.count, size: size)).map { _ in
      groups.batch(of: size, each: each, using: &random)
    }
  }
}
