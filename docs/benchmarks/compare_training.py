"""Compares `kindred bench training` with PyTorch: both alternately, on the same threads, in one run.

    swift build -c release
    python docs/benchmarks/compare_training.py [--rounds 5] [--threads 2] [--peer SCRIPT]

Prints a table of medians over the rounds, and of ratios taken round by round, so that a change of
the machine's speed touches both alike. SCRIPT prints what torch_training.py prints.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
parser = argparse.ArgumentParser()
parser.add_argument("--networks", nargs="+", default=["resnet8:4", "resnet8:16", "resnet20:16"])
parser.add_argument("--batch", type=int, default=128)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--peer", default=str(here / "torch_training.py"))
options = parser.parse_args()
kindred = here.parents[1] / ".build" / "release" / "kindred"


def figures(command):
    shared = ["--batch", str(options.batch), "--threads", str(options.threads)]
    output = subprocess.run(command + shared, check=True, stdout=subprocess.PIPE, text=True).stdout
    line = json.loads(output)
    return line["samples_per_s"], line["infer_per_s"]


print("| network | kindred, trained/s | PyTorch, trained/s | ratio | kindred, inferred/s "
      "| PyTorch, inferred/s | ratio |")
print("|---|---|---|---|---|---|---|")
for network in options.networks:
    rounds = []
    for _ in range(options.rounds):
        ours = figures([str(kindred), "bench", "training", "--format", "jsonl", "--networks", network])
        theirs = figures([sys.executable, options.peer, "--networks", network])
        rounds.append((ours, theirs))
    cells = []
    for kind in (0, 1):
        ours = [round[0][kind] for round in rounds]
        theirs = [round[1][kind] for round in rounds]
        ratios = [a / b for a, b in zip(ours, theirs)]
        cells += [f"{statistics.median(ours):,.0f}", f"{statistics.median(theirs):,.0f}",
                  f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"]
    print(f"| {network} | " + " | ".join(cells) + " |", flush=True)
