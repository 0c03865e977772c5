"""Where the numbers of an array are, read without a copy: NumPy, DLPack, or the array interface."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_int32, c_int64, c_uint8, c_uint16, c_uint64, c_void_p
from typing import Any, Optional

import numpy as np

from kindred._errors import ArgumentError
from kindred._library import BFLOAT16, BOOL, FLOAT16, FLOAT32, FLOAT64, INT32, INT64
from kindred._plan import Arguments, Layout

#: Which examples and which tokens count. They have no gradient.
MASKS = frozenset(["mask", "weights"])
FLOATS = frozenset([FLOAT32, FLOAT64, FLOAT16, BFLOAT16])

_NUMPY: dict[Any, int] = {
    np.dtype(np.float32): FLOAT32,
    np.dtype(np.float64): FLOAT64,
    np.dtype(np.float16): FLOAT16,
    np.dtype(np.int32): INT32,
    np.dtype(np.int64): INT64,
    np.dtype(np.bool_): BOOL,
}
#: DLPack's kinds of numbers: 0 signed, 1 unsigned, 2 float, 4 bfloat16, 6 bool; and the bits.
_DLPACK = {(2, 32): FLOAT32, (2, 64): FLOAT64, (2, 16): FLOAT16, (4, 16): BFLOAT16}
_DLPACK.update({(0, 32): INT32, (0, 64): INT64, (6, 8): BOOL})
#: A gradient's type for an input of another library. NumPy has no type of 16 bits with 8 of exponent.
GRADIENTS: dict[int, Any] = {FLOAT32: np.float32, FLOAT64: np.float64, FLOAT16: np.float16, BFLOAT16: np.float32}


class _DLTensor(ctypes.Structure):
    _fields_ = [
        ("data", c_void_p),
        ("device_type", c_int32),
        ("device_id", c_int32),
        ("ndim", c_int32),
        ("code", c_uint8),
        ("bits", c_uint8),
        ("lanes", c_uint16),
        ("shape", POINTER(c_int64)),
        ("strides", POINTER(c_int64)),
        ("byte_offset", c_uint64),
    ]


_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype, _pointer_of.argtypes = c_void_p, [ctypes.py_object, ctypes.c_char_p]
#: Memory that the processor reads: its own, and that which CUDA or ROCm pinned.
_HOST = frozenset([1, 3, 11])


def add(arguments: Arguments, owner: str, name: str, value: Any) -> None:
    """Adds an array to the arguments of a call.

    `owner` says in errors whose array it is: "the student's".
    """
    if isinstance(value, np.ndarray):
        value = _readable(value)
        layout, address = _numpy(owner, name, value)
    elif hasattr(value, "__dlpack__"):
        layout, address = _dlpack(arguments, owner, name, value)
    elif hasattr(value, "__array_interface__"):
        value = _readable(np.asarray(value))
        layout, address = _numpy(owner, name, value)
    else:
        raise ArgumentError(
            f"{owner} '{name}' is a {type(value).__name__}, not an array of NumPy or one that offers DLPack"
        )
    arguments.kept.append(value)
    arguments.add(layout, address)


def _readable(value: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array, or a copy if C cannot read it in place: with strides that are negative, or no whole elements."""
    if value.flags.c_contiguous or all(stride >= 0 and stride % value.itemsize == 0 for stride in value.strides):
        return value
    return np.ascontiguousarray(value)


def zeros_like(name: str, value: Any) -> dict[str, np.ndarray[Any, Any]]:
    """The gradient of an output that is not read, by its name: none if it has no numbers with a fraction."""
    arguments = Arguments()
    try:
        add(arguments, "the student's", name, value)
    except ArgumentError:
        return {}
    layout = arguments.layouts[0]
    if layout.type not in FLOATS:
        return {}
    return {name: np.zeros(layout.shape, value.dtype if isinstance(value, np.ndarray) else GRADIENTS[layout.type])}


def _numpy(owner: str, name: str, value: np.ndarray[Any, Any]) -> tuple[Layout, int]:
    dtype = value.dtype
    code = _NUMPY.get(dtype) or _other(owner, name, dtype)
    strides: Optional[tuple[int, ...]] = None
    if not value.flags.c_contiguous:
        strides = tuple(stride // dtype.itemsize for stride in value.strides)
    return Layout(name, code, value.shape, strides), value.__array_interface__["data"][0]


def _other(owner: str, name: str, dtype: np.dtype[Any]) -> int:
    if dtype.name == "bfloat16":
        return BFLOAT16
    if dtype.itemsize == 1 and dtype.kind in "iu" and name in MASKS:
        return BOOL
    return _refused(owner, name, str(dtype))


def _refused(owner: str, name: str, kind: str) -> int:
    raise ArgumentError(f"{owner} '{name}' is of type {kind}, which the library does not read")


def _dlpack(arguments: Arguments, owner: str, name: str, value: Any) -> tuple[Layout, int]:
    # PyTorch marks a negated view, and leaves the numbers in memory as they are.
    if hasattr(value, "resolve_neg"):
        value = value.resolve_neg()
    try:
        capsule = value.__dlpack__()
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise ArgumentError(f"{owner} '{name}' gives no access to its numbers: {error}") from error
    arguments.kept.append(capsule)
    tensor = _DLTensor.from_address(_pointer_of(capsule, b"dltensor"))
    if tensor.device_type not in _HOST:
        raise ArgumentError(f"{owner} '{name}' is on another device: copy it to the CPU, or use kindred.torch")
    kind = (tensor.code, tensor.bits)
    code = _DLPACK.get(kind)
    if kind in ((0, 8), (1, 8)) and name in MASKS:
        code = BOOL
    if code is None or tensor.lanes != 1:
        code = _refused(owner, name, f"number {tensor.code} of DLPack with {tensor.bits} bits")
    shape = tuple(tensor.shape[axis] for axis in range(tensor.ndim))
    strides = tuple(tensor.strides[axis] for axis in range(tensor.ndim)) if tensor.strides else None
    return Layout(name, code, shape, strides), (tensor.data or 0) + tensor.byte_offset
