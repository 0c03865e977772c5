import Tensors

extension Tensor.Scalar {
  /// As errors write it: NaN has no sign, which means nothing and differs between machines.
  var text: String { isNaN ? "NaN" : "\(self)" }
}
