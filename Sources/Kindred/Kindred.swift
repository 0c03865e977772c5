// `import Kindred` brings the core and links every paper, which registers it.

@_exported public import CCKD
@_exported public import DIST
@_exported public import Distillation
@_exported public import IRG
@_exported public import KD
@_exported public import RKD
@_exported public import SP
@_exported public import Simplex
@_exported public import Tensors
@_exported public import VRM
