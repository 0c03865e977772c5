"""What an evaluation gives."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from ctypes import byref, c_void_p
from typing import Any, NamedTuple

import numpy as np

from kindred import _library
from kindred._errors import KindredError
from kindred._library import library


class Term(NamedTuple):
    """A term of a loss on one batch."""

    #: The value without the weight. It is NaN if the weight is 0.
    value: float
    #: The weight at this moment.
    weight: float


class Balance(NamedTuple):
    """How much a term counts beside the others on one batch."""

    #: The value without the weight. It is NaN if the weight is 0.
    value: float
    #: The weight at this moment.
    weight: float
    #: The share of |weight · value| in the sum over all terms, from 0 to 1.
    share: float
    #: The length of the weighted term's gradient at all outputs of the student.
    gradient_norm: float
    #: The cosine of this gradient with that of the whole loss. It is NaN if one of them is 0.
    cosine: float


class Result:
    """A result of the library, released at the end of a `with`."""

    def __init__(self, pointer: c_void_p, term_names: Sequence[str], remembers: bool) -> None:
        self.pointer, self._term_names, self._remembers = pointer, term_names, remembers

    def __enter__(self) -> Result:
        return self

    def __exit__(self, *_: object) -> None:
        library.kindred_result_destroy(self.pointer)

    def value(self) -> float:
        return float(library.kindred_result_value(self.pointer))

    def terms(self) -> dict[str, Term]:
        return {name: Term(each.value, each.weight) for name, each in self._terms()}

    def balances(self) -> dict[str, Balance]:
        return {
            name: Balance(each.value, each.weight, each.share, each.gradient_norm, each.cosine)
            for name, each in self._terms()
        }

    def _terms(self) -> Iterator[tuple[str, _library.Term]]:
        """Each term with its name. The next one takes its place."""
        term = _library.Term()
        place = byref(term)
        for i, name in enumerate(self._term_names):
            if library.kindred_result_term(self.pointer, i, place):
                raise KindredError(f"the result has no term '{name}': install the package again")
            yield name, term

    def memory(self) -> dict[str, np.ndarray[Any, Any]]:
        """A copy of what the loss remembers."""
        if not self._remembers:
            return {}
        return {name: values for name, values, learns, _ in self.tensors() if not learns}

    def tensors(self) -> list[tuple[str, np.ndarray[Any, np.dtype[np.float32]], bool, float]]:
        """A copy of each tensor, with its name, whether it is a parameter, and its rate."""
        tensors = []
        for i in range(library.kindred_result_tensor_count(self.pointer)):
            tensor = _library.Tensor()
            library.kindred_result_tensor(self.pointer, i, byref(tensor))
            shape = tuple(tensor.array.shape[axis] for axis in range(tensor.array.rank))
            values = np.empty(shape, np.float32)
            if values.nbytes:
                ctypes.memmove(values.ctypes.data, tensor.array.data, values.nbytes)
            tensors.append((tensor.array.name.decode(), values, bool(tensor.is_parameter), tensor.rate))
        return tensors


def described(value: float, terms: dict[str, Term]) -> str:
    """A value as the sum of its terms: `2.742 = ce 2.455 + 0.9·kd 0.3184`."""
    parts = [
        ("" if term.weight == 1 else f"{term.weight:.4g}·")
        + name
        + ("" if math.isnan(term.value) else f" {term.value:.4g}")
        for name, term in terms.items()
    ]
    return f"{value:.4g} = " + " + ".join(parts)
