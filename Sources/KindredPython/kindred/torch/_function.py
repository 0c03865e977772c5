"""The loss as a function that PyTorch differentiates."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

import torch

from kindred._errors import KindredError
from kindred._evaluator import Evaluator
from kindred._plan import Arguments, Moment
from kindred._result import Term
from kindred.torch._host import Tensors, add, empty_on_host, on_host

#: A gradient of 16 bits is kept in 32 until it is multiplied by what comes from above, as a scaler's factor.
_GRADIENT = {torch.float64: torch.float64}


class Inputs(NamedTuple):
    """All of a call that has no gradient, and the student's outputs and the parameters without their graph."""

    student: Tensors
    teacher: Tensors
    parameters: Tensors
    memory: Tensors
    labels: Optional[torch.Tensor]
    indices: Optional[torch.Tensor]
    moment: Optional[Moment]
    seed: int


class Outcome(NamedTuple):
    """What an evaluation gave. Gradients are in the memory of the processor."""

    value: float
    terms: dict[str, Term]
    gradients: Tensors
    memory: Tensors


def arguments_of(inputs: Inputs) -> Arguments:
    """The arguments of a call, apart from gradients."""
    targets = {}
    if inputs.labels is not None:
        targets["labels"] = inputs.labels
    if inputs.indices is not None:
        targets["indices"] = inputs.indices
    groups = [inputs.student, inputs.teacher, inputs.parameters, inputs.memory, targets]
    student, teacher, parameters, memory, targets = on_host(groups)
    arguments = Arguments()
    for name, value in student.items():
        add(arguments, "the student's", name, value)
    arguments.end()
    for name, value in teacher.items():
        add(arguments, "the teacher's", name, value)
    arguments.end()
    for tensors in (parameters, memory):
        for name, value in tensors.items():
            add(arguments, "the loss's", name, value)
    arguments.end()
    for name in ("labels", "indices"):
        if name in targets:
            add(arguments, "the", name, targets[name])
        arguments.end()
    return arguments


def evaluate(evaluator: Evaluator, inputs: Inputs, wanted: list[str]) -> Outcome:
    """Evaluates a loss, with the gradients of these outputs and parameters."""
    arguments = arguments_of(inputs)
    gradients = {}
    for name in wanted:
        like = inputs.student[name] if name in inputs.student else inputs.parameters[name]
        gradients[name] = gradient = empty_on_host(like, _GRADIENT.get(like.dtype, torch.float32))
        add(arguments, "the gradient", name, gradient)
    arguments.end()
    with evaluator.run("evaluate", arguments, inputs.moment, inputs.seed) as result:
        memory = {name: torch.from_numpy(values) for name, values in result.memory().items()}
        return Outcome(result.value(), result.terms(), gradients, memory)


def applied(function: Any) -> Any:
    """The `apply` of a function, which PyTorch does not type."""
    return function.apply


class LossFunction(torch.autograd.Function):
    """The value of an evaluation whose gradients are known, as a function of the tensors that they belong to.

    A gradient that is None is 0: that of an output which the loss does not read.
    """

    @staticmethod
    def forward(
        ctx: Any, value: float, dtype: torch.dtype, gradients: list[Optional[torch.Tensor]], *tensors: torch.Tensor
    ) -> torch.Tensor:
        # PyTorch lets go of what it saves before it hands a gradient on. A leaf then takes it without a copy.
        ctx.save_for_backward(*(gradient for gradient in gradients if gradient is not None))
        ctx.are_zero = [gradient is None for gradient in gradients]
        ctx.types = [(tensor.device, tensor.dtype, tensor.shape) for tensor in tensors]
        return tensors[0].new_full((), value, dtype=dtype)

    @staticmethod
    def backward(ctx: Any, above: torch.Tensor) -> tuple[Optional[torch.Tensor], ...]:
        given = []
        gradients = iter(ctx.saved_tensors)
        are_given = _are_given(above)
        for is_zero, (device, dtype, shape) in zip(ctx.are_zero, ctx.types):
            if is_zero:
                given.append(torch.zeros(shape, dtype=dtype, device=device))
                continue
            moved = next(gradients).to(device, non_blocking=True)
            if torch.is_grad_enabled():
                moved = applied(_Once)(moved, torch.zeros((), requires_grad=True))
            given.append((moved if are_given else moved * above.to(moved.device, moved.dtype)).to(dtype))
        return (None, None, None, *given)


def _are_given(above: torch.Tensor) -> bool:
    """Whether gradients may be handed on as they are.

    That is so if `backward` was called of the loss itself, and nobody asks for the same gradients again, of which
    whoever has them may write into them.
    """
    keeps_graph = getattr(torch._C._autograd, "_get_current_graph_task_keep_graph", lambda: True)
    if torch.compiler.is_compiling() or torch.is_grad_enabled() or not above.is_cpu or keeps_graph():
        return False
    try:
        return above.item() == 1
    except RuntimeError:  # a batch of gradients, `is_grads_batched`
        return False


class _Once(torch.autograd.Function):
    """A gradient that cannot be differentiated, and says so instead of being a constant."""

    @staticmethod
    def forward(ctx: Any, gradient: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        return gradient.clone()

    @staticmethod
    def backward(ctx: Any, *above: Any) -> Any:
        raise KindredError(
            "the gradient of a Kindred loss is differentiated, and the library gives first derivatives only"
        )
