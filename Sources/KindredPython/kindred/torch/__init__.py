"""Kindred's losses in PyTorch.

criterion = kindred.torch.Loss("ce + kd(temperature: 4) + 25*rkd.distance")
value = criterion(student={"logits": z, "embedding": e}, teacher=t, labels=y)
value.backward()
"""

from kindred.torch._cached import cached_backward
from kindred.torch._hook import HookedOutputs, hook
from kindred.torch._loss import Loss

__all__ = ["HookedOutputs", "Loss", "cached_backward", "hook"]
