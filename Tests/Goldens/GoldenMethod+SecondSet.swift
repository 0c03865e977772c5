extension GoldenMethod {
  /// The methods of the second set. An input that a case lacks is left out of the networks' outputs.
  static let secondSet: [GoldenMethod] = []
}
