"""All ranks' examples as one batch, in the order of ranks.

Each rank evaluates the same loss of the whole batch. Its own rows' gradient, times the number of ranks, gives the
gradient of the whole batch after DistributedDataParallel's mean: (1/P) Σᵣ Jᵣᵀ (P gᵣ) = Σᵣ Jᵣᵀ gᵣ. The loss's own
parameters have the gradient of the whole batch on every rank, which the mean of equal numbers leaves as it is.
"""

from __future__ import annotations

import math
import zlib
from typing import Any, NamedTuple, Optional

import torch
from torch import distributed

from kindred._errors import ArgumentError
from kindred.torch._function import Inputs
from kindred.torch._host import Tensors


class Gathered(NamedTuple):
    """The inputs of a loss, and which of their rows are this rank's."""

    inputs: Inputs
    rows: Optional[slice] = None
    ranks: int = 1

    def own(self, gradient: torch.Tensor) -> torch.Tensor:
        """What a rank gives back of the gradient at an output."""
        return gradient if self.rows is None else gradient[self.rows] * self.ranks


def gathered(inputs: Inputs, group: Any) -> Gathered:
    """The inputs of all ranks. Without several ranks, those that are given."""
    if not (distributed.is_available() and distributed.is_initialized()):
        return Gathered(inputs)
    ranks = distributed.get_world_size(group)
    if ranks == 1:
        return Gathered(inputs)
    targets = {"labels": inputs.labels, "indices": inputs.indices}
    groups: list[Tensors] = [
        inputs.student,
        inputs.teacher,
        {name: value for name, value in targets.items() if value is not None},
    ]
    tensors = [(place, name, value) for place, each in enumerate(groups) for name, value in sorted(each.items())]
    counts = _counts(tensors, ranks, group)
    rows = _rows([value for _, _, value in tensors], counts, group)
    whole: list[Tensors] = [{}, {}, {}]
    for (place, name, _), value in zip(tensors, rows):
        whole[place][name] = value
    start = sum(counts[: distributed.get_rank(group)])
    own = slice(start, start + counts[distributed.get_rank(group)])
    inputs = inputs._replace(
        student={name: whole[0][name] for name in inputs.student},
        teacher={name: whole[1][name] for name in inputs.teacher},
        labels=whole[2].get("labels"),
        indices=whole[2].get("indices"),
    )
    return Gathered(inputs, own, ranks)


def _counts(tensors: list[tuple[int, str, torch.Tensor]], ranks: int, group: Any) -> list[int]:
    """The number of examples of each rank, after it is sure that all ranks have the same arrays.

    A rank that is wrong tells the others, so that none waits for it forever.
    """
    networks = ("the student's", "the teacher's", "the")
    described = "; ".join(
        f"{networks[place]} '{name}' {str(value.dtype)[6:]} N" + "".join(f"×{size}" for size in value.shape[1:])
        for place, name, value in tensors
    )
    sizes = {f"{networks[place]} '{name}'": value.shape[0] if value.dim() else -1 for place, name, value in tensors}
    count = next(iter(sizes.values()), 0)
    wrong = [f"{name} has {size}" for name, size in sizes.items() if size != count or size < 0]
    problem = f"{next(iter(sizes))} has {count} examples, but {wrong[0]}" if wrong else ""
    device = tensors[0][2].device if tensors else torch.device("cpu")
    mine = torch.tensor([count, zlib.crc32(described.encode()), len(problem)], device=device)
    all_of = [torch.empty_like(mine) for _ in range(ranks)]
    distributed.all_gather(all_of, mine, group=group)
    table = torch.stack(all_of).tolist()
    if any(row[2] or row[1] != table[0][1] for row in table):
        reasons: list[Any] = [None] * ranks
        distributed.all_gather_object(reasons, problem or described, group=group)
        lines = "".join(f"\nrank {rank}: {reason}" for rank, reason in enumerate(reasons))
        raise ArgumentError(f"the ranks do not have the same arrays:{lines}")
    return [row[0] for row in table]


def _rows(values: list[torch.Tensor], counts: list[int], group: Any) -> list[torch.Tensor]:
    """The rows of all ranks, as bytes in one collective, whatever their types."""
    bytes_of = [math.prod(value.shape[1:]) * value.element_size() for value in values]
    device = values[0].device
    mine = torch.zeros(max(counts), sum(bytes_of), dtype=torch.uint8, device=device)
    start = 0
    for value, size in zip(values, bytes_of):
        if value.shape[0] and size:
            flat = _copied(value).reshape(value.shape[0], -1)
            mine[: value.shape[0], start : start + size] = flat.view(torch.uint8)
        start += size
    all_of = [torch.empty_like(mine) for _ in counts]
    distributed.all_gather(all_of, mine, group=group)
    whole = torch.cat([each[:count] for each, count in zip(all_of, counts)])
    gathered, start = [], 0
    for value, size in zip(values, bytes_of):
        part = _copied(whole[:, start : start + size])
        gathered.append(part.view(value.dtype).reshape(sum(counts), *value.shape[1:]))
        start += size
    return gathered


def _copied(value: torch.Tensor) -> torch.Tensor:
    """A row-major copy. `contiguous()` makes none of a single row, which may begin where no number of its type can."""
    return value.clone(memory_format=torch.contiguous_format)
