"""How exact `pkt` and `rkd.angle` are in PyTorch, in Float32, for a student near its teacher.

    python torch_precision.py

Prints, for each loss and each distance of the student from its teacher, the error of the value and of the gradient (its
largest, over the largest entry) beside Float64 on the same inputs. Tests/PapersTests/NearTeacherTests.swift makes the
same inputs, and holds Kindred to these figures.
"""
import torch
import torch.nn.functional as F


def noise(n, d, seed):
    """Numbers of [-1, 1) by a linear congruential generator, as Tests/TestSupport/Numbers.swift makes them."""
    numbers, state = [], seed * 0x9E3779B97F4A7C15 % 2**64
    for _ in range(n * d):
        state = (6364136223846793005 * state + 1442695040888963407) % 2**64
        numbers.append(-1 + (state >> 33) / 2**31 * 2)
    return torch.tensor(numbers, dtype=torch.float32).reshape(n, d)


def pair(n, d, size):
    """A student that differs from its teacher by the factor 1 + size · noise, and the teacher."""
    t, e = noise(n, d, 1), noise(n, d, 2)
    return (t.double() * (1 + size * e.double())).float(), t


def angle(s, t):
    """As lenscloth/RKD computes it."""
    def cosines(x):
        e = F.normalize(x[None] - x[:, None], p=2, dim=2)
        return torch.bmm(e, e.transpose(1, 2)).flatten()
    return F.smooth_l1_loss(cosines(s), cosines(t))


def pkt(s, t, epsilon=1e-7):
    """As RepDistiller computes it."""
    def affinities(x):
        x = x / (x.pow(2).sum(1, keepdim=True).sqrt() + epsilon)
        k = (x @ x.t() + 1) / 2
        return k / k.sum(1, keepdim=True)
    p, q = affinities(t), affinities(s)
    return (p * torch.log((p + epsilon) / (q + epsilon))).mean()


def measure(loss, s, t, dtype):
    s, t = s.to(dtype).requires_grad_(), t.to(dtype)
    value = loss(s, t)
    value.backward()
    return value.item(), s.grad.double()


for name, loss in (("pkt", pkt), ("rkd.angle", angle)):
    for n, d in ((16, 8), (32, 64), (64, 512)):
        for size in (1e-1, 1e-2, 1e-3, 1e-4):
            s, t = pair(n, d, size)
            exact, slope = measure(loss, s, t, torch.float64)
            value, gradient = measure(loss, s, t, torch.float32)
            error = (gradient - slope).abs().max() / slope.abs().max()
            print(f'("{name}", {n}, {d}, {size:.0e}, {abs(value - exact) / exact:.1e}, {error:.1e}),'
                  f"  # {exact:.4e}", flush=True)
