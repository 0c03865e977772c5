"""Kindred's losses in JAX.

    loss = kindred.jax.Loss("ce + kd(temperature: 4) + 25*rkd.distance")
    gradient = jax.grad(lambda z: loss(student={"logits": z}, teacher=t, labels=y))(z)

The loss runs on the processor, through `jax.pure_callback`, and works inside of `jax.jit`. It is differentiated once,
by the student's outputs and by its parameters.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from typing import Any, Optional

import jax
import jax.numpy as jnp
import numpy as np

import kindred
from kindred._arguments import moment_of, named, read
from kindred._errors import ArgumentError, checked
from kindred._evaluator import Described
from kindred._views import MASKS

Arrays = Mapping[str, Any]


class Loss(Described):
    """A loss, from a formula. It has no state: what it learns is an argument, `parameters`.

    A loss that remembers (`rrd`, `crd`) is an error, because its memory grows, and JAX knows every shape before it
    computes.
    """

    @checked
    def __init__(self, formula: str) -> None:
        self._loss = kindred.Loss(formula)
        if self._loss.has_memory:
            raise ArgumentError(
                f"'{formula}' remembers, which kindred.jax cannot do: use kindred.Loss outside of jax.jit"
            )
        self._describe(self._loss._handle, formula)

    @checked
    def __call__(
        self,
        *,
        student: Arrays,
        teacher: Optional[Arrays] = None,
        labels: Any = None,
        indices: Any = None,
        step: Any = None,
        progress: Any = None,
        seed: Any = 0,
        parameters: Optional[Arrays] = None,
    ) -> jax.Array:
        """The value of the loss on a batch, a scalar. The arguments are those of `kindred.Loss.evaluate`."""
        value: jax.Array = self._value_and_terms(student, teacher, labels, indices, step, progress, seed, parameters)[0]
        return value

    @checked
    def value_and_terms(
        self,
        *,
        student: Arrays,
        teacher: Optional[Arrays] = None,
        labels: Any = None,
        indices: Any = None,
        step: Any = None,
        progress: Any = None,
        seed: Any = 0,
        parameters: Optional[Arrays] = None,
    ) -> tuple[jax.Array, dict[str, jax.Array]]:
        """The value, and each term's value without its weight, as `jax.grad(…, has_aux=True)` takes them.

        Terms are there to be looked at: only the value is differentiated.
        """
        value, terms = self._value_and_terms(student, teacher, labels, indices, step, progress, seed, parameters)
        return value, dict(zip(self.term_names, jax.lax.stop_gradient(terms)))

    @checked
    def initial_parameters(
        self, student: Arrays, teacher: Optional[Arrays] = None, seed: int = 0
    ) -> dict[str, jax.Array]:
        """The parameters before anything is learned, in the shapes that a batch's outputs ask for."""
        taught = None if teacher is None else _host(named("teacher", teacher))
        values = self._loss.initial_parameters(_host(named("student", student)), taught, seed)
        return {name: jnp.asarray(value) for name, value in values.items()}

    def _value_and_terms(
        self,
        student: Any,
        teacher: Any,
        labels: Any,
        indices: Any,
        step: Any,
        progress: Any,
        seed: Any,
        parameters: Any,
    ) -> Any:
        learned = {"student": {}, "parameters": dict(named("parameters", parameters or {}))}
        masks: dict[str, Any] = {}
        for name, value in read(named("student", student), self.student_outputs).items():
            (masks if name in MASKS else learned["student"])[name] = jnp.asarray(value)
        taught = None if teacher is None else read(named("teacher", teacher), self.teacher_outputs)
        constants = {"labels": labels, "indices": indices, "step": step, "progress": progress, "seed": _words(seed)}
        constants = {name: jnp.asarray(value) for name, value in constants.items() if value is not None}
        return _evaluate(self, learned, {"teacher": taught, "masks": masks, **constants})

    def _on_host(self, differentiates: bool, learned: Any, others: Any) -> Any:
        """One evaluation, with arrays of NumPy in and out."""
        given: dict[str, Any] = {name: others[name].item() for name in ("step", "progress") if name in others}
        given["seed"] = sum(int(word) << 32 * place for place, word in enumerate(np.ravel(others["seed"])))
        given.update({name: np.asarray(others[name]) for name in ("labels", "indices") if name in others})
        result = self._loss.evaluate(
            student=_host({**learned["student"], **others["masks"]}),
            teacher=None if others["teacher"] is None else _host(others["teacher"]),
            parameters=_host(learned["parameters"]),
            **given,
        )
        terms = np.array([result.terms[name].value for name in self.term_names], np.float32)
        value = np.asarray(result.value, _type(learned))
        if not differentiates:
            return value, terms
        gradients = {name: result.gradients[name] for name in learned["student"]}
        return (value, terms), {"student": gradients, "parameters": result.parameter_gradients}


def _host(arrays: Arrays) -> dict[str, Any]:
    return {name: np.asarray(value) for name, value in arrays.items()}


def _words(seed: Any) -> Any:
    """A seed that is no array as two halves, because JAX has integers of 32 bits."""
    if isinstance(seed, jax.Array):
        return seed
    moment_of(None, None, seed)
    return np.array([operator.index(seed) % 2**32, operator.index(seed) >> 32], np.uint32)


def _type(learned: Any) -> Any:
    return np.float64 if any(value.dtype == np.float64 for value in learned["student"].values()) else np.float32


def _called(loss: Loss, differentiates: bool, learned: Any, others: Any) -> Any:
    shape: Any = jax.ShapeDtypeStruct
    outputs = shape((), _type(learned)), shape((len(loss.term_names),), np.float32)
    shapes = jax.tree.map(lambda value: shape(value.shape, value.dtype), learned)
    return jax.pure_callback(
        functools.partial(loss._on_host, differentiates),
        (outputs, shapes) if differentiates else outputs,
        learned,
        others,
        vmap_method="sequential",
    )


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _evaluate(loss: Loss, learned: Any, others: Any) -> Any:
    return _called(loss, False, learned, others)


def _forward(loss: Loss, learned: Any, others: Any) -> Any:
    return _called(loss, True, learned, others)


def _backward(loss: Loss, gradients: Any, above: Any) -> Any:
    return jax.tree.map(lambda gradient: (gradient * above[0]).astype(gradient.dtype), gradients), None


_evaluate.defvjp(_forward, _backward)
