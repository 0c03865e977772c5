"""Compares Kindred's losses with those of libraries on PyPI and writes the table into docs/papers/README.md,
between the markers there.

    swift build -c release
    pip install numpy torch torchdistill pytorch-metric-learning
    python docs/papers/compare_peers.py [--kindred .build/release/kindred] [--print]

Both sides get the same Float32 numbers. The peer computes in Float64, with autograd, so that what is left
is Kindred's own rounding. A row agrees if its value is within 1e-5 of the peer's and its gradient within 1e-4,
relative to the largest entry. A row that deviates says why, and must go on deviating: the script fails if a
row is not what it says. It takes about half a minute.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
from pytorch_metric_learning import distances, losses, miners, reducers
from torchdistill.losses import mid_level as td

here = pathlib.Path(__file__).resolve().parent
START, END = "<!-- peers: written by compare_peers.py -->", "<!-- peers: end -->"


def inputs(seed, n=8, classes=5, scale=1.0):
    """One batch: the outputs of both networks, and labels with two examples of each class."""
    random = np.random.default_rng(seed)

    def normal(*shape):
        return (scale * random.normal(size=shape)).astype(np.float32)

    student = {"logits": normal(n, classes), "embedding": normal(n, 6), "stage1": normal(n, 4, 6, 6),
               "stage2": normal(n, 5, 3, 3), "stage3": normal(n, 5, 3, 3)}
    teacher = {"logits": normal(n, classes), "embedding": normal(n, 9), "stage1": normal(n, 4, 6, 6),
               "stage2": normal(n, 5, 3, 3), "stage3": normal(n, 5, 3, 3)}
    return student, teacher, np.arange(n, dtype=np.int64) % max(n // 2, 1)


class Peers:
    """A peer's loss for outputs by name, in the form in which torchdistill takes them."""

    @staticmethod
    def io(outputs):
        return {name: {"output": value} for name, value in outputs.items()}

    @staticmethod
    def torchdistill(loss):
        return lambda s, t, labels: loss(Peers.io(s), Peers.io(t), targets=labels)

    @staticmethod
    def metric(loss, miner=None):
        return lambda s, t, labels: loss(
            s["embedding"], labels, miner(s["embedding"], labels) if miner else None)


def logits(cls, **settings):
    return Peers.torchdistill(cls("logits", "output", "logits", "output", **settings))


def triplets(margin=0.2, normalize=False, miner=None):
    distance = distances.LpDistance(normalize_embeddings=normalize)
    loss = losses.TripletMarginLoss(margin=margin, distance=distance, reducer=reducers.MeanReducer())
    return Peers.metric(loss, miner(distance) if miner else None)


def pairs(first, second, **more):
    side = lambda path: {"io": "output", "path": path}
    return {"pair": {"student_first": side(first), "student_second": side(second),
                     "teacher_first": side(first), "teacher_second": side(second), **more}}


def layer(path):
    side = {"io": "output", "path": path}
    return {"pair": {"student": side, "teacher": side, "weight": 1}}


def squared_cckd(s, t, labels):
    loss = td.CCKDLoss("embedding", "embedding", dict(type="gaussian", gamma=0.4, max_p=2), "sum")
    return loss(Peers.io(s), Peers.io(t)) ** 2 / len(labels) ** 2


EMBEDDING = ["embedding"]
TD, PML = "torchdistill", "pytorch-metric-learning"

