"""The page on teachers of other frameworks, run as it stands there, with a small network on small data.

The command is the program at KINDRED_COMMAND; without it, these tests are skipped.
"""

import os
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import needs
from test_documents import ROOT, blocks

COMMAND = os.environ.get("KINDRED_COMMAND", "")
pytestmark = pytest.mark.skipif(not COMMAND, reason="KINDRED_COMMAND names no program")

PAGE = "docs/own-teacher.md"
SMALL = ["student.network=resnet8:2", "student.training.epochs=1", "student.training.batch=16"]


def kindred(*words: str) -> subprocess.CompletedProcess[str]:
    settings = [word for setting in SMALL for word in ("--set", setting)]
    return subprocess.run([COMMAND, *words, *settings], capture_output=True, text=True, check=False)


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A folder with data and the page's recipe, and what the page's Python needs."""
    monkeypatch.chdir(tmp_path)
    torch = needs("torch", "torch")
    random = np.random.default_rng(0)
    for name in ("train", "test"):
        images = random.integers(0, 256, (300, 3, 8, 8), dtype=np.uint8)
        np.savez(f"{name}.npz", images=images, labels=np.arange(300) % 4)
    recipe = re.search(r"```json5\n(.*?)```", (ROOT / PAGE).read_text(), re.DOTALL)
    assert recipe
    Path("recipe.json5").write_text(recipe[1])
    torch.manual_seed(0)
    model = torch.nn.Sequential()
    model.add_module("conv", torch.nn.Conv2d(3, 6, 3))
    model.add_module("avgpool", torch.nn.AdaptiveAvgPool2d(1))
    model.add_module("flat", torch.nn.Flatten())
    model.add_module("fc", torch.nn.Linear(6, 4))
    return {"model": model, "transform": lambda x: x.float() / 255}


def test_a_student_learns_from_the_file(names: dict[str, Any]) -> None:
    first, _, mirrored = blocks(PAGE)
    exec(compile(first, PAGE, "exec"), names)
    with np.load("teacher.npz") as file:
        assert file["logits"].shape == (300, 4) and file["embedding"].shape == (300, 6)
        assert file["logits"].dtype == np.float16
    plan = kindred("plan", "recipe.json5")
    assert "teacher.npz: It covers all 300 training examples." in plan.stdout, plan.stderr
    done = kindred("run", "recipe.json5", "--out", "plain")
    assert done.returncode == 0, done.stderr
    # Mirrored images are refused until the file has their outputs.
    flip = ["--set", "student.training.augmentation.flip=true"]
    refused = kindred("run", "recipe.json5", "--out", "flipped", *flip)
    assert refused.returncode == 65 and "it has no array 'embedding@mirrored'" in refused.stderr
    assert not Path("flipped").exists()
    exec(compile(mirrored, PAGE, "exec"), names)
    done = kindred("run", "recipe.json5", "--out", "flipped", *flip)
    assert done.returncode == 0, done.stderr


def test_other_images_are_refused(names: dict[str, Any]) -> None:
    exec(compile(blocks(PAGE)[0], PAGE, "exec"), names)
    with np.load("train.npz") as file:
        images, labels = file["images"], file["labels"]
    images[:2] = images[1::-1]
    np.savez("train.npz", images=images, labels=labels)
    refused = kindred("run", "recipe.json5", "--out", "out")
    assert refused.returncode == 65 and "'images_crc32' is " in refused.stderr
    assert not Path("out").exists()


def test_a_network_of_transformers(names: dict[str, Any]) -> None:
    torch = needs("torch", "torch")

    def model(pixel_values: Any, output_hidden_states: bool) -> Any:
        assert output_hidden_states
        tokens = pixel_values.flatten(2).mT
        return SimpleNamespace(logits=tokens.sum(1), hidden_states=[tokens, 2 * tokens])

    images = np.load("train.npz")["images"]
    given = {**names, "np": np, "torch": torch, "model": model}
    exec(compile(blocks(PAGE)[1], PAGE, "exec"), given)
    said = given["outputs"](images)
    assert said["logits"].shape == said["embedding"].shape == (300, 3)
