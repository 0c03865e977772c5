"""Two processes learn from one loss of the whole batch.

    torchrun --nproc-per-node 2 Examples/python/two_ranks.py

Each process has its share of the examples. The relations are those of all examples, as if one process had them: at the
end the first process trains alone on whole batches, and compares.
"""

import kindred.torch
import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

FORMULA = "ce + kd(temperature: 4) + 25*rkd.distance + 50*rkd.angle"


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(20, 32), nn.Tanh(), nn.Linear(32, 10))


def train(model, criterion, rows):
    """Ten steps on these rows of each batch of 48."""
    inner = model.module if isinstance(model, DistributedDataParallel) else model
    outputs = kindred.torch.hook(inner, {"embedding": "1", "logits": ""})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for step in range(10):
        generator = torch.Generator().manual_seed(step)
        x = torch.randn(48, 20, generator=generator)
        taught = {
            "logits": torch.randn(48, 10, generator=generator),
            "embedding": torch.randn(48, 64, generator=generator),
        }
        labels = torch.randint(10, (48,), generator=generator)
        model(x[rows])
        value = criterion(
            student=outputs, teacher={name: each[rows] for name, each in taught.items()}, labels=labels[rows]
        )
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return value.item(), [parameter.detach() for parameter in model.parameters()]


def main() -> None:
    distributed.init_process_group("gloo")
    rank, ranks = distributed.get_rank(), distributed.get_world_size()
    rows = torch.arange(48).tensor_split(ranks)[rank]
    model = DistributedDataParallel(network())
    value, weights = train(model, kindred.torch.Loss(FORMULA, gather=True), rows)
    if rank == 0:
        expected, others = train(network(), kindred.torch.Loss(FORMULA), torch.arange(48))
        pairs = zip(weights, others)
        difference = max(float((each - other).abs().max() / other.abs().max()) for each, other in pairs)
        print(f"loss {value:.6f} on {ranks} ranks, {expected:.6f} on one; the weights differ by {difference:.1g}")
        assert difference < 1e-5
    distributed.destroy_process_group()


if __name__ == "__main__":
    main()
