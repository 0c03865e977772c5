"""A loss of a formula, on arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

import numpy as np

from kindred._arguments import moment_of, named, read
from kindred._errors import checked
from kindred._evaluator import Evaluator
from kindred._plan import Arguments
from kindred._result import Balance, Term, described
from kindred._views import FLOATS, GRADIENTS, MASKS, add, zeros_like

#: Arrays by name. An array is NumPy's, or one that offers DLPack or the array interface.
Arrays = Mapping[str, Any]
Values = dict[str, "np.ndarray[Any, Any]"]


class Evaluation(NamedTuple):
    """The value of a loss on one batch, with its terms and gradients."""

    #: The value of the loss.
    value: float
    #: The terms by name, each with its value and its weight.
    terms: dict[str, Term]
    #: The gradient at each of the student's outputs, in its shape and type.
    gradients: Values
    #: The gradient at each parameter of the loss.
    parameter_gradients: Values
    #: What the loss remembers. Give it to the next step.
    memory: Values

    def __repr__(self) -> str:
        return described(self.value, self.terms)


class Loss(Evaluator):
    """A loss, from a formula: `kindred.Loss("ce + kd(temperature: 4) + 25*rkd.distance")`.

    It does not change after it was made, and may be used by several threads at once.
    """

    @checked
    def __init__(self, formula: str) -> None:
        super().__init__(formula)

    def __repr__(self) -> str:
        return f"kindred.Loss({self.formula!r})"

    @checked
    def evaluate(
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
    ) -> Evaluation:
        """The value of the loss on a batch, with its terms and gradients.

        - `student`, `teacher`: outputs by name. Rows are N×D, tokens N×T×D, maps N×C×H×W, of float32, float64, float16
          or bfloat16. `weights` (N) and `mask` (N×T), zeros and ones among the student's, say what counts.
        - `labels`: N classes from 0, or −100 for none; N×T of tokens and N×H×W of pixels; int64 or int32.
        - `indices`: N places in the data, from 0; int64 or int32.
        - `step`: how many steps came before. `progress`: their share of all steps, from 0 to 1. `seed`: of all random
          choices. A loss that depends on the moment needs `step`.
        - `parameters`, `memory`: what the loss learned (`initial_parameters` at first) and what the step before gave.

        Arrays are read in place, whatever their strides, but for negative ones, of which a copy is made. Numbers are
        computed in float32. An output that the loss does not read is not looked at, and has the gradient 0.
        """
        moment = moment_of(step, progress, seed, self.needs_progress)
        arguments = self._arguments(student, teacher, labels, indices, parameters, memory)
        layouts = {layout.name: layout for layout in arguments.layouts[: arguments.counts[0]]}
        outputs: Values = {}
        for name, value in student.items():
            layout = layouts.get(name)
            if layout is None:
                outputs.update(zeros_like(name, value))
            elif layout.type in FLOATS and name not in MASKS:
                kind = value.dtype if isinstance(value, np.ndarray) else GRADIENTS[layout.type]
                outputs[name] = gradient = np.empty(layout.shape, kind)
                add(arguments, "the gradient", name, gradient)
        learned: Values = {}
        start = arguments.counts[1]
        for layout in arguments.layouts[start : start + len(parameters or {})]:
            learned[layout.name] = gradient = np.empty(layout.shape, GRADIENTS[layout.type])
            add(arguments, "the gradient", layout.name, gradient)
        arguments.end()
        with self.run("evaluate", arguments, moment, seed) as result:
            return Evaluation(result.value(), result.terms(), outputs, learned, result.memory())

    @checked
    def balance(
        self,
        student: Arrays,
        teacher: Optional[Arrays] = None,
        *,
        labels: Any = None,
        indices: Any = None,
        step: Optional[int] = None,
        progress: Optional[float] = None,
        seed: int = 0,
        parameters: Optional[Arrays] = None,
        memory: Optional[Arrays] = None,
    ) -> dict[str, Balance]:
        """How much each term counts beside the others on a batch: its share, gradient norm and cosine.

        The arguments are those of `evaluate`.
        """
        moment = moment_of(step, progress, seed, self.needs_progress)
        arguments = self._arguments(student, teacher, labels, indices, parameters, memory)
        arguments.end()
        with self.run("balance", arguments, moment, seed) as result:
            return result.balances()

    @checked
    def initial_parameters(self, student: Arrays, teacher: Optional[Arrays] = None, seed: int = 0) -> Values:
        """The parameters before anything is learned, by name, in the shapes that a batch's outputs ask for."""
        moment_of(None, None, seed)
        arguments = self._arguments(student, teacher, None, None, None, None)
        arguments.end()
        with self.run("initial_tensors", arguments, None, seed) as result:
            return {name: values for name, values, learns, _ in result.tensors() if learns}

    def _arguments(
        self,
        student: Arrays,
        teacher: Optional[Arrays],
        labels: Any,
        indices: Any,
        parameters: Optional[Arrays],
        memory: Optional[Arrays],
    ) -> Arguments:
        arguments = Arguments()
        for name, value in read(named("student", student), self.student_outputs).items():
            add(arguments, "the student's", name, value)
        arguments.end()
        if teacher is not None:
            for name, value in read(named("teacher", teacher), self.teacher_outputs).items():
                add(arguments, "the teacher's", name, value)
        arguments.end()
        for argument, tensors in (("parameters", parameters), ("memory", memory)):
            if tensors is not None:
                for name, value in named(argument, tensors).items():
                    add(arguments, "the loss's", name, value)
        arguments.end()
        for name, value in (("labels", labels), ("indices", indices)):
            if value is not None:
                add(arguments, "the", name, value)
            arguments.end()
        return arguments
