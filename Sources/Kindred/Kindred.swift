// `import Kindred` imports the core and links every paper. Linking a paper registers it.

@_exported public import AT
@_exported public import Affinity
@_exported public import CCKD
@_exported public import CKA
@_exported public import CWD
@_exported public import DCor
@_exported public import DIST
@_exported public import DKD
@_exported public import DarkRank
@_exported public import Distillation
@_exported public import FSP
@_exported public import ICKD
@_exported public import IRG
@_exported public import KD
@_exported public import LSKD
@_exported public import MLLD
@_exported public import NST
@_exported public import PKD
@_exported public import PKT
@_exported public import RKD
@_exported public import SP
@_exported public import Simplex
@_exported public import Stella
@_exported public import Tensors
@_exported public import Triplet
@_exported public import VRM
