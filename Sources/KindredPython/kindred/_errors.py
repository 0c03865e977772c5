"""The errors that Kindred raises, each a sentence about what was wrong, where, and what was possible."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast


class KindredError(ValueError):
    """Every error of Kindred is one of these."""


class FormulaError(KindredError):
    """A formula cannot be read, or its parts do not fit each other."""


class ArgumentError(KindredError):
    """An argument is wrong whatever its numbers are: a name, a type, a shape, or one that is missing."""


class DataError(KindredError):
    """The numbers are wrong: NaN, a label out of range, a mask of other numbers than 0 and 1."""


class TooLargeError(KindredError):
    """A result is no finite number in Float32, or the evaluation needs more memory than there is."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Names the nearest of some names, as the end of a sentence, or lists them all."""
    names = list(names)
    near = difflib.get_close_matches(name.lower(), [each.lower() for each in names], 1)
    if near:
        return f"did you mean '{next(each for each in names if each.lower() == near[0])}'?"
    return "there are " + ", ".join(names) if names else "there are none"


_Function = TypeVar("_Function", bound=Callable[..., Any])


def checked(function: _Function) -> _Function:
    """Makes a method name the nearest argument for one that it lacks, and refuse positions that are names."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    names = [each.name for each in parameters]
    places = [each.name for each in parameters if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    required = [each.name for each in parameters if each.default is inspect.Parameter.empty]
    known, needed = frozenset(names), frozenset(required)
    title = function.__name__
    if title in ("forward", "__call__"):
        title = "the loss"
    elif title == "__init__":
        title = function.__qualname__.split(".")[0]

    @functools.wraps(function)
    def call(self: Any, *positions: Any, **keywords: Any) -> Any:
        if not positions and needed <= keywords.keys() <= known:
            return function(self, **keywords)
        if len(positions) > len(places):
            raise ArgumentError(
                f"{title} takes names"
                + (f" after {' and '.join(places)}" if places else ", not positions")
                + ": "
                + ", ".join(f"{name}=" for name in names)
            )
        if not known.issuperset(keywords):
            wrong = next(name for name in keywords if name not in known)
            raise ArgumentError(f"{title} has no argument '{wrong}': {nearest(wrong, names)}")
        given = {*places[: len(positions)], *keywords}
        if not given.issuperset(required):
            raise ArgumentError(f"{title} needs {next(name for name in required if name not in given)}=")
        return function(self, *positions, **keywords)

    return cast(_Function, call)
