"""What one of several ranks does in test_ranks.py. It writes its parameters and their gradients."""

from typing import Any

import kindred.torch
import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

FORMULA = "ce + 25*rkd.distance + 50*rkd.angle + 10*fitnet(layer: embedding) + rrd(queue: 24, projection: linear)"
STEPS = 3
#: How many of the batch's examples each rank has. The third case has a rank without any.
SPLITS = {"one": [12], "even": [6, 6], "uneven": [7, 2, 3], "empty": [5, 0, 4, 3]}


class Network(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.body, self.head = torch.nn.Linear(6, 5), torch.nn.Linear(5, 4)

    def forward(self, x: Any) -> Any:
        embedding = self.body(x).tanh()
        return {"logits": self.head(embedding), "embedding": embedding.to(torch.float64)}


def batch(step: int) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(step)
    return {
        "x": torch.randn(12, 6, generator=generator),
        "teacher": torch.randn(12, 8, generator=generator),
        "labels": torch.where(torch.arange(12) == 4, -100, torch.randint(4, (12,), generator=generator)),
        "weights": (torch.arange(12) % 5 != 3).to(torch.uint8),
    }


def train(rows: slice, group: Any = None, cached: bool = False) -> dict[str, Any]:
    model: Any = Network()
    parallel = group is not None
    criterion: Any = kindred.torch.Loss(FORMULA, gather=parallel, group=group, seed=3)
    first = batch(0)
    outputs = {**model(first["x"][rows]), "weights": first["weights"][rows]}
    criterion.initialize(outputs, {"embedding": first["teacher"][rows]})
    network = DistributedDataParallel(model, process_group=group) if parallel else model
    loss = DistributedDataParallel(criterion, process_group=group) if parallel else criterion
    parameters = [*network.parameters(), *criterion.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.05)
    values = []
    for step in range(STEPS):
        each = {name: value[rows] for name, value in batch(step).items()}
        optimizer.zero_grad()
        teacher, labels = {"embedding": each["teacher"]}, each["labels"]
        if cached:
            parts = list(zip(each["x"].split(2), each["weights"].split(2)))
            run = Weighted(network)
            value = kindred.torch.cached_backward(run, parts, teacher, criterion, labels=labels, step=step)
        else:
            outputs = {**network(each["x"]), "weights": each["weights"]}
            value = loss(student=outputs, teacher=teacher, labels=labels, step=step)
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
    """A network whose batches have weights."""

    def __init__(self, network: Any) -> None:
        self.network = network
        if hasattr(network, "no_sync"):
            self.no_sync = network.no_sync

    def __call__(self, part: Any) -> Any:
        return {**self.network(part[0]), "weights": part[1]}


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
    """What two ranks are told of which one has another output, too few labels, or NaN."""
    criterion = kindred.torch.Loss("ce", gather=True, group=group)
    z, labels = torch.zeros(4, 3), torch.zeros(4, dtype=torch.int64)
    calls: list[dict[str, Any]] = [
        {"student": {"logits": z, **({"more": z} if rank else {})}, "labels": labels},
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
