"""A loss as a module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

import torch
from torch import nn

from kindred._arguments import moment_of, named, read, warn
from kindred._errors import ArgumentError, checked
from kindred._evaluator import Described, Evaluator
from kindred._result import Balance, Term
from kindred._views import MASKS
from kindred.torch._function import Inputs, LossFunction, applied, arguments_of, evaluate
from kindred.torch._gather import Gathered, gathered
from kindred.torch._host import Tensors, tensors_of
from kindred.torch._state import memory_of, parameters_of, place

#: Tensors by name.
Outputs = Mapping[str, torch.Tensor]


class Loss(nn.Module, Described):
    """A loss, from a formula: `kindred.torch.Loss("ce + 25*rkd.distance + fitnet(layer: stage2)")`.

    What it learns are parameters of this module, and what it remembers are buffers. They have the shapes of the
    networks' outputs, so they are made from the first batch: by `initialize`, by `load_state_dict`, or by the first
    call. Make the optimizer after that.

    - `gather`: under `torch.distributed`, whether the loss is that of all ranks' examples together. Every rank gets
      the gradient of its own rows, times the number of ranks, which DistributedDataParallel's mean takes away again.
    - `group`: the ranks that belong together; all of them if there is none.
    - `seed`: of the parameters' first values and of all that is drawn by chance.

    The loss is computed in float32, by the processor. Tensors may be of float32, float64, float16 or bfloat16.
    """

    @checked
    def __init__(self, formula: str, *, gather: bool = False, group: Any = None, seed: int = 0) -> None:
        super().__init__()
        self._evaluator = Evaluator(formula)
        self._describe(self._evaluator._handle, formula)
        self.gather, self.group, self.seed = gather, group, seed
        self._owns = self.has_parameters or self.has_memory
        self._initialized = not self._owns
        #: The terms of the last call by name, each with its value and its weight.
        self.terms: dict[str, Term] = {}
        #: The factor of the learning rate for a parameter, by name, as `rate:` in the formula says.
        self.rates: dict[str, float] = {}

    def extra_repr(self) -> str:
        return repr(self.formula) + (", gather=True" if self.gather else "")

    @checked
    def forward(
        self,
        *,
        student: Outputs,
        teacher: Optional[Outputs] = None,
        labels: Optional[torch.Tensor] = None,
        indices: Optional[torch.Tensor] = None,
        step: Optional[int] = None,
        progress: Optional[float] = None,
        seed: Optional[int] = None,
    ) -> torch.Tensor:
        """The value of the loss on a batch, a scalar that PyTorch differentiates once.

        - `student`, `teacher`: outputs by name. Rows are N×D, tokens N×T×D, maps N×C×H×W. `weights` (N) and `mask`
          (N×T), zeros and ones among the student's, say what counts. The teacher has no gradient.
        - `labels`: N classes from 0, or −100 for none; N×T of tokens and N×H×W of pixels; int64 or int32.
        - `indices`: N places in the data, from 0.
        - `step`: how many steps came before. `progress`: their share of all steps, from 0 to 1. A loss that depends
          on the moment needs `step`.
        - `seed`: in the place of the module's.
        """
        if not self._initialized and self._made(student, teacher, seed):
            warn(
                f"{', '.join(parameters_of(self))}: made from this batch. An optimizer that was made before does not "
                "train them. Call initialize(student=…, teacher=…) first"
            )
        whole = self._inputs(student, teacher, labels, indices, step, progress, seed)
        inputs = whole.inputs
        sources = {name: student[name] for name in inputs.student}
        sources.update(inputs.parameters)
        wanted, others = [], []
        if torch.is_grad_enabled():
            wanted = [name for name, tensor in sources.items() if tensor.requires_grad]
            others = [
                tensor
                for name, tensor in student.items()
                if name not in sources and isinstance(tensor, torch.Tensor) and tensor.requires_grad
            ]
        outcome = evaluate(self._evaluator, inputs, wanted)
        if self.training:
            self._remember(outcome.memory, inputs)
        self.terms = outcome.terms
        double = any(tensor.dtype == torch.float64 for tensor in inputs.student.values())
        dtype = torch.float64 if double else torch.float32
        if not wanted and not others:
            device = next((tensor.device for tensor in student.values()), None)
            return torch.tensor(outcome.value, dtype=dtype, device=device)
        gradients = [
            whole.own(gradient) if name in inputs.student else gradient for name, gradient in outcome.gradients.items()
        ]
        result: torch.Tensor = applied(LossFunction)(
            outcome.value, dtype, [*gradients, *(None for _ in others)], *(sources[name] for name in wanted), *others
        )
        return result

    @checked
    def balance(
        self,
        student: Outputs,
        teacher: Optional[Outputs] = None,
        *,
        labels: Optional[torch.Tensor] = None,
        indices: Optional[torch.Tensor] = None,
        step: Optional[int] = None,
        progress: Optional[float] = None,
        seed: Optional[int] = None,
    ) -> dict[str, Balance]:
        """How much each term counts beside the others on a batch: its share, gradient norm and cosine.

        The arguments are those of a call. With `gather`, every rank calls it.
        """
        self._made(student, teacher, seed)
        inputs = self._inputs(student, teacher, labels, indices, step, progress, seed).inputs
        arguments = arguments_of(inputs)
        arguments.end()
        with self._evaluator.run("balance", arguments, inputs.moment, inputs.seed) as result:
            return result.balances()

    @checked
    def initialize(self, student: Outputs, teacher: Optional[Outputs] = None, *, seed: Optional[int] = None) -> Loss:
        """Makes the parameters and the empty memory in the shapes that a batch asks for, and returns the module.

        Those that are there already, as after `load_state_dict`, stay. With `gather`, every rank calls it.
        """
        self._made(student, teacher, seed)
        return self

    def _made(self, student: Outputs, teacher: Optional[Outputs], seed: Optional[int]) -> bool:
        """Makes the tensors that are not there, and says whether a parameter is among them."""
        if self._initialized:
            return False
        inputs = self._inputs(student, teacher, None, None, None, None, seed, owned=False).inputs
        arguments = arguments_of(inputs)
        arguments.end()
        there = {**parameters_of(self), **memory_of(self)}
        device = next((tensor.device for tensor in student.values()), None)
        made = False
        with self._evaluator.run("initial_tensors", arguments, None, inputs.seed) as result:
            for name, values, learns, rate in result.tensors():
                if learns:
                    self.rates[name] = rate
                if name not in there:
                    place(self, name, torch.from_numpy(values).to(device), learns)
                    made = made or learns
        self._initialized = True
        return made

    def _inputs(
        self,
        student: Outputs,
        teacher: Optional[Outputs],
        labels: Optional[torch.Tensor],
        indices: Optional[torch.Tensor],
        step: Optional[int],
        progress: Optional[float],
        seed: Optional[int],
        owned: bool = True,
    ) -> Gathered:
        seed = self.seed if seed is None else seed
        parameters: Tensors = dict(parameters_of(self)) if owned and self._owns else {}
        inputs = Inputs(
            student=self._read("student", student, self.student_outputs),
            teacher={} if teacher is None else self._read("teacher", teacher, self.teacher_outputs),
            parameters=parameters,
            memory=memory_of(self) if owned and self._owns else {},
            labels=None if labels is None else tensors_of("the", {"labels": labels})["labels"],
            indices=None if indices is None else tensors_of("the", {"indices": indices})["indices"],
            moment=moment_of(step, progress, seed, self._evaluator.needs_progress),
            seed=seed,
        )
        return gathered(inputs, self.group) if self.gather else Gathered(inputs)

    def _read(self, network: str, outputs: Outputs, names: tuple[str, ...]) -> Tensors:
        kept = read(named(network, outputs), names)
        for name in MASKS.intersection(kept):
            if network == "student" and getattr(kept[name], "requires_grad", False):
                raise ArgumentError(f"the student's '{name}' says what counts, and has no gradient: detach it")
        return tensors_of(f"the {network}'s", kept)

    def _remember(self, memory: Tensors, inputs: Inputs) -> None:
        for name, tensor in memory.items():
            device = inputs.memory[name].device if name in inputs.memory else torch.device("cpu")
            place(self, name, tensor.to(device), False)

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *others: Any) -> None:
        """Makes the tensors that a state has, so that it can be loaded before the first batch.

        A memory has other numbers of rows at other steps, so it takes the state's shape.
        """
        learned, remembered = parameters_of(self), memory_of(self)
        for name, learns in self._evaluator.tensors.items():
            tensor = state_dict.get(prefix + name)
            if tensor is not None and name not in learned:
                device = remembered[name].device if name in remembered else tensor.device
                place(self, name, torch.empty_like(tensor, device=device), learns)
        super()._load_from_state_dict(state_dict, prefix, *others)
