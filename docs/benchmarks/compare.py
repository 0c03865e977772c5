"""Runs Kindred and its peers alternately on the same threads and writes what came out into
docs/benchmarks.md, or another page: tables between the markers there, and the plot
docs/benchmarks/cost.svg.

    swift build -c release
    python docs/benchmarks/compare.py [--only losses products training ...] [--rounds 5]
    python docs/benchmarks/compare.py --compile --page docs/benchmarks/xeon.md --only losses limits

needs PyTorch and Debian's libopenblas0-pthread. The machine must run nothing else. Every figure is a
median over the rounds, every ratio the median of ratios taken within a round, with its range behind
it, so that a change of the machine's speed touches both sides alike. With --compile, losses are also compared
with what torch.compile makes of PyTorch's. Other scripts that print the same
fields can stand for the peers: --losses-peer, --training-peer.
"""
import argparse
import collections
import json
import math
import pathlib
import statistics
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
kindred = here.parents[1] / ".build" / "release" / "kindred"
PAIRWISE = ["rkd.distance", "irg.edge", "cckd", "pkt", "sp"]
MIX = "ce + kd + rkd + sp + cckd + dist"


def lines(*command):
    """What a command prints, a JSON object a line."""
    words = [str(word) for word in command]
    output = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def ours(kind, *words):
    return lines(kindred, "bench", kind, "--format", "jsonl", *words)


def middle(values):
    return statistics.median(values)


def ratio(ours, theirs):
    """Of two lists of times, a pair a round: how many times as fast the first is."""
    ratios = sorted(b / a for a, b in zip(ours, theirs))
    return f"{text(middle(ratios))} ({text(ratios[0])}–{text(ratios[-1])})"


