/// The ways in which the images of a training set make up batches.
public enum Samplers {
  /// What each of them does, by name.
  public static let summaries: [(name: String, summary: String)] = [
    ("uniform", "all images in random order, once an epoch")
  ]
}
