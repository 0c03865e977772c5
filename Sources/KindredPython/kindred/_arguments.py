"""What is checked of a call's arguments before the library sees them."""

from __future__ import annotations

import operator
import sys
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from kindred._errors import ArgumentError
from kindred._plan import Moment
from kindred._views import MASKS


def moment_of(
    step: Optional[int], progress: Optional[float], seed: int, needs_progress: bool = False
) -> Optional[Moment]:
    """The moment of a call; none if it has no step."""
    if not 0 <= whole("seed", seed) < 1 << 64:
        raise ArgumentError(f"seed is {seed}, not from 0 to 2⁶⁴ − 1")
    if step is None:
        if progress is not None:
            raise ArgumentError("progress= says nothing without step=, the number of steps before this one")
        return None
    if not 0 <= whole("step", step) < 1 << 63:
        raise ArgumentError(f"step is {step}, not a number of steps")
    if progress is not None and not hasattr(progress, "__float__"):
        raise ArgumentError(f"progress is {progress!r}, not a number from 0 to 1")
    if progress is not None and not 0 <= progress <= 1:
        raise ArgumentError(f"progress is {progress}, not from 0 to 1")
    if progress is None and needs_progress:
        warn("the weights of this loss follow progress=, and are those of 0 without it")
    return Moment(step, progress or 0.0)


def whole(name: str, value: Any) -> int:
    """A whole number, or an error that names the argument."""
    try:
        return operator.index(value)
    except TypeError:
        raise ArgumentError(f"{name} is {value!r}, not a whole number") from None


def named(name: str, arrays: Any) -> Mapping[str, Any]:
    """Arrays by name, or an error that names the argument."""
    if not isinstance(arrays, Mapping):
        raise ArgumentError(f"{name}= takes arrays by name, such as {{'logits': …}}, not a {type(arrays).__name__}")
    for each in arrays:
        if not isinstance(each, str) or "\0" in each:
            raise ArgumentError(f"{name}= takes arrays by name, such as {{'logits': …}}, and {each!r} is no name")
    return arrays


def read(outputs: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Those of a network's outputs that the loss reads, with what says which examples and tokens count.

    All of them if one is missing, so that the library's error can say what there is.
    """
    kept = {name: value for name, value in outputs.items() if name in MASKS or _is_read(name, names)}
    found = {_stem(name) for name in kept}
    return kept if all(name in found or name == "lastStage" for name in names) else dict(outputs)


def _is_read(name: str, names: Sequence[str]) -> bool:
    return name in names or _stem(name) in names or "lastStage" in names and name.startswith("stage")


def _stem(name: str) -> str:
    """The output of any of several teachers: `logits` of `logits@2`."""
    return name.split("@")[0]


def warn(message: str) -> None:
    """Warns of the line that called Kindred, whatever lies between."""
    frame, level = sys._getframe(), 1
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] in ("kindred", "torch", "jax", "mlx"):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, stacklevel=level)
