// Extracted from the documentation comments above the parameters. After a change of these, write
// this file again with
//
//     KINDRED_WRITE=1 swift test --filter ParameterCommentsTests

extension ParameterGuide {
  /// What the parameters of Kindred's own types are.
  static let kindred: ParameterComments = [
    "AT.AT": [
      "layer": "The layer whose maps are compared, N×C×H×W."
    ],
    "Affinity.Affinity": [
      "temperature": "τ of all softmaxes, in both networks; CLIP's scale 1/τ starts at 1/0.07."
    ],
    "CCKD.CCKD": [
      "correlation": "The kernel of every two examples in the paper's formula.",
      "layer": "The layer whose examples are compared, N×D.",
      "reduction": "The divisor of the sum over pairs in the paper's formula.",
      "variant": """
      Which loss it is: the paper's formula, or the one that the authors gave to RepDistiller.
      """,
    ],
    "CCKD.CCKD.Variant": [
      "authors": """
      The loss that RepDistiller received from the authors, 1/(n − 1) Σᵢ ⟨|δᵢ|, |δᵢ₊₁|⟩. It reads \
      neither the kernel nor 'reduction'.
      """,
      "paper": "The paper's formula.",
    ],
    "CCKD.Correlation": [
      "gamma": "γ of the kernels 'taylor' and 'gaussian'; 0.4 is from KD-Zoo and torchdistill.",
      "kernel": "The kernel k.",
      "normalize": """
      Whether features are divided by their length first. The Taylor form holds only for such \
      features.
      """,
      "order": "P, the highest power in the kernel 'taylor'; 2 is from KD-Zoo and torchdistill.",
    ],
    "CCKD.Correlation.Kernel": [
      "bilinear": "⟨x, y⟩.",
      "gaussian": "e^(−γ ‖x − y‖²).",
      "mmd": "|x̄ − ȳ|, where x̄ and ȳ are the means over features.",
      "taylor": """
      Σ e^(−2γ) (2γ)ᵖ/p! ⟨x, y⟩ᵖ over p ≤ P, the series of the Gaussian for unit vectors.
      """,
    ],
    "CKA.CKA": [
      "layer": "The layer whose examples are compared, N×D.",
      "unbiased": """
      Whether HSIC is estimated without bias, from U-centred kernels K = X Xᵀ. The alignment of \
      independent features is then near 0 rather than near 1.
      """,
    ],
    "CRD.CRD": [
      "features": "The number of features of the embeddings.",
      "layer": "The layer that the embeddings are made of, N×D.",
      "memory": "How examples are remembered: each by its index, or the latest ones.",
      "momentum": "The share of what is remembered of an example that stays when it is seen again.",
      "negatives": """
      K, how many remembered examples each example is told apart from; all if there are no more. \
      It is also the length of a queue.
      """,
      "temperature": "τ, by which the cosines are divided.",
    ],
    "CRD.CRD.Memory": [
      "example": """
      An embedding for each example, by its index. That of an example that is seen again is mixed.
      """,
      "queue": """
      The embeddings of the latest examples. An example's own pair is that of the present batch.
      """,
    ],
    "CWD.CWD": [
      "layer": "The layer whose maps are compared, N×C×H×W.",
      "temperature": "τ, the temperature of the softmax over pixels.",
    ],
    "DCor.DCor": [
      "layer": "The layer whose examples are compared, N×D.",
      "unbiased": """
      Whether the estimate is without bias: 1 − dCor² of U-centred distances, as Székely and Rizzo \
      define it. It has no root, because dCor² may then be below 0.
      """,
    ],
    "DIST.DIST": [
      "inter": "β, the weight of 'dist.inter', as in the authors' code for CIFAR-100.",
      "intra": "γ, the weight of 'dist.intra', as in the authors' code for CIFAR-100.",
      "temperature": """
      τ of the softmax, as in the authors' code for CIFAR-100; for ImageNet it is 1.
      """,
    ],
    "DIST.DIST.Inter": [
      "temperature": "τ, the temperature of the softmax over classes."
    ],
    "DIST.DIST.Intra": [
      "temperature": "τ, the temperature of the softmax over classes."
    ],
    "DKD.DKD": [
      "alpha": "α, the weight of 'dkd.target'.",
      "beta": """
      β, the weight of 'dkd.nontarget'; the authors take from 0.5 to 8, depending on the networks.
      """,
      "temperature": "τ, the temperature of all softmaxes.",
    ],
    "DKD.DKD.Nontarget": [
      "temperature": "τ, the temperature of the softmax over the classes other than the label."
    ],
    "DKD.DKD.Target": [
      "temperature": "τ, the temperature of the softmax over classes."
    ],
    "DKD.LabelAgainstRest": [
      "temperature": "τ, the temperature of the probabilities."
    ],
    "DarkRank.DarkRank": [
      "layer": "The layer whose examples are compared, N×D.",
      "likelihood": "The likelihood of an order of neighbours.",
    ],
    "DarkRank.OrderLikelihood": [
      "alpha": "α, the factor of a distance d in its score −α dᵝ.",
      "beta": "β, the exponent of a distance d in its score −α dᵝ.",
      "length": "How many neighbours are ranked.",
    ],
    "Distillation.Adaptive.Settings": [
      "temperature": """
      τ, how even the weights are. If it is large, all are alike; if it is small, only the largest \
      term counts.
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
    "Distillation.FirstToken": [
      "layer": "The name of the output, N×T×D."
    ],
    "Distillation.Heads": [
      "count": "A, the number of heads, which divides D.",
      "layer": "The name of the output.",
    ],
    "Distillation.Huber": [
      "delta": "δ, the error from which on the penalty is linear.",
      "reduction": "The divisor of the sum over entries.",
      "tuples": """
      How many entries, drawn by chance at each step, are compared; all of them unless stated.
      """,
    ],
    "Distillation.KLDivergence": [
      "temperature": "τ, the temperature of both softmaxes."
    ],
    "Distillation.Layers": [
      "from": "The name of the first output.",
      "to": "The name of the second output.",
    ],
    "Distillation.MatchedLayer": [
      "layer": "The student's layer.",
      "teacherLayer": "The teacher's layer; the same as the student's unless stated.",
    ],
    "Distillation.MeanAbsolute": [
      "reduction": "The divisor of the sum over entries.",
      "tuples": """
      How many entries, drawn by chance at each step, are compared; all of them unless stated.
      """,
    ],
    "Distillation.MeanSquare": [
      "reduction": "The divisor of the sum over entries.",
      "tuples": """
      How many entries, drawn by chance at each step, are compared; all of them unless stated.
      """,
    ],
    "Distillation.MeanToken": [
      "layer": "The name of the output, N×T×D."
    ],
    "Distillation.Output": [
      "layer": "The name of the output; 'lastStage' is the last stage, whatever its number."
    ],
    "Distillation.Probabilities": [
      "temperature": "τ, the temperature of the softmax."
    ],
    "Distillation.Projected": [
      "form": "The map: 'linear', 'mlp', or 'none', which asks for equal widths.",
      "layer": "The name of the layer; 'lastStage' is the last stage, whatever its number.",
      "rate": "The learning rate of the map, as a multiple of the student's.",
      "side": "The network whose layer is mapped to the width of the other's.",
    ],
    "Distillation.ProjectedLayer": [
      "layer": "The student's layer.",
      "projection": """
      The learned map of the student's layer to the teacher's width; 'none' asks for equal widths.
      """,
      "teacherLayer": "The teacher's layer; the same as the student's unless stated.",
    ],
    "Distillation.ProjectionForm": [
      "linear": "W x + b.",
      "mlp": "A linear map to twice the width, layer normalisation, GELU, and a linear map.",
      "none": "No map: the widths are equal.",
    ],
    "Distillation.Reduction": [
      "all": "The mean over all entries, the trivial ones included. Published code computes this.",
      "distinct": "The mean over the distinct entries.",
      "sum": "The sum over the distinct entries. Papers write this.",
    ],
    "Distillation.Resampled": [
      "grid": "g, how many rows and columns of tokens remain of each picture.",
      "layer": "The name of the output.",
      "projection": """
      The learned map of the student's tokens to the teacher's width; 'none' asks for equal \
      widths.
      """,
      "withoutFirst": """
      How many places at the beginning of each example are no part of the picture.
      """,
    ],
    "Distillation.Role": [
      "student": "The network that learns.",
      "teacher": "The network that it learns from, whose outputs are constants.",
    ],
    "Distillation.Scheduled.Settings": [
      "end": "The share of the training at which the weight stops changing.",
      "from": "The weight before it begins to change.",
      "start": "The share of the training at which the weight begins to change.",
      "to": "The weight after it has changed.",
    ],
    "Distillation.Softmax": [
      "temperature": "τ, the temperature of the softmax."
    ],
    "Distillation.Tokens": [
      "layer": "The name of the output."
    ],
    "Distillation.WithoutFirst": [
      "count": "How many places at the beginning of each example are left out.",
      "layer": "The name of the output.",
    ],
    "FSP.FSP": [
      "from": "The student's earlier layer, N×C₁×H₁×W₁.",
      "projection": """
      Whether the channels of the student's layers are mapped to the teacher's numbers.
      """,
      "teacherFrom": "The teacher's earlier layer; the same as the student's unless stated.",
      "teacherTo": "The teacher's later layer; the same as the student's unless stated.",
      "to": "The student's later layer, N×C₂×H₂×W₂.",
    ],
    "FSP.FSP.Projection": [
      "linear": "A linear map of each layer's channels, which is learned with the student.",
      "none": "The layers have as many channels as the teacher's.",
    ],
    "FitNet.FitNet": [
      "layer": "The layer that follows the teacher's, N×D, N×T×D or N×C×H×W."
    ],
    "GramAnchoring.GramAnchoring": [
      "grid": """
      If not 0, the tokens are a square picture, row by row, and are averaged to this many rows \
      and columns in both networks, which may have other numbers of tokens.
      """,
      "layer": "The layer whose tokens are compared, N×T×D.",
      "removeNegatives": "Whose cosines below 0 count as 0: in the authors' recipes, nobody's.",
    ],
    "GramAnchoring.GramAnchoring.Negatives": [
      "both": "The cosines of both networks.",
      "none": "No cosines.",
      "teacher": "The cosines of the teacher.",
    ],
    "ICKD.ICKD": [
      "layer": "The layer whose maps are compared, N×C×H×W."
    ],
    "IRG.EuclideanLoss": [
      "reduction": "The divisor of the sum."
    ],
    "IRG.EuclideanLoss.Reduction": [
      "caffe": "Twice the length of the first axis: 2N for N×N, 2 for 1×N.",
      "mean": "The number of entries.",
      "sum": "Nothing: the plain sum.",
    ],
    "IRG.GraphNormalized": [
      "detachMax": "Whether the maximum is a constant, through which no gradient flows.",
      "normalize": "The divisor of a graph: its largest entry, or nothing.",
    ],
    "IRG.GraphNormalized.Divisor": [
      "max": "Its largest entry.",
      "none": "Nothing: the graph stays as it is.",
    ],
    "IRG.IRG": [
      "change": "The layers between which an example changes.",
      "edge": "λ₂, the weight of 'irg.edge', from the authors' code.",
      "graph": "The divisor of a graph.",
      "layer": "The layer whose examples are the vertices of the graph.",
      "logits": "λ₁, the weight of 'logits'; the authors' was not found, and this is KD-Zoo's.",
      "matcher": "How two graphs are compared.",
      "transform": "λ₃, the weight of 'irg.transform', from the authors' code.",
    ],
    "IRG.IRG.Edge": [
      "graph": "The divisor of a graph.",
      "layer": "The layer whose examples are the vertices of the graph.",
      "matcher": "How two graphs are compared.",
    ],
    "IRG.IRG.Transform": [
      "change": "The layers between which an example changes.",
      "graph": "The divisor of a graph.",
      "matcher": "How two graphs are compared.",
    ],
    "IRG.LayerChange": [
      "align": "Whether maps of other sizes are aligned as KD-Zoo does, which compares all pixels.",
      "from": """
      The student's first layer. If no layer is stated, the authors' three pairs are compared; if \
      another one is, this is 'stem'.
      """,
      "pooled": """
      Whether maps are averaged over height and width, as the authors do. Unless stated, they are \
      if they are not aligned.
      """,
      "teacherFrom": "The teacher's first layer; the same as the student's unless stated.",
      "teacherTo": "The teacher's second layer; the same as the student's unless stated.",
      "to": """
      The student's second layer. If no layer is stated, the authors' three pairs are compared; if \
      another one is, this is 'stage1'.
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
    "LSKD.LSKD": [
      "temperature": "τ, the temperature of both softmaxes, after the logits were standardized."
    ],
    "MLLD.MLLD": [
      "batch": """
      The weight of the second level, the inner products of every two examples' predictions.
      """,
      "classes": """
      The weight of the third level, the inner products of every two classes' predictions.
      """,
      "instance": "The weight of the first level, on which predictions are compared one by one.",
      "temperatures": "The temperatures τ of the softmax; the loss is the sum over them.",
    ],
    "MiniLM.MiniLM": [
      "heads": """
      A, into how many relation heads the vectors of a token are cut; 48 for a base model, 64 for \
      a large one.
      """
    ],
    "NST.NST": [
      "layer": "The layer whose maps are compared, N×C×H×W."
    ],
    "PKD.PKD": [
      "layer": "The layer whose maps are compared, N×C×H×W."
    ],
    "PKT.Affinities": [
      "epsilon": "ε, added to lengths."
    ],
    "PKT.AffinityDivergence": [
      "epsilon": "ε, added to probabilities."
    ],
    "PKT.PKT": [
      "epsilon": "ε, added to lengths and to probabilities.",
      "layer": "The layer whose examples are compared, N×D.",
    ],
    "RKD.RKD": [
      "angle": """
      λ_A, the weight of 'rkd.angle', as in the authors' scripts for metric learning; for \
      classification 50.
      """,
      "distance": """
      λ_D, the weight of 'rkd.distance', as in the authors' scripts for metric learning; for \
      classification 25.
      """,
      "potentials": "How distances and angles are compared.",
    ],
    "RKD.RKD.Angle": [
      "potentials": "How angles are compared."
    ],
    "RKD.RKD.Distance": [
      "potentials": "How distances are compared."
    ],
    "RKD.RKD.Potentials": [
      "delta": "δ of ℓ_δ, the error from which on the loss grows linearly.",
      "layer": "The layer whose examples are compared, N×D.",
      "reduction": "The divisor of the sum over entries.",
      "tuples": """
      How many entries, drawn by chance at each step, are compared; all of them unless stated.
      """,
    ],
    "RRD.QueueSimilarities": [
      "queue": "M, how many embeddings are remembered at most.",
      "studentTemperature": "τˢ, by which the student's cosines are divided.",
      "teacherTemperature": "τᵗ, by which the teacher's cosines are divided.",
    ],
    "RRD.RRD": [
      "layer": "The layer whose examples are remembered, N×D.",
      "relation": "How the examples lie to the remembered ones.",
    ],
    "RSD.CrossCorrelation": [
      "kappa": "κ, the weight of the correlations of different features."
    ],
    "RSD.RSD": [
      "kappa": "κ, the weight of the correlations of different features.",
      "layer": "The layer whose features correlate, N×D.",
    ],
    "SP.SP": [
      "layer": """
      l and l′, the layers that are compared: the last one before pooling, as in RepDistiller. The \
      paper's author verified SP there.
      """,
      "reduction": "The divisor of the sum over pairs.",
    ],
    "SimKD.SimKD": [
      "layer": "The layer that follows the teacher's, N×C×H×W or N×D."
    ],
    "Simplex.Simplex": [
      "delta": "δ of ℓ_δ, the error from which on the loss grows linearly.",
      "layer": "The layer whose examples are compared, N×D.",
      "potential": "ψₖ, the potential of a tuple of k examples.",
      "tuples": "How many random tuples are compared each step.",
    ],
    "Simplex.Simplices": [
      "order": "k, the number of examples in a tuple."
    ],
    "Stella.LeadingFeatures": [
      "layer": "The name of the output; 'lastStage' is the last stage, whatever its number.",
      "width": "k, how many features are taken; an output that has fewer is an error.",
    ],
    "Stella.PairRanking": [
      "layer": "The layer whose examples are compared, N×D.",
      "margin": "m, by which cosines should keep the teacher's order.",
    ],
    "Stella.RankingHinge": [
      "margin": "m, by which the student's numbers should keep the teacher's order."
    ],
    "Stella.Stella": [
      "cosine": "The weight of the angle between each example's two embeddings.",
      "layer": "The layer whose examples are compared, N×D.",
      "margin": "m, by which cosines should keep the teacher's order.",
      "ranking": "The weight of the order of these cosines, 'pairRanking'.",
      "similarity": "The weight of the cosines of every two examples.",
      "slices": """
      How many leading features of the student have the teacher's cosines; the mean over these \
      numbers. If there are none, all features have them.
      """,
    ],
    "TokenKD.TokenKD": [
      "temperature": "T, the temperature of both softmaxes."
    ],
    "Triplet.Mining": [
      "all": "Every negative.",
      "distance": """
      One negative by chance. The rarer its distance would be among points that are spread evenly \
      over a sphere, the more likely it is: distanceWeights(of:labels:).
      """,
      "hard": "The negative nearest to the anchor.",
      "random": "One negative by chance, each as likely as the others.",
      "semihard": """
      The nearest negative that is farther away than the positive; if there is none, the farthest \
      one.
      """,
    ],
    "Triplet.Triplet": [
      "layer": "The student's layer whose examples are compared, N×D.",
      "margin": "m, by which a positive must be nearer than a negative for the loss to be 0.",
      "mining": "Which triples of a batch are compared.",
      "normalize": "Whether each embedding is first divided by its length.",
      "squared": "Whether distances are squared, as the paper prints; in RKD's code they are not.",
    ],
    "VID.VID": [
      "epsilon": "ε, the least variance.",
      "layer": "The layer whose maps are predicted, N×C×H×W, or rows N×D.",
    ],
    "VRM.EdgeHuber": [
      "delta": "δ, up to which a number counts by its square.",
      "huber": "The penalty of a number beyond δ.",
      "reduction": "How the numbers of an edge are put together.",
    ],
    "VRM.EdgeHuber.Reduction": [
      "edge": "The sum over the numbers of an edge.",
      "element": "The mean over the numbers of an edge.",
    ],
    "VRM.EdgeHuber.Shape": [
      "smooth": "e²/2 up to δ, and linear beyond.",
      "truncated": "e²/2 up to δ, and 0 with gradient 0 beyond: larger numbers are discarded.",
    ],
    "VRM.InterClassEdges": [
      "standardize": """
      Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
      """
    ],
    "VRM.InterSampleEdges": [
      "edges": "Which pairs of examples have an edge.",
      "standardize": """
      Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
      """,
    ],
    "VRM.InterSampleEdges.Pairs": [
      "inter": "Each example of the first view with each of the second: B².",
      "upper": "Each two examples of either view once: B(2B − 1).",
    ],
    "VRM.ReliableEdges.Measure": [
      "discrepancy": """
      The difference of its two predictions, their Jensen–Shannon divergence H((pᵢ + p̃ⱼ)/2) − \
      (H(pᵢ) + H(p̃ⱼ))/2.
      """,
      "entropy": """
      The uncertainty of both predictions, the joint entropy H(pᵢ) + H(p̃ⱼ) of independent ones.
      """,
    ],
    "VRM.VRM": [
      "class": "β, the weight of 'vrm.class'; the authors' was not found.",
      "edges": "Which pairs of examples have an edge.",
      "keep": "The share of the edges between examples that is kept, at least one edge.",
      "matcher": "How edges are compared.",
      "sample": "α, the weight of 'vrm.sample'; the authors' was not found.",
      "standardize": """
      Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
      """,
      "unreliable": """
      The measure of unreliable edges between examples; the most unreliable ones are not kept.
      """,
    ],
    "VRM.VRM.Class": [
      "matcher": "How edges are compared.",
      "standardize": """
      Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
      """,
    ],
    "VRM.VRM.Sample": [
      "edges": "Which pairs of examples have an edge.",
      "keep": "The share of the edges that is kept, at least one edge.",
      "matcher": "How edges are compared.",
      "standardize": """
      Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
      """,
      "unreliable": "The measure of unreliable edges; the most unreliable ones are not kept.",
    ],
  ]
}