def text(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def milliseconds(value):
    return f"{value:.3f}" if value < 10 else text(value)


def table(heading, rows):
    rule = ["---"] + ["---:"] * (len(heading) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [heading, rule] + rows)


def losses(options):
    """Each loss in Kindred, in eager PyTorch and, if that is asked for, compiled."""
    cases = [(name, n) for name in ["kd", "dist"] + PAIRWISE for n in (64, 256, 1024)]
    cases += [("rkd.angle", n) for n in (64, 256, 512)] + [("mix", 256)]
    peers = [["PyTorch"], ["compiled", "--compile"]][:1 + options.compile]
    times = collections.defaultdict(list)
    memory = {}
    for _ in range(options.rounds):
        for name, n in cases:
            words = ["--losses", name, "--n", n, "--threads", options.threads]
            figures = [("kindred", ours("losses", *words)[0])]
            for peer, *more in peers:
                command = [sys.executable, options.losses_peer, *words, *more]
                figures.append((peer, lines(*command)[0]))
            for side, figure in figures:
                times[name, n, side].append(figure["median_ms"])
                memory[name, n, side] = figure["peak_mb"]
    rows = []
    for name, n in cases:
        mine = times[name, n, "kindred"]
        row = [f"`{name}`", str(n), milliseconds(middle(mine))]
        for peer, *_ in peers:
            theirs = times[name, n, peer]
            row += [milliseconds(middle(theirs)), ratio(mine, theirs)]
        rows.append(row + [f"{memory[name, n, 'kindred']:.1f}", f"{memory[name, n, 'PyTorch']:,.0f}"])
    heading = ["loss", "n", "kindred, ms"]
    for peer, *_ in peers:
        heading += [f"{peer}, ms", "ratio"]
    return table(heading + ["kindred, MB", "PyTorch, MB"], rows)


def limits(options):
    """The pairwise losses beside the products that they are made of, and the mix beside its parts."""
    rows, shared = [], []
    for _ in range(options.rounds):
        both = ["--threads", options.threads]
        peak = max(line["gflops"] for line in ours("products", "--n", 512, 1024, *both)
                   if line["product"] == "AB")
        for n in (256, 1024):
            # A symmetric product for each network and a full one for the gradient.
            limit = 4e-6 * n * n * 512 / peak
            times = ours("losses", "--losses", *PAIRWISE, "--n", n, *both)
            rows.append((n, limit, {line["loss"]: line["median_ms"] for line in times}))
        pair = ours("losses", "--losses", "mix", "rkd.angle", "--n", 256, *both)
        shared.append(pair[0]["median_ms"] / pair[1]["median_ms"])
    cells = []
    for n in (256, 1024):
        rounds = [(limit, times) for size, limit, times in rows if size == n]
        cells.append([str(n), milliseconds(middle(limit for limit, _ in rounds))] + [
            text(middle(times[name] / limit for limit, times in rounds)) for name in PAIRWISE])
    heading = ["n", "limit, ms"] + [f"`{name}`" for name in PAIRWISE]
    return (table(heading, cells) + "\n\nThe mix takes "
            f"{middle(shared):.2f} times as long as `rkd.angle`, its dearest term, alone.")


def products(options):
    sizes = [64, 128, 256, 512, 1024, 2048]
    rates = collections.defaultdict(lambda: ([], []))
    halves = collections.defaultdict(list)
    for _ in range(options.rounds):
        for threads in sorted({1, options.threads}):
            for n in sizes:
                words = ["--n", n, "--threads", threads]
                mine = {line["product"]: line["median_ms"] for line in ours("products", *words)}
                peer = lines(sys.executable, here / "openblas_products.py", *words)
                for line in peer:
                    rates[n, threads, line["product"]][0].append(mine[line["product"]])
                    rates[n, threads, line["product"]][1].append(line["median_ms"])
                halves[n, threads].append(mine["AAᵀ"] / mine["ABᵀ"])
    rows = []
    for threads in sorted({1, options.threads}):
        for n in sizes:
            cells = [str(n), str(threads)]
            for product in ("AB", "AᵀB", "ABᵀ"):
                times = rates[n, threads, product]
                cells += [text(2e-6 * n ** 3 / middle(times[0])), ratio(*times)]
            rows.append(cells + [f"{middle(halves[n, threads]):.2f}"])
    heading = ["n", "threads"]
    for product in ("AB", "AᵀB", "ABᵀ"):
        heading += [f"{product}, GFLOP/s", "of OpenBLAS"]
    return table(heading + ["AAᵀ, of ABᵀ's time"], rows)


def training(options):
    rows = []
    for network in options.networks:
        rounds = []
        for _ in range(options.rounds):
            words = ["--networks", network, "--batch", 128, "--threads", options.threads]
            rounds.append((ours("training", *words)[0],
                           lines(sys.executable, options.training_peer, *words)[0]))
        cells = [network]
        for field in ("samples_per_s", "infer_per_s"):
            mine, theirs = ([pair[side][field] for pair in rounds] for side in (0, 1))
            # Rates, so that the quotient is the other way round.
            cells += [f"{middle(mine):,.0f}", f"{middle(theirs):,.0f}", ratio(theirs, mine)]
        rows.append(cells)
    return table(["network", "kindred, trained/s", "PyTorch, trained/s", "ratio",
                  "kindred, inferred/s", "PyTorch, inferred/s", "ratio"], rows)


def distillation(options):
    rows = []
    for network in options.networks:
        words = ["--networks", network, "--threads", options.threads, "--loss", MIX]
        shares = [ours("training", *words)[0]["loss_share"] for _ in range(options.rounds)]
        rows.append([network, f"{100 * middle(shares):.2f} %"])
    return table(["teacher and student", "loss and gradient, of the step"], rows)


def growth(options):
    """Time against n, with the exponents of all of the range and of its upper part."""
    sizes = [64, 128, 256, 512, 1024, 2048]
    names = ["rkd.angle"] + PAIRWISE
    times = {name: {n: [] for n in sizes} for name in names}
    for _ in range(min(options.rounds, 3)):
        for line in ours("losses", "--losses", *names, "--n", *sizes, "--threads", options.threads):
            times[line["loss"]][line["n"]].append(line["median_ms"])
    curves = {name: [(n, middle(times[name][n])) for n in sizes] for name in names}
    (here / "cost.svg").write_text(plot(curves))

    def exponent(curve, least):
        """The slope of a line through the logarithms, by least squares."""
        points = [(math.log(n), math.log(time)) for n, time in curve if n >= least]
        x, y = (statistics.mean(axis) for axis in zip(*points))
        return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)

    rows = [[f"`{name}`"] + [milliseconds(time) for _, time in curve]
            + [f"{exponent(curve, least):.2f}" for least in (64, 256)]
            for name, curve in curves.items()]
    return table(["ms at n ="] + [str(n) for n in sizes] + ["exponent", "from 256 on"], rows)


