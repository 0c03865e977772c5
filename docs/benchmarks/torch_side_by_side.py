#!/usr/bin/env python3
"""Times losses of Kindred and of PyTorch in one process, with every copy and call counted, and writes a table.

    python docs/benchmarks/torch_side_by_side.py --write     # about half an hour; nothing else should run

A time is that of the value and of the gradient at the output N×D: the fastest of several calls, which take turns.
PyTorch runs eagerly and by `torch.compile`, with the losses of torch_losses.py. `--write` writes python.md, with the
command that wrote it.
"""

import argparse
import os
import platform
import shlex
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import kindred.torch
import torch
import torch_losses

PAIRWISE = ["rkd.distance", "sp", "cckd", "irg.edge", "pkt"]
PAGE = Path(__file__).with_name("python.md")
INTRODUCTION = """# Python: Kindred beside PyTorch in one process

A time is that of the value and the gradient at the student's N×D output, in milliseconds: the fastest of several calls,
which take turns. The losses of PyTorch are those of [torch_losses.py](torch_losses.py), eager and by `torch.compile`.
Kindred is called through `kindred.torch.Loss` and `backward()`, so that every copy and call counts. This command writes
the page, and `--note` the sentence on the machine:

```sh
"""


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def number(value: float) -> str:
    """Three digits, without an exponent: 2000, not 2e+03."""
    if value != value:
        return "–"
    return f"{float(f'{value:.3g}'):.0f}" if value >= 100 else f"{value:.3g}"


def microseconds(value: float) -> str:
    return "not measured" if value != value else f"{value:.0f}"


def introduction(arguments: list, note: str, machine: str) -> str:
    """What stands above the tables: the command without its note, the machine, and what else was true of it."""
    given = [each for each in arguments if each not in ("--note", note)]
    command = shlex.join(["python", "docs/benchmarks/torch_side_by_side.py", *given])
    return INTRODUCTION + command + "\n```\n\n" + textwrap.fill(f"{machine} {note}".strip(), 120) + "\n\n"


def formula(name: str) -> str:
    if name in ("kd", "dist"):
        return f"{name}(temperature: 4)"
    return f"{name}(layer: logits)"


def calls(name: str, n: int, d: int, compiles: bool) -> dict:
    """The ways to compute a loss and its gradient on the same numbers."""
    torch.manual_seed(0)
    student, teacher = torch.randn(n, d, requires_grad=True), torch.randn(n, d)
    eager = torch_losses.losses()[name]
    criterion = kindred.torch.Loss(formula(name))
    ways = {
        "eager": lambda: eager(student, teacher),
        "Kindred": lambda: criterion(student={"logits": student}, teacher={"logits": teacher}),
    }
    if compiles:
        torch._dynamo.reset()
        compiled = torch.compile(eager)
        ways["compile"] = lambda: compiled(student, teacher)

    def timed(value):
        def call() -> float:
            student.grad = None
            start = time.perf_counter()
            value().backward()
            return time.perf_counter() - start

        return call

    return {way: timed(value) for way, value in ways.items()}


def fastest(ways: dict, seconds: float) -> dict:
    """The fewest milliseconds of each way. One that takes longer than ten times `seconds` is called twice."""
    times: dict = {}
    for way, call in ways.items():
        call()
        times[way] = [call()]

    def is_enough(way: str) -> bool:
        each = times[way]
        return each[0] > 10 * seconds or len(each) >= 3 and (sum(each) > seconds or len(each) > 300)

    while not all(is_enough(way) for way in ways):
        for way, call in ways.items():
            if not is_enough(way):
                times[way].append(call())
    return {way: 1e3 * min(each) for way, each in times.items()}


def overhead_in_c() -> float:
    """Microseconds of such a call from C, by a test that makes a hundred thousand; NaN if there is no compiler."""
    root, library = Path(__file__).resolve().parents[2], Path(kindred.__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "repeat"
        command = ["cc", "-O2", f"-I{root}/Sources/CKindred/include", f"{root}/Tests/CInterface/repeat.c", "-o", program]
        try:
            subprocess.run([*command, f"-L{library}", "-lkindred-c", "-lm", f"-Wl,-rpath,{library}"], check=True)
            printed = subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return float("nan")
    return float(printed.split(" microseconds")[0].split()[-1])


def overheads(seconds: float) -> list:
    """Microseconds of a loss that is nearly nothing, `kd` of 8 examples and 4 classes."""
    z, t = torch.randn(8, 4), torch.randn(8, 4)
    numpy = {"student": {"logits": z.numpy()}, "teacher": {"logits": t.numpy()}}
    loss, criterion, leaf = kindred.Loss("kd"), kindred.torch.Loss("kd"), z.clone().requires_grad_()
    eager = torch_losses.losses()["kd"]
    ways = {
        "`kindred.Loss.evaluate`, NumPy": lambda: loss.evaluate(**numpy),
        "`kindred.torch.Loss`": lambda: criterion(student={"logits": leaf}, teacher={"logits": t}),
        "`kindred.torch.Loss` and `backward`": lambda: criterion(
            student={"logits": leaf}, teacher={"logits": t}
        ).backward(),
        "eager PyTorch and `backward`": lambda: eager(leaf, t).backward(),
    }
    rows = [("`kindred_evaluate`, from C", overhead_in_c())]
    for way, call in ways.items():
        times: list = []
        while sum(times) < seconds or len(times) < 20:
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
        rows.append((way, 1e6 * min(times)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="write python.md instead of printing")
    parser.add_argument("--losses", nargs="+", default=["rkd.angle", *PAIRWISE, "dist", "kd"])
    parser.add_argument("--n", nargs="+", type=int, default=[64, 256, 512, 1024])
    parser.add_argument("--d", type=int, default=512)
    parser.add_argument("--seconds", type=float, default=1, help="of each way")
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--note", default="", help="a sentence on the machine, for the page")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    os.environ["KINDRED_THREADS"] = str(options.threads)
    threads = "1 thread" if options.threads == 1 else f"{options.threads} threads"
    machine = (
        f"{processor()}, {threads} each, PyTorch {torch.__version__}, Kindred {kindred.__version__}, D = {options.d}."
    )
    above = introduction(sys.argv[1:], options.note, machine)
    lines = [
        "| loss | N | eager | `torch.compile` | Kindred | eager ÷ Kindred | compile ÷ Kindred |",
        "|---|---|---|---|---|---|---|",
    ]
    calls_alone = ["", "A call on 8 examples and 4 classes, where the call itself is what takes the time:", ""]
    calls_alone += ["| `kd`, N = 8 | microseconds |", "|---|---|"]
    calls_alone += [f"| {way} | {microseconds(time)} |" for way, time in overheads(options.seconds)]
    for name in options.losses:
        for n in options.n:
            # Eager angles of 1024 examples need tens of gigabytes.
            if name == "rkd.angle" and n > 512:
                continue
            found = fastest(calls(name, n, options.d, not options.no_compile), options.seconds)
            kindred_ms, compiled = found["Kindred"], found.get("compile", float("nan"))
            lines.append(
                f"| `{name}` | {n} | {number(found['eager'])} | {number(compiled)} | {number(kindred_ms)} "
                f"| {number(found['eager'] / kindred_ms)}× | {number(compiled / kindred_ms)}× |"
            )
            print(lines[-1], flush=True)
            if options.write:
                PAGE.write_text(above + "\n".join(lines + calls_alone) + "\n")
    if not options.write:
        print(above + "\n".join(lines + calls_alone))


if __name__ == "__main__":
    main()
