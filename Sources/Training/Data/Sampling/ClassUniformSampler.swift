package import Tensors

/// Class-uniform random sampling (CUR): every batch of b images has b/k classes, k images of each.
///
/// Each batch draws its classes anew, all being equally likely. If b/k exceeds the number of
/// classes, the classes take turns, and each gives k images at each of its turns. A class gives its
/// images in random order, without repetition until fewer are left than a batch takes of it. If a
/// class has fewer images than a batch takes of it, the images are drawn at random and may repeat.
/// An epoch has as many batches as one of ``UniformSampler``, and every batch is full.
///
/// B. Peng et al., Correlation Congruence for Knowledge Distillation, ICCV 2019, as reading notes
/// describe it; the rules for repetition and for few classes are additions of this implementation.
package struct ClassUniformSampler: Sampler {
  /// The number of images of each class, k; it divides the size of the batches.
  package let each: Int

  package init(each: Int = 4) {
    require(each > 0, "[sampler] \(each) images of each class")
    self.each = each
  }

  package func batches(of data: ImageDataSet, size: Int, using random: inout Random) -> [[Int]] {
    var groups = GroupDraws(of: data.labels.map { Int($0) })
    return (0..<Self.batchCount(of: data.count, size: size)).map { _ in
      groups.batch(of: size, each: each, using: &random)
    }
  }
}
