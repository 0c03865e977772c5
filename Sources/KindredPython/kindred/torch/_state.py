"""What a loss learns and remembers, as parameters and buffers of a module under the tensors' own names."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn


class Scope(nn.Module):
    """A part of a name: `fitnet.weight` is the parameter `weight` of the scope `fitnet`."""

    def extra_repr(self) -> str:
        tensors = [*self._parameters.items(), *self._buffers.items()]
        return ", ".join(f"{name}: {tuple(tensor.shape)}" for name, tensor in tensors if tensor is not None)


def place(module: nn.Module, name: str, tensor: torch.Tensor, learns: bool) -> None:
    """Puts a tensor in its place, or another one in the place of a tensor that is there."""
    *scopes, last = name.split(".")
    for scope in scopes:
        if scope not in module._modules:
            module.add_module(scope, Scope())
        module = module._modules[scope]  # type: ignore[assignment]
    if last in module._parameters:
        module._parameters[last].data = tensor  # type: ignore[union-attr]
    elif last in module._buffers:
        module._buffers[last] = tensor
    elif learns:
        module.register_parameter(last, nn.Parameter(tensor))
    else:
        module.register_buffer(last, tensor)


def parameters_of(module: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters by their tensors' names."""
    return dict(_found(module, "", True))  # type: ignore[arg-type]


def memory_of(module: nn.Module) -> dict[str, torch.Tensor]:
    """The memory by its tensors' names."""
    return dict(_found(module, "", False))


def _found(module: nn.Module, prefix: str, learns: bool) -> Iterator[tuple[str, torch.Tensor]]:
    for name, tensor in (module._parameters if learns else module._buffers).items():
        if tensor is not None:
            yield prefix + name, tensor
    for name, child in module._modules.items():
        if child is not None:
            yield from _found(child, f"{prefix}{name}.", learns)
