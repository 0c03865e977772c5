package import Tensors

/// Class-uniform random sampling (CUR): every batch of b images has b/k classes, k images of each.
///
/// The classes of a batch are drawn anew for every batch, all being equally likely. Where b/k is
/// more than there are classes, they take part in turns, and each has its k images as often as its
/// turn comes. A class gives its images in random order, without repetition until fewer are left
/// than a batch takes of it; a class that has fewer than a batch takes gives random ones that may
/// repeat. An epoch has as many batches as that of ``UniformSampler``, each of them full.
///
/// B. Peng et al., Correlation Congruence for Knowledge Distillation, ICCV 2019, as reading notes
/// describe it; what is said here of repetition and of few classes completes them.
package struct ClassUniformSampler: Sampler {
  /// The number of images of a class, k; it divides the size of the batches.
  package let each: Int

  package init(each: Int = 4) {
    precondition(each > 0, "[sampler] \(each) images of each class")
    self.each = each
  }

  package func batches(of data: ImageDataSet, size: Int, using random: inout Random) -> [[Int]] {
    var groups = GroupDraws(of: data.labels.map { Int($0) })
    return (0..<Self.batchCount(of: data.count, size: size)).map { _ in
      groups.batch(of: size, each: each, using: &random)
    }
  }
}