def large(options):
    """Angles of many examples, and a thousand steps of training, of Kindred alone."""
    sizes = (512, 1024, 4096)
    figures = {n: [] for n in sizes}
    for _ in range(options.rounds):
        for n in sizes:
            figures[n] += ours("losses", "--losses", "rkd.angle", "--n", n, "--threads", options.threads)
    times = {n: [figure["median_ms"] for figure in figures[n]] for n in sizes}
    rows = [[f"`rkd.angle`, n = {n}", milliseconds(middle(times[n])) + " ms",
             f"{max(figure['peak_mb'] for figure in figures[n]):.1f} MB"] for n in sizes]
    steps = ours("training", "--networks", "resnet8:4", "--threads", options.threads,
                 "--steps", 1000, "--loss", MIX)[0]
    rows.append(["1,000 steps of `resnet8:4` by six terms", f"{steps['buffers']} buffers taken",
                 f"{steps['growth_mb']:.1f} MB more"])
    return (table(["", "", ""], rows) + "\n\nFrom 512 examples to 1024 `rkd.angle` takes "
            f"{ratio(times[512], times[1024])} times as long.")


def plot(curves):
    """Both axes logarithmic; dashed lines grow as n² and n³."""
    width, height, left, right, top, bottom = 720, 440, 84, 130, 24, 50
    sizes = [n for n, _ in next(iter(curves.values()))]
    every = [time for curve in curves.values() for _, time in curve]
    low, high = 10 ** math.floor(math.log10(min(every))), 10 ** math.ceil(math.log10(max(every)))
    colours = ["#b3261e", "#1f5fa8", "#1b7a3d", "#8a5a00", "#6a3fa0", "#44545e"]

    def x(n):
        share = math.log(n / sizes[0]) / math.log(sizes[-1] / sizes[0])
        return left + share * (width - left - right)

    def y(time):
        share = math.log(time / low) / math.log(high / low)
        return height - bottom - share * (height - top - bottom)

    def path(points, style):
        start = " L".join(f"{x(n):.1f} {y(time):.1f}" for n, time in points)
        return f'<path d="M{start}" fill="none" {style}/>'

    def label(at, content, style=""):
        return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" {style}>{content}</text>'

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
             'font-family="system-ui, sans-serif" font-size="13" fill="#222">',
             "<title>Time of value and gradient against the number of examples</title>",
             f'<rect width="{width}" height="{height}" fill="#fff"/>']
    decade = low
    while decade <= high:
        parts.append(f'<path d="M{left} {y(decade):.1f} H{width - right}" stroke="#ddd"/>')
        parts.append(label((left - 8, y(decade) + 4), f"{decade:g} ms", 'text-anchor="end"'))
        decade *= 10
    for n in sizes:
        parts.append(label((x(n), height - bottom + 20), n, 'text-anchor="middle"'))
    middle_x = (left + width - right) / 2
    parts.append(label((middle_x, height - 10), "examples n, 512 features", 'text-anchor="middle"'))
    for power, name in ((2, PAIRWISE[0]), (3, "rkd.angle")):
        last = dict(curves[name])[sizes[-1]] * (0.6 if power == 2 else 1.7)
        line = [(n, last * (n / sizes[-1]) ** power) for n in sizes]
        line = [(n, time) for n, time in line if low <= time <= high]
        parts.append(path(line, 'stroke="#999" stroke-dasharray="4 4"'))
        parts.append(label((x(line[0][0]) + 6, y(line[0][1]) + (16 if power == 2 else -8)),
                           f"n{'²' if power == 2 else '³'}", 'fill="#666"'))
    ends = []
    for colour, (name, curve) in zip(colours, curves.items()):
        parts.append(path(curve, f'stroke="{colour}" stroke-width="2"'))
        parts += [f'<circle cx="{x(n):.1f}" cy="{y(time):.1f}" r="3" fill="{colour}">'
                  f"<title>{name}, n = {n}: {milliseconds(time)} ms</title></circle>"
                  for n, time in curve]
        ends.append((y(curve[-1][1]), name, colour))
    below = None
    for at, name, colour in sorted(ends, reverse=True):
        at = at if below is None else min(at, below - 15)
        below = at
        parts.append(label((width - right + 10, at + 4), name, f'fill="{colour}"'))
    return "\n".join(parts + ["</svg>", ""])


SECTIONS = {"losses": losses, "limits": limits, "products": products, "training": training,
            "distillation": distillation, "growth": growth, "large": large}


def write(page, name, content):
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, rest = page.read_text().split(opening)
    page.write_text(before + opening + "\n" + content + "\n" + closing + rest.split(closing)[1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--networks", nargs="+", default=["resnet8:4", "resnet8:16", "resnet20:16"])
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--page", type=pathlib.Path, default=here.parent / "benchmarks.md")
    parser.add_argument("--losses-peer", default=here / "torch_losses.py")
    parser.add_argument("--training-peer", default=here / "torch_training.py")
    options = parser.parse_args()
    for name in options.only:
        content = SECTIONS[name](options)
        print(content, flush=True)
        write(options.page, name, content)
