"""Memory does not grow with the number of calls."""

import gc
import os

import kindred
import numpy as np
import pytest
from conftest import needs

CALLS = int(os.environ.get("KINDRED_CALLS", "20000"))


def resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def grown(call) -> int:  # type: ignore[no-untyped-def]
    for _ in range(CALLS // 4):
        call()
    gc.collect()
    before = resident()
    for _ in range(CALLS):
        call()
    gc.collect()
    return resident() - before


pytestmark = pytest.mark.skipif(
    not os.path.exists("/proc/self/statm"), reason="the system does not say how much is resident"
)


def test_numpy() -> None:
    random = np.random.default_rng(1)
    loss = kindred.Loss("ce + kd + fitnet(layer: logits)")
    student, teacher, labels = random.standard_normal((8, 4)), random.standard_normal((8, 4)), np.arange(8) % 4
    both = {"student": {"logits": student}, "teacher": {"logits": teacher}}
    parameters = loss.initial_parameters(**both)

    def call() -> None:
        loss.evaluate(**both, labels=labels, parameters=parameters)
        with pytest.raises(kindred.KindredError):
            loss.evaluate(**both)

    # A call leaks 100 bytes at least if it forgets anything.
    assert grown(call) < 50 * CALLS


def test_torch() -> None:
    torch = needs("torch", "torch")
    import kindred.torch

    criterion = kindred.torch.Loss("ce + kd + rrd(queue: 16, layer: logits)")
    z, t, labels = torch.randn(8, 4, requires_grad=True), torch.randn(8, 4), torch.arange(8) % 4

    def call() -> None:
        criterion(student={"logits": z}, teacher={"logits": t}, labels=labels).backward()
        z.grad = None

    assert grown(call) < 50 * CALLS
