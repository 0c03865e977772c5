import Distillation
import Tensors

/// A teacher's last layer in place of the student's own, behind the linear map P f + b that a loss learns of
/// the student's features f: W (P f + b) + c, with the teacher's W and c (Chen et al., SimKD, CVPR 2022).
///
/// This is a last layer of the student's own shape, with the weight W P and the bias W b + c. The average
/// over the pixels of a map commutes with P, so that the loss may compare maps.
package struct TeacherClassifier: Hashable, Sendable {
  /// The index of the teacher among the trainer's, counted from 0.
  package let teacher: Int
  /// The name of the map's tensors before `.weight` and `.bias`; `nil` if the teacher's features are as
  /// wide as the student's and there is no map.
  package let map: String?

  package init(teacher: Int, map: String?) { (self.teacher, self.map) = (teacher, map) }
}

extension Trainer {
  /// The network that a trainee is at present: with its own last layer, or with the teacher's.
  package func student(_ trainee: Trainee) -> Model {
    guard let classifier else { return trainee.model }
    func learned(_ name: String) -> Tensor {
      guard let tensor = trainee.lossState.parameters[name] else {
        fatalError("[classifier] the loss learns no '\(name)'")
      }
      return tensor
    }
    guard let teacher = teachers[classifier.teacher].model else {
      fatalError("[classifier] a teacher in a file has no last layer")
    }
    return trainee.model.classifying(
      with: teacher.weights,
      behind: classifier.map.map { (learned("\($0).weight"), learned("\($0).bias")) })
  }
}

extension Model {
  /// This network with the last layer of another one, behind a linear map of its own features.
  ///
  /// - Parameters:
  ///   - teacher: The weights of the other network, whose last layer is W, C×D, and c, C.
  ///   - map: P, D×F for the F features of this network, and b, D; `nil` if D is F and there is no map.
  /// - Returns: The network, of the same architecture.
  /// - Precondition: Both networks tell the same number of classes apart.
  func classifying(
    with teacher: Weights, behind map: (weight: Tensor, bias: Tensor)?
  ) -> Model {
    var (W, c) = (teacher["logits.weight"], teacher["logits.bias"])
    if let (P, b) = map {
      c = Tensor.matmul(W, b.reshaped([b.count, 1])).reshaped([c.count]) + c
      W = Tensor.matmul(W, P)
    }
    var model = self
    for (name, tensor) in [("logits.weight", W), ("logits.bias", c)] {
      require(
        tensor.shape == weights[name].shape,
        "[classifier] \(name) of \(tensor.shape) in place of \(weights[name].shape)")
      model.weights[name] = tensor
    }
    return model
  }
}

extension Weights {
  /// The parameter of a name, which there is.
  fileprivate subscript(name: String) -> Tensor {
    get { parameters[index(of: name)].tensor }
    set { parameters[index(of: name)].tensor = newValue }
  }

  private func index(of name: String) -> Int {
    guard let index = parameters.firstIndex(where: { $0.name == name }) else {
      fatalError("[classifier] the network has no '\(name)'")
    }
    return index
  }
}
