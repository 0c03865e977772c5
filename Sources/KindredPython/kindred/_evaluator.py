"""What every form of a loss shares: its formula, what it reads, and a call of the library."""

from __future__ import annotations

from ctypes import c_void_p
from typing import Any, Optional

from kindred import _library
from kindred._library import Handle
from kindred._plan import Arguments, Moment, Plans
from kindred._result import Result


class Described:
    """What a loss reads and owns, by which every form of it is asked."""

    #: The formula.
    formula: str
    #: The outputs that the loss reads of the student.
    student_outputs: tuple[str, ...]
    #: The outputs that the loss reads of the teacher.
    teacher_outputs: tuple[str, ...]
    #: The names of the terms.
    term_names: tuple[str, ...]
    #: Whether it reads the class of each example.
    needs_labels: bool
    #: Whether it reads the place of each example in the data.
    needs_indices: bool
    #: Whether weights move or something is drawn by chance, so that it needs `step`.
    needs_moment: bool
    #: Whether its weights follow the share of the training that is over, so that it needs `progress`.
    needs_progress: bool
    #: Whether it has parameters, which are learned with the student.
    has_parameters: bool
    #: Whether it has a memory, which is kept from step to step.
    has_memory: bool

    def _describe(self, handle: Handle, formula: str) -> None:
        self.formula = formula
        self.student_outputs = handle.outputs(_library.STUDENT)
        self.teacher_outputs = handle.outputs(_library.TEACHER)
        self.term_names = handle.terms()
        needs = handle.needs()
        self.needs_labels = bool(needs & _library.NEEDS_LABELS)
        self.needs_indices = bool(needs & _library.NEEDS_INDICES)
        self.needs_moment = bool(needs & _library.NEEDS_MOMENT)
        self.needs_progress = bool(needs & _library.NEEDS_PROGRESS)
        self.has_parameters = bool(needs & _library.HAS_PARAMETERS)
        self.has_memory = bool(needs & _library.HAS_MEMORY)


class Evaluator(Described):
    """A loss of the library, with the plans of its calls."""

    def __init__(self, formula: str) -> None:
        self._handle = Handle(formula)
        self._plans = Plans()
        self._describe(self._handle, formula)
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
        return Result(pointer, self.term_names, self.has_memory)
