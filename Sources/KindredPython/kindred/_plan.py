"""The arguments of a call in C, made once for arrays of the same names, types, shapes and strides.

A training loop calls a loss with the same layouts again and again, and only the addresses change. A plan
holds everything else.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import byref, c_void_p
from typing import NamedTuple, Optional

from kindred._library import Array, Batch, Handle, check, library


class Layout(NamedTuple):
    """What an array is, apart from where its numbers are. Strides are in elements, or None if it is row-major."""

    name: str
    type: int
    shape: tuple[int, ...]
    strides: Optional[tuple[int, ...]]


class Moment(NamedTuple):
    """How far a training is."""

    step: int
    progress: float


class Arguments:
    """The arrays of one call, in the order in which C takes them."""

    __slots__ = ("layouts", "counts", "addresses", "kept")

    def __init__(self) -> None:
        self.layouts: list[Layout] = []
        self.addresses: list[int] = []
        self.counts: list[int] = []
        #: What must live until the call is over.
        self.kept: list[object] = []

    def add(self, layout: Layout, address: int) -> None:
        self.layouts.append(layout)
        self.addresses.append(address)

    def end(self) -> None:
        """Ends a group: the student's arrays, the teacher's, tensors, labels, indices, gradients."""
        self.counts.append(len(self.layouts))


class Plan:
    """The structures of C for arrays of some layouts."""

    def __init__(self, layouts: Sequence[Layout], counts: Sequence[int]) -> None:
        arrays = (Array * max(1, len(layouts)))()
        self._kept: list[object] = [arrays]
        for array, layout in zip(arrays, layouts):
            array.name, array.type, array.rank = layout.name.encode(), layout.type, len(layout.shape)
            for field, numbers in (("shape", layout.shape), ("strides", layout.strides)):
                if numbers is not None:
                    values = (ctypes.c_int64 * max(1, len(numbers)))(*numbers)
                    self._kept.append(values)
                    setattr(array, field, values)
        self._slots = list(arrays)
        starts = [0, *counts]
        places = [ctypes.addressof(arrays) + start * ctypes.sizeof(Array) for start in starts]
        sizes = [end - start for start, end in zip(starts, counts)]
        self.batch = Batch(
            student=places[0],
            student_count=sizes[0],
            teacher=places[1],
            teacher_count=sizes[1],
            tensors=places[2],
            tensor_count=sizes[2],
            labels=places[3] if sizes[3] else None,
            indices=places[4] if sizes[4] else None,
        )
        self._batch = byref(self.batch)
        self._gradients, self._gradient_count = c_void_p(places[5]), sizes[5]
        self._result, self._error = c_void_p(), c_void_p()
        self._out, self._why = byref(self._result), byref(self._error)

    def fill(self, addresses: Sequence[int], moment: Optional[Moment], seed: int) -> None:
        for slot, address in zip(self._slots, addresses):
            slot.data = address
        batch = self.batch
        batch.seed, batch.has_moment = seed, moment is not None
        batch.step, batch.progress = moment if moment is not None else (0, 0.0)

    def evaluate(self, handle: Handle) -> c_void_p:
        status = library.kindred_evaluate(
            handle.pointer, self._batch, self._gradients, self._gradient_count, self._out, self._why
        )
        return self._taken(status)

    def balance(self, handle: Handle) -> c_void_p:
        return self._taken(library.kindred_balance(handle.pointer, self._batch, self._out, self._why))

    def initial_tensors(self, handle: Handle) -> c_void_p:
        return self._taken(library.kindred_initial_tensors(handle.pointer, self._batch, self._out, self._why))

    def _taken(self, status: int) -> c_void_p:
        check(status, self._error)
        return c_void_p(self._result.value)


class Plans:
    """The plans of one loss. A plan that is in use is not in here, so that threads do not share it."""

    LIMIT = 16

    def __init__(self) -> None:
        self._plans: dict[tuple[object, ...], Plan] = {}

    def take(self, arguments: Arguments) -> tuple[tuple[object, ...], Plan]:
        key = (*arguments.layouts, *arguments.counts)
        plan = self._plans.pop(key, None)
        return key, plan if plan is not None else Plan(arguments.layouts, arguments.counts)

    def give_back(self, key: tuple[object, ...], plan: Plan) -> None:
        if len(self._plans) >= self.LIMIT:
            self._plans.clear()
        self._plans[key] = plan
