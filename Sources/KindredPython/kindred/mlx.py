"""Kindred's losses in MLX.

    loss = kindred.mlx.Loss("ce + kd(temperature: 4) + 25*rkd.distance")
    gradient = mx.grad(lambda z: loss(student={"logits": z}, teacher=t, labels=y))(z)

The loss runs on the processor, which shares its memory with MLX. It is evaluated where it is called, so it stands
outside of `mx.compile`, and it is differentiated once, by the student's outputs and by its parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional, cast

import mlx.core as mx
import numpy as np

import kindred
from kindred._arguments import named, read
from kindred._errors import KindredError, checked
from kindred._evaluator import Described
from kindred._result import Term

Arrays = Mapping[str, Any]


class Loss(Described):
    """A loss, from a formula. What it learns is an argument, and what it remembers is `memory` after each call."""

    @checked
    def __init__(self, formula: str) -> None:
        self._loss = kindred.Loss(formula)
        self._describe(self._loss._handle, formula)
        #: The terms of the last call by name, each with its value and its weight.
        self.terms: dict[str, Term] = {}
        #: What the loss remembers after the last call. Give it to the next one.
        self.memory: dict[str, Any] = {}

    @checked
    def __call__(
        self,
        *,
        student: Arrays,
        teacher: Optional[Arrays] = None,
        labels: Any = None,
        indices: Any = None,
        step: Optional[int] = None,
        progress: Optional[float] = None,
        seed: int = 0,
        parameters: Optional[Arrays] = None,
        memory: Optional[Arrays] = None,
    ) -> mx.array:
        """The value of the loss on a batch, a scalar. The arguments are those of `kindred.Loss.evaluate`."""
        student = read(named("student", student), self.student_outputs)
        taught = None if teacher is None else read(named("teacher", teacher), self.teacher_outputs)
        parameters = named("parameters", parameters or {})
        names, learned = list(student), list(parameters)
        gradients: list[Any] = []

        def evaluate(*arrays: Any) -> Any:
            result = self._loss.evaluate(
                student=_host(dict(zip(names, arrays))),
                teacher=None if taught is None else _host(taught),
                labels=None if labels is None else np.array(labels, copy=None),
                indices=None if indices is None else np.array(indices, copy=None),
                step=step,
                progress=progress,
                seed=seed,
                parameters=_host(dict(zip(learned, arrays[len(names) :]))),
                memory=memory,
            )
            self.terms, self.memory = result.terms, result.memory
            gradients[:] = [result.gradients.get(name) for name in names]
            gradients.extend(result.parameter_gradients[name] for name in learned)
            return mx.array(result.value)

        function = mx.custom_function(evaluate)

        @function.vjp
        def pulled(primals: Any, above: Any, _: Any) -> Any:
            # MLX gives one argument as it is, and several as a tuple.
            primals = primals if isinstance(primals, tuple) else (primals,)
            return tuple(
                mx.zeros_like(primal)
                if gradient is None
                else (_once(mx.array(gradient), primal) * above).astype(primal.dtype)
                for primal, gradient in zip(primals, gradients)
            )

        @function.jvp
        def pushed(*_: Any) -> Any:
            raise KindredError("a Kindred loss is differentiated by mx.grad, not by mx.jvp")

        value: Any = function(*student.values(), *parameters.values())
        return cast(mx.array, value)

    @checked
    def initial_parameters(
        self, student: Arrays, teacher: Optional[Arrays] = None, seed: int = 0
    ) -> dict[str, mx.array]:
        """The parameters before anything is learned, in the shapes that a batch's outputs ask for."""
        taught = None if teacher is None else _host(named("teacher", teacher))
        values = self._loss.initial_parameters(_host(named("student", student)), taught, seed)
        return {name: mx.array(value) for name, value in values.items()}


@mx.custom_function
def _once(gradient: Any, _: Any) -> Any:
    """A gradient at an output that cannot be differentiated, and says so instead of being a constant."""
    return gradient


@_once.vjp
def _refused(*_: Any) -> Any:
    raise KindredError("the gradient of a Kindred loss is differentiated, and the library gives first derivatives only")


def _host(arrays: Arrays) -> dict[str, Any]:
    """The arrays as NumPy sees them, in place. It has no bfloat16, which becomes float32."""
    return {name: _in_place(value) for name, value in arrays.items()}


def _in_place(value: Any) -> Any:
    if isinstance(value, mx.array) and value.dtype == mx.bfloat16:
        value = value.astype(mx.float32)
    return np.array(value, copy=None)
