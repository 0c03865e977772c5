"""The C library in the package: its structures, its functions, and its errors.

`kindred.h` is the reference of everything here.
"""

from __future__ import annotations

import ctypes
import pathlib
import sys
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any

from kindred._errors import ArgumentError, DataError, FormulaError, KindredError, TooLargeError

INTERFACE = 1

FLOAT32, FLOAT64, FLOAT16, BFLOAT16, INT32, INT64, BOOL = range(1, 8)
STUDENT, TEACHER = 0, 1
NEEDS_LABELS, NEEDS_INDICES, NEEDS_MOMENT, HAS_PARAMETERS, HAS_MEMORY, NEEDS_PROGRESS = 1, 2, 4, 8, 16, 32


class Array(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p),
        ("type", c_int32),
        ("rank", c_int32),
        ("shape", POINTER(c_int64)),
        ("strides", POINTER(c_int64)),
        ("data", c_void_p),
    ]


class Batch(ctypes.Structure):
    _fields_ = [
        ("student", c_void_p),
        ("student_count", c_size_t),
        ("teacher", c_void_p),
        ("teacher_count", c_size_t),
        ("tensors", c_void_p),
        ("tensor_count", c_size_t),
        ("labels", c_void_p),
        ("indices", c_void_p),
        ("has_moment", c_int32),
        ("step", c_int64),
        ("progress", c_double),
        ("seed", c_uint64),
    ]


class Term(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p),
        ("weight", c_double),
        ("value", c_double),
        ("share", c_double),
        ("gradient_norm", c_double),
        ("cosine", c_double),
    ]


class Tensor(ctypes.Structure):
    _fields_ = [("array", Array), ("is_parameter", c_int32), ("rate", c_double)]


_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "kindred_interface": (c_int32, []),
    "kindred_version": (c_char_p, []),
    "kindred_error_destroy": (None, [c_void_p]),
    "kindred_loss_create": (c_int32, [c_char_p, c_void_p, c_void_p]),
    "kindred_loss_destroy": (None, [c_void_p]),
    "kindred_loss_needs": (c_uint32, [c_void_p]),
    "kindred_loss_output_count": (c_size_t, [c_void_p, c_int32]),
    "kindred_loss_output": (c_char_p, [c_void_p, c_int32, c_size_t]),
    "kindred_loss_tensor_count": (c_size_t, [c_void_p]),
    "kindred_loss_tensor": (c_char_p, [c_void_p, c_size_t, c_void_p]),
    "kindred_loss_term_count": (c_size_t, [c_void_p]),
    "kindred_loss_term": (c_char_p, [c_void_p, c_size_t]),
    "kindred_result_destroy": (None, [c_void_p]),
    "kindred_evaluate": (c_int32, [c_void_p, c_void_p, c_void_p, c_size_t, c_void_p, c_void_p]),
    "kindred_balance": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "kindred_initial_tensors": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "kindred_result_value": (c_double, [c_void_p]),
    "kindred_result_term_count": (c_size_t, [c_void_p]),
    "kindred_result_term": (c_int32, [c_void_p, c_size_t, c_void_p]),
    "kindred_result_tensor_count": (c_size_t, [c_void_p]),
    "kindred_result_tensor": (c_int32, [c_void_p, c_size_t, c_void_p]),
}


def _load() -> ctypes.CDLL:
    suffix = "dylib" if sys.platform == "darwin" else "so"
    path = pathlib.Path(__file__).with_name(f"libkindred-c.{suffix}")
    if not path.exists():
        raise ImportError(
            f"{path} is missing: install the package with 'pip install ./Sources/KindredPython', which builds it"
        )
    library = ctypes.CDLL(str(path))
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    if library.kindred_interface() < INTERFACE:
        raise ImportError(f"{path} is older than this package: install the package again")
    return library


library = _load()
version: str = library.kindred_version().decode()

_ERRORS: dict[int, type[KindredError]] = {1: FormulaError, 2: ArgumentError, 3: DataError, 4: TooLargeError}


def check(status: int, error: c_void_p) -> None:
    """Raises the error of a call that failed, and releases its text."""
    if status == 0:
        return
    text = ctypes.string_at(error.value).decode() if error.value else "the call failed without a reason"
    library.kindred_error_destroy(error)
    raise _ERRORS.get(status, KindredError)(text)


class Handle:
    """A loss of the library, released with the last reference to it."""

    def __init__(self, formula: str) -> None:
        self.pointer = c_void_p()
        if not isinstance(formula, str):
            raise ArgumentError(f"a formula is text, such as 'ce + kd', not a {type(formula).__name__}")
        if "\0" in formula:
            raise FormulaError(f"the formula {formula!r} has a NUL character, which ends a text in C")
        error = c_void_p()
        check(library.kindred_loss_create(formula.encode(), byref(self.pointer), byref(error)), error)

    def __del__(self, destroy: Any = library.kindred_loss_destroy) -> None:
        if self.pointer:
            destroy(self.pointer)
            self.pointer = c_void_p()

    def outputs(self, role: int) -> tuple[str, ...]:
        count = library.kindred_loss_output_count(self.pointer, role)
        return tuple(library.kindred_loss_output(self.pointer, role, i).decode() for i in range(count))

    def terms(self) -> tuple[str, ...]:
        count = library.kindred_loss_term_count(self.pointer)
        return tuple(library.kindred_loss_term(self.pointer, i).decode() for i in range(count))

    def tensors(self) -> dict[str, bool]:
        """The tensors that the loss owns, and whether each is a parameter."""
        learns, tensors = c_int32(), {}
        for i in range(library.kindred_loss_tensor_count(self.pointer)):
            name = library.kindred_loss_tensor(self.pointer, i, byref(learns)).decode()
            tensors[name] = bool(learns.value)
        return tensors

    def needs(self) -> int:
        return int(library.kindred_loss_needs(self.pointer))
