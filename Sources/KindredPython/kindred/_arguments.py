"""What is checked of a call's arguments before the library sees them."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Mapping
from typing import Any, Optional

from kindred._errors import ArgumentError
from kindred._plan import Moment


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
    if progress is not None and not 0 <= progress <= 1:
        raise ArgumentError(f"progress is {progress}, not from 0 to 1")
    if progress is None and needs_progress:
        warnings.warn("the weights of this loss follow progress=, and are those of 0 without it", stacklevel=4)
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
    return arrays
