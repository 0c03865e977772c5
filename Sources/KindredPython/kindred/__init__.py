"""Kindred's losses of knowledge distillation: composed by a formula, exact and fast.

    loss = kindred.Loss("ce + kd(temperature: 4) + 25*rkd.distance + 50*rkd.angle")
    result = loss.evaluate(student={"logits": z, "embedding": e}, teacher=t, labels=y)
    result.value, result.terms["kd"].value, result.gradients["embedding"]

`kindred.torch`, `kindred.jax` and `kindred.mlx` have the same loss for these frameworks.
"""

from kindred._errors import ArgumentError, DataError, FormulaError, KindredError, TooLargeError
from kindred._library import version as __version__
from kindred._loss import Arrays, Evaluation, Loss
from kindred._result import Balance, Term

__all__ = [
    "ArgumentError",
    "Arrays",
    "Balance",
    "DataError",
    "Evaluation",
    "FormulaError",
    "KindredError",
    "Loss",
    "Term",
    "TooLargeError",
    "__version__",
]
