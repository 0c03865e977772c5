package import Distillation

extension SamplerSettings {
  /// The sampler for training on `images`.
  ///
  /// `superclassUniform` clusters the teacher's embeddings of the images.
  ///
  /// - Throws: ``SettingError`` if a teacher is needed and there is none.
  package func sampler(
    for images: ImageDataSet, teacher: Model?,
    normalizedBy normalization: PixelNormalization
  ) throws -> any Sampler {
    switch name {
    case .uniform: return UniformSampler()
    case .classUniform: return ClassUniformSampler(each: imagesOfEach)
    case .npairs: return NPairsSampler(each: imagesOfEach)
    case .superclassUniform:
      guard let teacher else { throw Self.needsTeacher(at: []) }
      let features = teacher.features("embedding", of: images, normalizedBy: normalization)
      let count = clusters ?? (images.classes.count + 1) / 2
      let clustering = KMeans(of: features, clusters: count, seed: 0)
      return SuperclassUniformSampler(superclasses: clustering.assignments, each: imagesOfEach)
    }
  }

  package static func needsTeacher(at path: [String]) -> SettingError {
    SettingError(
      path: path, problem: "'superclassUniform' needs a teacher, whose embeddings it clusters")
  }
}
