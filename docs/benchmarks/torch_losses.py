"""Times losses with their gradient in eager PyTorch: what `kindred bench losses` is compared with.

    python torch_losses.py [--losses NAME...] [--n N...] [--d D] [--threads N] [--compile]

needs torch, and with --compile, which times what torch.compile makes of a loss, a C++ compiler too.

One JSON object a line, with the fields of `kindred bench losses --format jsonl`; every loss is measured
in a process of its own. The losses are written from their formulas in the operations that published
implementations use: angles from all differences and a batched product, distances from the Gram matrix.
"""
import argparse
import json
import resource
import subprocess
import sys
import time

NAMES = ["kd", "rkd.distance", "rkd.angle", "sp", "cckd", "dist", "irg.edge", "pkt", "mix"]


def losses():
    import torch
    from torch.nn import functional as F

    def target(relation, teacher):
        with torch.no_grad():
            return relation(teacher)

    def squared(x):
        gram = x @ x.T
        norms = gram.diagonal()
        apart = 1 - torch.eye(len(x))
        return (norms[:, None] + norms - 2 * gram).clamp_min(1e-12) * apart

    def lengths(x):
        y = torch.sqrt(squared(x) + torch.eye(len(x))) * (1 - torch.eye(len(x)))
        return y / y[y > 0].mean()

    def cosines_of_angles(x):
        edges = F.normalize(x[None, :] - x[:, None], dim=-1)
        return torch.bmm(edges, edges.mT)

    def cosines(x):
        x = F.normalize(x)
        return x @ x.T

    def kernel(x):
        k, gamma = cosines(x), 0.4
        return torch.exp(torch.tensor(-2 * gamma)) * (1 + 2 * gamma * k + 2 * gamma ** 2 * k ** 2)

    def likelihoods(x):
        k = (cosines(x) + 1) / 2
        return k / k.sum(dim=1, keepdim=True)

    def edges(x):
        y = squared(x)
        return y / y.max().detach()

    def correlation(a, b):
        a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
        return ((a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1) + 1e-8)).mean()

    def kd(s, t):
        p, q = (t / 4).softmax(1), (s / 4).log_softmax(1)
        return F.kl_div(q, p, reduction="batchmean") * 16

    def dist(s, t):
        p, q = (s / 4).softmax(1), (t / 4).softmax(1)
        return 16 * (2 - correlation(p, q) - correlation(p.T, q.T))

    def rkd_distance(s, t):
        return F.smooth_l1_loss(lengths(s), target(lengths, t))

    def rkd_angle(s, t):
        return F.smooth_l1_loss(cosines_of_angles(s), target(cosines_of_angles, t))

    def sp(s, t):
        relation = lambda x: F.normalize(x @ x.T)
        return F.mse_loss(relation(s), target(relation, t))

    def cckd(s, t):
        return F.mse_loss(kernel(s), target(kernel, t))

    def irg_edge(s, t):
        return (edges(s) - target(edges, t)).square().sum() / (2 * len(s))

    def pkt(s, t):
        p, q = target(likelihoods, t), likelihoods(s)
        return (p * torch.log((p + 1e-7) / (q + 1e-7))).mean()

    def mix(s, t):
        return (25 * rkd_distance(s, t) + 50 * rkd_angle(s, t) + 3000 * sp(s, t)
                + 0.02 * cckd(s, t) + 0.005 * irg_edge(s, t) + pkt(s, t))

    functions = [kd, rkd_distance, rkd_angle, sp, cckd, dist, irg_edge, pkt, mix]
    return dict(zip(NAMES, functions))


def measure(name, n, d, threads, compiled):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    student, teacher = torch.randn(n, d, requires_grad=True), torch.randn(n, d)
    loss = losses()[name]
    if compiled:
        loss = torch.compile(loss)

    def memory():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def milliseconds():
        student.grad = None
        start = time.perf_counter()
        loss(student, teacher).backward()
        return 1e3 * (time.perf_counter() - start)

    before = memory()
    for _ in range(2):
        milliseconds()
    # The first ones take far longer than the others.
    usual = milliseconds()
    times = sorted(milliseconds() for _ in range(max(5, min(1000, int(2000 / usual)))))
    return {"loss": name, "n": n, "d": d, "threads": threads, "compile": compiled,
            "median_ms": round(times[len(times) // 2], 4), "min_ms": round(times[0], 4),
            "peak_mb": round(memory() - before, 1)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--losses", nargs="+", default=NAMES)
    parser.add_argument("--n", nargs="+", type=int, default=[64, 256])
    parser.add_argument("--d", type=int, default=512)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    cases = [(name, n) for name in options.losses for n in options.n]
    if len(cases) == 1:
        print(json.dumps(measure(*cases[0], options.d, options.threads, options.compile)), flush=True)
        sys.exit()
    for name, n in cases:
        subprocess.run([sys.executable, __file__, "--losses", name, "--n", str(n),
                        "--d", str(options.d), "--threads", str(options.threads)]
                       + ["--compile"] * options.compile, check=True)
