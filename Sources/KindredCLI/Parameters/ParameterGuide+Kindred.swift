// Extracted from the documentation comments above the parameters. After a change of these, write
// this file again with
//
//     KINDRED_WRITE=1 swift test --filter ParameterCommentsTests

extension ParameterGuide {
  /// What the parameters of Kindred's own types are.
  static let kindred: ParameterComments = [
    "CCKD.Correlation": [
      "gamma": "The kernel; its γ and P as in KD-Zoo and torchdistill.",
      "kernel": "The kernel; its γ and P as in KD-Zoo and torchdistill.",
      "normalize": """
      Whether features are divided by their length first: the Taylor form holds for such only.
      """,
      "order": "The kernel; its γ and P as in KD-Zoo and torchdistill.",
    ],
    "CKA.CKA": [
      "unbiased": """
      Whether HSIC is estimated without bias, from U-centred kernels K = X Xᵀ. Independent \
      features are then near 0 rather than near 1.
      """
    ],
    "CWD.CWD": [
      "temperature": "τ of the softmax over pixels."
    ],
    "DCor.DCor": [
      "unbiased": """
      Whether the estimate is without bias: 1 − dCor² of U-centred distances, as Székely and Rizzo \
      define it. It has no root, since it may be below 0.
      """
    ],
    "DIST.DIST": [
      "inter": "β, γ and τ, as in the authors' code for CIFAR-100; for ImageNet τ is 1.",
      "intra": "β, γ and τ, as in the authors' code for CIFAR-100; for ImageNet τ is 1.",
      "temperature": "β, γ and τ, as in the authors' code for CIFAR-100; for ImageNet τ is 1.",
    ],
    "DIST.DIST.Inter": [
      "temperature": "β, γ and τ, as in the authors' code for CIFAR-100; for ImageNet τ is 1."
    ],
    "DIST.DIST.Intra": [
      "temperature": "β, γ and τ, as in the authors' code for CIFAR-100; for ImageNet τ is 1."
    ],
    "DarkRank.OrderLikelihood": [
      "alpha": "α and β of the score −α dᵝ.",
      "beta": "α and β of the score −α dᵝ.",
      "length": "How many neighbours are ranked.",
    ],
    "Distillation.Adaptive.Settings": [
      "temperature": """
      τ: how even the weights are. Large: all alike. Small: only the largest term counts.
      """
    ],
    "Distillation.CrossEntropy": [
      "labelSmoothing": "The share of the target that is spread evenly over all classes."
    ],
    "Distillation.DividedByMaximum": [
      "detached": "Whether the maximum is a constant, through which no gradient flows."
    ],
    "Distillation.DoublyCentered": [
      "unbiased": """
      Whether the matrix is U-centred instead, so that inner products of two such matrices \
      estimate a dependence without bias: HSIC₁ of Song et al., the distance covariance of Székely \
      and Rizzo.
      """
    ],
    "Distillation.MatchedLayer": [
      "layer": "The student's.",
      "teacherLayer": "The teacher's; the same as the student's unless stated.",
    ],
    "IRG.GraphNormalized": [
      "detachMax": "Whether the maximum is a constant, through which no gradient flows."
    ],
    "IRG.IRG": [
      "edge": """
      λ₁, λ₂ and λ₃, the last two from the authors' code. λ₁ was not found, and is KD-Zoo's.
      """,
      "logits": """
      λ₁, λ₂ and λ₃, the last two from the authors' code. λ₁ was not found, and is KD-Zoo's.
      """,
      "transform": """
      λ₁, λ₂ and λ₃, the last two from the authors' code. λ₁ was not found, and is KD-Zoo's.
      """,
    ],
    "IRG.LayerChange": [
      "align": """
      Whether maps are averaged over height and width, as the authors do: unless stated, where \
      they are not aligned as KD-Zoo does, which compares all pixels.
      """,
      "from": """
      One pair of layers, the teacher's where they are other ones. The authors' three unless \
      stated.
      """,
      "pooled": """
      Whether maps are averaged over height and width, as the authors do: unless stated, where \
      they are not aligned as KD-Zoo does, which compares all pixels.
      """,
      "teacherFrom": """
      One pair of layers, the teacher's where they are other ones. The authors' three unless \
      stated.
      """,
      "teacherTo": """
      One pair of layers, the teacher's where they are other ones. The authors' three unless \
      stated.
      """,
      "to": """
      One pair of layers, the teacher's where they are other ones. The authors' three unless \
      stated.
      """,
    ],
    "IRG.LayerDistances": [
      "align": """
      Whether maps of other sizes are brought together as KD-Zoo does: the first is averaged over \
      windows to the second's height and width, and each two adjacent channels of the second are \
      averaged if it has twice as many.
      """,
      "pooled": "Whether maps are averaged over height and width first, as IRG's authors do.",
    ],
    "KD.KD": [
      "temperature": "T, the temperature of both softmaxes."
    ],
    "MLLD.MLLD": [
      "batch": "The weights of the three levels.",
      "classes": "The weights of the three levels.",
      "instance": "The weights of the three levels.",
    ],
    "PKT.Affinities": [
      "epsilon": "ε, added to lengths and to probabilities."
    ],
    "PKT.AffinityDivergence": [
      "epsilon": "ε, added to lengths and to probabilities."
    ],
    "PKT.PKT": [
      "epsilon": "ε, added to lengths and to probabilities."
    ],
    "RKD.RKD": [
      "angle": """
      λ_D and λ_A, as in the authors' scripts for metric learning; for classification 25 and 50.
      """,
      "distance": """
      λ_D and λ_A, as in the authors' scripts for metric learning; for classification 25 and 50.
      """,
    ],
    "SP.SP": [
      "layer": """
      l and l′: the last layer before pooling, as in RepDistiller, whose SP the paper's author \
      verified.
      """
    ],
    "Simplex.Simplex": [
      "tuples": "How many random tuples are compared each step."
    ],
    "Simplex.Simplices": [
      "order": "k, the number of examples in a tuple."
    ],
    "Triplet.Triplet": [
      "normalize": "Whether each embedding is first divided by its length.",
      "squared": "Whether distances are squared, as the paper prints, or not, as in RKD's code.",
    ],
    "VRM.InterClassEdges": [
      "standardize": """
      Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
      """
    ],
    "VRM.InterSampleEdges": [
      "standardize": """
      Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
      """
    ],
    "VRM.VRM": [
      "class": "α and β; the authors' were not found.",
      "sample": "α and β; the authors' were not found.",
      "standardize": """
      Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
      """,
    ],
    "VRM.VRM.Class": [
      "standardize": """
      Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
      """
    ],
    "VRM.VRM.Sample": [
      "standardize": """
      Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
      """
    ],
  ]
}
