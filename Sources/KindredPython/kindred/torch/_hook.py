"""The outputs of modules inside a network, which stays as it is."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, Union

import torch
from torch import nn

from kindred._errors import ArgumentError, nearest

#: Where an output is: a module's name, or this and the key or place of a tensor in what the module gives.
Place = Union[str, tuple[str, Union[str, int]]]


class HookedOutputs(Mapping[str, torch.Tensor]):
    """The outputs of the network's last pass, by name. `remove()` ends it.

    A copy of the network by `copy.deepcopy` or pickle has hooks of its own, and not this one's tensors.
    """

    def __init__(self, model: nn.Module, places: Mapping[str, Place]) -> None:
        modules = dict(model.named_modules())
        self._places = {name: place if isinstance(place, tuple) else (place, None) for name, place in places.items()}
        self._outputs: dict[str, torch.Tensor] = {}
        self._running = False
        for name, (module, _) in self._places.items():
            if module not in modules:
                named = [each for each in modules if each]
                raise ArgumentError(f"'{name}': the network has no module '{module}': {nearest(module, named)}")
        self._handles = [model.register_forward_pre_hook(self._begin)]
        for name, (module, key) in self._places.items():
            self._handles.append(
                modules[module].register_forward_hook(functools.partial(self._record, name, module, key))
            )
        self._handles.append(model.register_forward_hook(self._end, always_call=True))

    def _begin(self, *_: Any) -> None:
        self._outputs.clear()
        self._running = True

    def _end(self, *_: Any) -> None:
        self._running = False

    def _record(self, name: str, module: str, key: Any, _: nn.Module, __: Any, output: Any) -> None:
        # A module runs again, outside of a pass, if a checkpoint computes its activations once more.
        if not self._running:
            return
        if name in self._outputs:
            raise ArgumentError(f"'{name}': '{module}' ran twice in one pass: hook a module that runs once")
        self._outputs[name] = _tensor(f"'{name}': '{module}'", output, key)

    def __getstate__(self) -> dict[str, Any]:
        # Tensors inside of a graph cannot be copied.
        return {**self.__dict__, "_outputs": {}, "_running": False}

    def remove(self) -> None:
        """Takes the hooks out of the network."""
        for handle in self._handles:
            handle.remove()

    def __getitem__(self, name: str) -> torch.Tensor:
        if name not in self._outputs:
            if name in self._places:
                raise ArgumentError(
                    f"'{self._places[name][0]}', which gives '{name}', has not run: call the network first"
                )
            raise KeyError(name)
        return self._outputs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _tensor(where: str, output: Any, key: Any) -> torch.Tensor:
    if key is not None:
        try:
            output = output[key]
        except (KeyError, IndexError, TypeError):
            raise ArgumentError(f"{where} gives no {key!r}, but {_kind(output)}") from None
    if not isinstance(output, torch.Tensor):
        raise ArgumentError(f"{where} gives {_kind(output)}: name the tensor by (module, key or place)")
    return output


def _kind(output: Any) -> str:
    if isinstance(output, Mapping):
        return "the keys " + ", ".join(str(key) for key in output)
    return f"{len(output)} values" if isinstance(output, (tuple, list)) else f"a {type(output).__name__}"


def hook(model: nn.Module, places: Mapping[str, Place]) -> HookedOutputs:
    """Follows the outputs of modules by their names in `model.named_modules()`; `""` is the network itself.

        outputs = kindred.torch.hook(model, {"embedding": "avgpool", "stage2": "layer2", "logits": ""})
        model(images)
        value = criterion(student=outputs, teacher=taught, labels=labels)

    A module that gives several tensors takes the key or the place of one: `("encoder", "last_hidden_state")`.
    """
    return HookedOutputs(model, places)
