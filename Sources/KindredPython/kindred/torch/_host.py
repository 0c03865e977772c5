"""Tensors where the library reads them, which is the memory of the processor."""

from __future__ import annotations

from typing import Any

import torch

from kindred._errors import ArgumentError
from kindred._library import BFLOAT16, BOOL, FLOAT16, FLOAT32, FLOAT64, INT32, INT64
from kindred._plan import Arguments, Layout
from kindred._views import MASKS

Tensors = dict[str, torch.Tensor]

_TYPES = {
    torch.float32: FLOAT32,
    torch.float64: FLOAT64,
    torch.float16: FLOAT16,
    torch.bfloat16: BFLOAT16,
    torch.int32: INT32,
    torch.int64: INT64,
    torch.bool: BOOL,
}


def tensors_of(owner: str, tensors: Any) -> Tensors:
    """A network's outputs without their graph, or an error that names the one which is no tensor."""
    detached = {}
    for name, value in tensors.items():
        if not isinstance(value, torch.Tensor):
            raise ArgumentError(f"{owner} '{name}' is a {type(value).__name__}, not a tensor")
        detached[name] = resolved(value.detach() if value.requires_grad else value)
    return detached


def resolved(value: torch.Tensor) -> torch.Tensor:
    """A tensor whose numbers are those in memory: PyTorch marks a negated view, and leaves its numbers as they are."""
    return value.resolve_neg() if value.is_neg() else value


def on_host(groups: list[Tensors]) -> list[Tensors]:
    """The tensors in the memory of the processor, where they are already or by copies that run beside each other.

    Copies from CUDA go to pinned memory, and this waits once for those of each device.
    """
    if all(value.is_cpu for tensors in groups for value in tensors.values()):
        return groups
    devices = set()
    copies: list[Tensors] = []
    for tensors in groups:
        copy = {}
        for name, value in tensors.items():
            if value.device.type == "cuda":
                pinned = torch.empty(value.shape, dtype=value.dtype, pin_memory=True)
                copy[name] = pinned.copy_(value, non_blocking=True)
                devices.add(value.device)
            else:
                copy[name] = value.cpu()
        copies.append(copy)
    for device in devices:
        torch.cuda.current_stream(device).synchronize()
    return copies


def empty_on_host(like: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Room for a gradient, pinned if it goes to CUDA afterwards."""
    if like.is_cpu:
        return torch.empty_like(like, dtype=dtype, memory_format=torch.contiguous_format)
    return torch.empty(like.shape, dtype=dtype, pin_memory=like.device.type == "cuda")


def add(arguments: Arguments, owner: str, name: str, value: torch.Tensor) -> None:
    """Adds a tensor of the processor's memory to the arguments of a call, without a copy."""
    code = _TYPES.get(value.dtype)
    if code is None:
        if name not in MASKS or value.dtype not in (torch.uint8, torch.int8):
            raise ArgumentError(f"{owner} '{name}' is of type {value.dtype}, which the library does not read")
        code = BOOL
    strides = None if value.is_contiguous() else value.stride()
    arguments.add(Layout(name, code, tuple(value.shape), strides), value.data_ptr())
    arguments.kept.append(value)
