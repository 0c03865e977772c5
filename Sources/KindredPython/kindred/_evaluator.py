"""What every form of a loss shares: its formula, what it reads, and a call of the library."""

from __future__ import annotations

from ctypes import c_void_p
from typing import Any, Optional

from kindred import _library
from kindred._library import Handle
from kindred._plan import Arguments, Moment, Plans
from kindred._result import Result


class Evaluator:
    """A loss of the library, with the plans of its calls."""

    def __init__(self, formula: str) -> None:
        self._handle = Handle(formula)
        self._plans = Plans()
        needs = self._handle.needs()
        #: The formula.
        self.formula = formula
        #: The outputs that the loss reads of the student.
        self.student_outputs: tuple[str, ...] = self._handle.outputs(_library.STUDENT)
        #: The outputs that the loss reads of the teacher.
        self.teacher_outputs: tuple[str, ...] = self._handle.outputs(_library.TEACHER)
        #: The names of the terms.
        self.term_names: tuple[str, ...] = self._handle.terms()
        #: Whether it reads the class of each example.
        self.needs_labels = bool(needs & _library.NEEDS_LABELS)
        #: Whether it reads the place of each example in the data.
        self.needs_indices = bool(needs & _library.NEEDS_INDICES)
        #: Whether weights move or something is drawn by chance, so that it needs `step`.
        self.needs_moment = bool(needs & _library.NEEDS_MOMENT)
        #: Whether it has parameters, which are learned with the student.
        self.has_parameters = bool(needs & _library.HAS_PARAMETERS)
        #: Whether it has a memory, which is kept from step to step.
        self.has_memory = bool(needs & _library.HAS_MEMORY)
        #: Whether its weights follow the share of the training that is over, so that it needs `progress`.
        self.needs_progress = bool(needs & _library.NEEDS_PROGRESS)
        #: The tensors that it learns or remembers by name, and whether each is learned.
        self.tensors: dict[str, bool] = self._handle.tensors()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.formula,)

    def run(self, call: str, arguments: Arguments, moment: Optional[Moment], seed: int) -> Result:
        """Calls `evaluate`, `balance` or `initial_tensors` of the library."""
        key, plan = self._plans.take(arguments)
        plan.fill(arguments.addresses, moment, seed)
        pointer: c_void_p = getattr(plan, call)(self._handle)
        self._plans.give_back(key, plan)
        return Result(pointer)
