import Tensors

extension Tensor.Scalar {
  /// The number as errors write it. NaN is written without a sign, which would mean nothing and
  /// differs between machines.
  var text: String { isNaN ? "NaN" : "\(self)" }
}
