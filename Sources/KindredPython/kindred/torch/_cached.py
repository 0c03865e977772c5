"""One loss of a batch that does not fit with its graph.

The loss needs the outputs of all examples together, and the network needs the gradient at its outputs. So each
micro-batch runs twice: without a graph for the outputs, and with one after the gradient is known. Only the outputs of
the whole batch and the graph of one micro-batch are in memory at a time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Union, cast

import torch

from kindred._errors import ArgumentError
from kindred.torch._loss import Loss, Outputs

Model = Callable[[Any], Union[torch.Tensor, Outputs]]


def cached_backward(
    model: Model,
    batches: Iterable[Any],
    teacher_outputs: Union[None, Outputs, Sequence[Outputs]],
    loss: Loss,
    *,
    scaler: Any = None,
    **keywords: Any,
) -> torch.Tensor:
    """Adds the gradient of the loss of all micro-batches together to `.grad`, and returns the value.

    - `model`: gives the outputs of one micro-batch, by name, or as one tensor if the loss reads one of the student.
      It may be DistributedDataParallel.
    - `batches`: the micro-batches, each as `model` takes it, of any sizes.
    - `teacher_outputs`: the teacher's outputs of the whole batch, or a list of those of each micro-batch.
    - `scaler`: a `torch.amp.GradScaler`, whose factor is in the gradients, as after `scaler.scale(value).backward()`.
    - `keywords`: what the loss takes beside them: `labels` and `indices` of the whole batch, `step`, …

    It equals a step on the whole batch for networks whose examples do not see each other. Batch normalization in
    training does not: each micro-batch has its own statistics, and its running ones move twice. PyTorch's random
    state is replayed, so that dropout drops the same numbers both times.
    """
    if isinstance(batches, torch.Tensor):
        raise ArgumentError("batches is one tensor, and takes the micro-batches: give its parts, batches.split(16)")
    batches = list(batches)
    if not batches:
        raise ArgumentError("there are no micro-batches")
    states, parts = [], []
    with torch.no_grad():
        for batch in batches:
            states.append(_random_state())
            parts.append(_named(model(batch), loss))
    whole = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
    leaves = {
        name: tensor.requires_grad_() if tensor.is_floating_point() and name not in ("mask", "weights") else tensor
        for name, tensor in whole.items()
    }
    value: Any = loss(student=leaves, teacher=_joined(teacher_outputs), **keywords)
    (value if scaler is None else scaler.scale(value)).backward()
    start = 0
    for i, (batch, state) in enumerate(zip(batches, states)):
        count = next(iter(parts[i].values())).shape[0]
        _restore(state)
        alone = i + 1 < len(batches) and hasattr(model, "no_sync")
        with model.no_sync() if alone else contextlib.nullcontext():  # type: ignore[attr-defined]
            outputs = _named(model(batch), loss)
            reached = [(outputs[name], leaf.grad) for name, leaf in leaves.items() if leaf.grad is not None]
            pairs = [(output, gradient[start : start + count]) for output, gradient in reached if output.requires_grad]
            torch.autograd.backward([output for output, _ in pairs], [gradient for _, gradient in pairs])
        start += count
    return cast(torch.Tensor, value.detach())


def _named(outputs: Any, loss: Loss) -> Mapping[str, torch.Tensor]:
    if isinstance(outputs, torch.Tensor):
        if len(loss.student_outputs) != 1:
            raise ArgumentError(f"the model gives one tensor, and the loss reads {', '.join(loss.student_outputs)}")
        return {loss.student_outputs[0]: outputs}
    return dict(outputs)


def _joined(outputs: Any) -> Any:
    if outputs is None or isinstance(outputs, Mapping):
        return outputs
    return {name: torch.cat([part[name] for part in outputs]) for name in outputs[0]}


def _random_state() -> tuple[torch.Tensor, list[torch.Tensor]]:
    """The state of all of PyTorch's random numbers."""
    return torch.get_rng_state(), torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []


def _restore(state: tuple[torch.Tensor, list[torch.Tensor]]) -> None:
    torch.set_rng_state(state[0])
    if state[1]:
        torch.cuda.set_rng_state_all(state[1])