# The formula, the peer's library and how it is called, its loss, what it reads, why it deviates, its batch.
ROWS = [
    ("0.5*ce + 0.5*kd(temperature: 4)", TD, "KDLoss(alpha=0.5)",
     logits(td.KDLoss, temperature=4, alpha=0.5), ["logits"], None, {}),
    ("kd(temperature: 4)", TD, "KDLoss(alpha=0)",
     logits(td.KDLoss, temperature=4, alpha=0), ["logits"], "without a task loss T² is left out", {}),
    ("rkd.distance", TD, "RKDLoss(1, 0)",
     Peers.torchdistill(td.RKDLoss("embedding", "embedding", 1, 0, "mean")), EMBEDDING, None, {}),
    ("rkd.angle", TD, "RKDLoss(0, 1)",
     Peers.torchdistill(td.RKDLoss("embedding", "embedding", 0, 1, "mean")), EMBEDDING, None, {}),
    ("rkd(distance: 25, angle: 50)", TD, "RKDLoss(25, 50)",
     Peers.torchdistill(td.RKDLoss("embedding", "embedding", 25, 50, "mean")), EMBEDDING, None, {}),
    ("pkt", TD, "PKTLoss",
     Peers.torchdistill(td.PKTLoss("embedding", "output", "embedding", "output")),
     EMBEDDING, None, {}),
    ("dist(temperature: 4)", TD, "DISTLoss(2, 2, tau=4)",
     logits(td.DISTLoss, beta=2, gamma=2, tau=4), ["logits"], None, {}),
    ("dist(temperature: 4)", TD, "DISTLoss(2, 2, tau=4), logits of deviation 0.01, 100 classes",
     logits(td.DISTLoss, beta=2, gamma=2, tau=4), ["logits"],
     "norms are bounded from below, where the authors add ε to their product",
     dict(scale=0.01, classes=100)),
    ("sp(layer: stage3)", TD, "SPKDLoss",
     Peers.torchdistill(td.SPKDLoss("stage3", "stage3", "batchmean")), ["stage3"],
     "rows are divided by the sum of their magnitudes", {}),
    ("cckd(normalize: false)", TD, "CCKDLoss, squared",
     squared_cckd, EMBEDDING, None, dict(scale=0.3)),
    ("cckd", TD, "CCKDLoss",
     Peers.torchdistill(td.CCKDLoss(
         "embedding", "embedding", dict(type="gaussian", gamma=0.4, max_p=2), "batchmean")),
     EMBEDDING, "the norm is not squared, and features are not normalised", {}),
    ("at", TD, "ATLoss(mode='code')",
     Peers.torchdistill(td.ATLoss(layer("stage3"))), ["stage3"], None, {}),
    ("at", TD, "ATLoss(mode='paper')",
     Peers.torchdistill(td.ATLoss(layer("stage3"), mode="paper")), ["stage3"],
     "the distance and not its square, averaged over examples alone", {}),
    ("fsp(from: stage2, to: stage3)", TD, "FSPLoss",
     Peers.torchdistill(td.FSPLoss(pairs("stage2", "stage3"))), ["stage2", "stage3"],
     "column norms that are not squared, summed", {}),
    ("fsp(from: stage1, to: stage3)", TD, "FSPLoss, maps of two sizes",
     Peers.torchdistill(td.FSPLoss(pairs("stage1", "stage3"))), ["stage1", "stage3"],
     "larger maps are reduced by their maxima, too", {}),
    ("0.125*ickd", TD, "ChSimLoss",
     Peers.torchdistill(td.ChSimLoss(layer("stage3"))), ["stage3"], None, {}),
    ("triplet(margin: 0.2)", PML, "TripletMarginLoss, mean of all, lengths as they are",
     triplets(), EMBEDDING, None, {}),
    ("triplet(margin: 0.2, normalize: true)", PML, "TripletMarginLoss, mean of all",
     triplets(normalize=True), EMBEDDING, None, {}),
    ("triplet(margin: 0.2, mining: hard)", PML, "with BatchEasyHardMiner('all', 'hard')",
     triplets(miner=lambda d: miners.BatchEasyHardMiner("all", "hard", distance=d)), EMBEDDING, None, {}),
    ("triplet(margin: 0.2, mining: semihard)", PML, "with TripletMarginMiner('semihard')",
     triplets(miner=lambda d: miners.TripletMarginMiner(0.2, "semihard", distance=d)), EMBEDDING,
     "all semihard negatives of a pair, and none for a pair without", {}),
    ("triplet(margin: 0.2)", PML, "TripletMarginLoss(margin=0.2), its defaults",
     Peers.metric(losses.TripletMarginLoss(margin=0.2)), EMBEDDING,
     "features are normalised, and the mean is over triplets with a loss", {}),
]


def ours(kindred, formula, student, teacher, labels):
    """Kindred's value, and its gradient at each output of the student."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        np.savez(folder / "s.npz", **student)
        np.savez(folder / "t.npz", **teacher)
        np.save(folder / "y.npy", labels)
        words = [kindred, "score", "--format", "json", "--loss", formula, "--student", folder / "s.npz",
                 "--teacher", folder / "t.npz", "--labels", folder / "y.npy", "--gradient", folder / "g.npz"]
        result = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, text=True)
        if result.returncode:
            sys.exit(f"{formula}: kindred score ended with {result.returncode}")
        return json.loads(result.stdout)["value"], dict(np.load(folder / "g.npz"))


def theirs(loss, student, teacher, labels):
    s = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
         for name, value in student.items()}
    t = {name: torch.tensor(value, dtype=torch.float64) for name, value in teacher.items()}
    value = loss(s, t, torch.tensor(labels))
    value.backward()
    return value.item(), {name: x.grad.numpy() for name, x in s.items() if x.grad is not None}


def compare(kindred, row):
    """The largest relative errors of value and gradient over three batches."""
    formula, _, _, loss, read, _, batch = row
    worst = [0.0, 0.0]
    for seed in range(3):
        student, teacher, labels = inputs(seed, **batch)
        student = {name: student[name] for name in read}
        teacher = {name: teacher[name] for name in read}
        value, gradient = ours(kindred, formula, student, teacher, labels)
        expected, slopes = theirs(loss, student, teacher, labels)
        worst[0] = max(worst[0], abs(value - expected) / max(abs(expected), 1e-12))
        for name, slope in slopes.items():
            largest = max(np.abs(slope).max(), 1e-12)
            worst[1] = max(worst[1], np.abs(gradient[name] - slope).max() / largest)
    return worst


def number(x):
    """In two figures, as pages write it."""
    mantissa, exponent = f"{x:.1e}".split("e")
    if -3 < int(exponent) < 4:
        return f"{x:.2g}" if x < 100 else f"{x:.0f}"
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}·10{raised}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kindred", default=here.parents[1] / ".build" / "release" / "kindred")
    parser.add_argument("--print", action="store_true", help="print the table and leave the page as it is")
    arguments = parser.parse_args()
    lines = ["| formula | peer | error of the value | of the gradient | |", "|---|---|---|---|---|"]
    wrong = []
    for row in ROWS:
        formula, library, call, _, _, deviation, _ = row
        value, gradient = compare(arguments.kindred, row)
        agrees = value <= 1e-5 and gradient <= 1e-4
        verdict = f"deviates: {deviation}" if deviation else "agrees"
        lines.append(
            f"| `{formula}` | {library}: {call} | {number(value)} | {number(gradient)} | {verdict} |")
        if agrees == bool(deviation):
            wrong.append(f"{formula} and {call}: {value:.1e}, {gradient:.1e}, which {verdict}")
    table = "\n".join(lines)
    if arguments.print:
        print(table)
    else:
        page = here / "README.md"
        before, rest = page.read_text().split(START)
        page.write_text(f"{before}{START}\n{table}\n{END}{rest.split(END)[1]}")
    if wrong:
        sys.exit("not as said:\n" + "\n".join(wrong))


main()
