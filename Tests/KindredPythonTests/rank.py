"""What one of several ranks does in test_ranks.py. It writes its parameters and their gradients."""

from typing import Any

import kindred.torch
import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

FORMULA = (
    "ce + 25*rkd.distance + 50*rkd.angle + 10*fitnet(layer: embedding) + rrd(queue: 24, projection: linear)"
    " + 10*gramAnchoring + crd(features: 8, negatives: 6)"
)
STEPS = 3
#: How many of the batch's examples each rank has. The third case has a rank without any.
SPLITS = {"one": [12], "even": [6, 6], "uneven": [7, 2, 3], "empty": [5, 0, 4, 3]}


class Network(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.body, self.head, self.words = torch.nn.Linear(6, 5), torch.nn.Linear(5, 4), torch.nn.Linear(6, 12)

    def forward(self, x: Any) -> Any:
        embedding = self.body(x).tanh()
        tokens = self.words(x).reshape(len(x), 4, 3)
        return {"logits": self.head(embedding), "embedding": embedding.to(torch.float64), "tokens": tokens}


def batch(step: int) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(step)
    return {
        "x": torch.randn(12, 6, generator=generator),
        "teacher": torch.randn(12, 8, generator=generator),
        "taught tokens": torch.randn(12, 4, 5, generator=generator).to(torch.bfloat16),
        "indices": torch.randperm(40, generator=generator)[:12].to(torch.int32),
        "mask": torch.arange(4) < (2 + torch.arange(12) % 3)[:, None],
        "labels": torch.where(torch.arange(12) == 4, -100, torch.randint(4, (12,), generator=generator)),
        "weights": (torch.arange(12) % 5 != 3).to(torch.uint8),
    }


def train(rows: slice, group: Any = None, cached: bool = False) -> dict[str, Any]:
    model: Any = Network()
    parallel = group is not None
    criterion: Any = kindred.torch.Loss(FORMULA, gather=parallel, group=group, seed=3)
    first = batch(0)
    masks = {name: first[name][rows] for name in ("weights", "mask")}
    taught = {"embedding": first["teacher"][rows], "tokens": first["taught tokens"][rows]}
    criterion.initialize({**model(first["x"][rows]), **masks}, taught)
    network = DistributedDataParallel(model, process_group=group) if parallel else model
    loss = DistributedDataParallel(criterion, process_group=group) if parallel else criterion
    parameters = [*network.parameters(), *criterion.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.05)
    values = []
    for step in range(STEPS):
        each = {name: value[rows] for name, value in batch(step).items()}
        optimizer.zero_grad()
        teacher = {"embedding": each["teacher"], "tokens": each["taught tokens"]}
        others = {"labels": each["labels"], "indices": each["indices"], "step": step}
        if cached:
            parts = list(zip(each["x"].split(2), each["weights"].split(2), each["mask"].split(2)))
            value = kindred.torch.cached_backward(Weighted(network), parts, teacher, criterion, **others)
        else:
            outputs = {**network(each["x"]), "weights": each["weights"], "mask": each["mask"]}
            value = loss(student=outputs, teacher=teacher, **others)
            value.backward()
        gradients = [parameter.grad.clone() for parameter in parameters]
        optimizer.step()
        values.append(value.item())
    return {
        "values": values,
        "gradients": gradients,
        "parameters": [parameter.detach() for parameter in parameters],
        "state": criterion.state_dict(),
    }


class Weighted:
    """A network whose batches have weights and masks."""

    def __init__(self, network: Any) -> None:
        self.network = network
        if hasattr(network, "no_sync"):
            self.no_sync = network.no_sync

    def __call__(self, part: Any) -> Any:
        return {**self.network(part[0]), "weights": part[1], "mask": part[2]}


def work(rank: int, rendezvous: str, output: str) -> None:
    """One of four ranks. Those of a split are the first ones."""
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{rendezvous}", rank=rank, world_size=4)
    for split, counts in SPLITS.items():
        group = distributed.new_group(list(range(len(counts))))
        if rank >= len(counts):
            continue
        start = sum(counts[:rank])
        for cached in [False, True] if split == "uneven" else [False]:
            result = train(slice(start, start + counts[rank]), group, cached)
            torch.save(result, f"{output}.{split}.{cached}.{rank}")
    group = distributed.new_group([0, 1])
    if rank < 2:
        torch.save(disagreement(rank, group), f"{output}.disagreement.{rank}")
    distributed.destroy_process_group()


def disagreement(rank: int, group: Any) -> list[str]:
    """What two ranks are told of which one has labels of another type, too few of them, or NaN."""
    criterion = kindred.torch.Loss("ce", gather=True, group=group)
    z, labels = torch.zeros(4, 3), torch.zeros(4, dtype=torch.int64)
    calls: list[dict[str, Any]] = [
        {"student": {"logits": z, "more": z[:rank]}, "labels": labels.int() if rank else labels},
        {"student": {"logits": z}, "labels": labels[: 3 if rank else 4]},
        {"student": {"logits": torch.full((4, 3), torch.nan) if rank else z}, "labels": labels},
    ]
    messages = []
    for call in calls:
        try:
            criterion(**call)
        except kindred.KindredError as error:
            messages.append(str(error))
    return messages
