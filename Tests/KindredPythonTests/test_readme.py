"""The README's way from a folder of pictures and a teacher to an ONNX student, run as it stands there.

The command is the program at KINDRED_IMAGES_COMMAND, which is built with the trait Images; without it, this test is
skipped.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import needs
from test_documents import OWN_DATA, ROOT

COMMAND = os.environ.get("KINDRED_IMAGES_COMMAND", "")
pytestmark = pytest.mark.skipif(not COMMAND, reason="KINDRED_IMAGES_COMMAND names no program")


def blocks(language: str) -> list[str]:
    """The code of the README's section in a language."""
    section = (ROOT / "README.md").read_text().split(OWN_DATA)[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def draw(folder: Path, count: int, random: np.random.Generator) -> None:
    """Pictures of several sizes, each mostly of the colour that its class is called."""
    image = needs("PIL", "PIL.Image")
    for number, name in enumerate(["blue", "green", "red"]):
        (folder / name).mkdir(parents=True)
        for index in range(count):
            height, width = random.integers(20, 40, 2)
            pixels = random.integers(0, 160, (height, width, 3), dtype=np.uint8)
            pixels[..., 2 - number] += 90
            ending = "png" if index % 2 else "jpg"
            image.fromarray(pixels).save(folder / name / f"{index:02}.{ending}")


def test_from_pictures_to_a_student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch = needs("torch", "torch")
    needs("onnxruntime", "onnxruntime")
    random = np.random.default_rng(0)
    draw(Path("pictures/train"), 16, random)
    draw(Path("pictures/test"), 8, random)
    # What is no picture is left out, and grey ones have three equal channels.
    for stray in ["notes.txt", ".hidden.png"]:
        Path("pictures/train/blue", stray).write_text("no picture")
    grey = Path("pictures/train/red/99.png")
    needs("PIL", "PIL.Image").new("L", (24, 24), 90).save(grey)

    # The teacher knows the mean colours.
    model = torch.nn.Linear(3, 3, bias=False)
    torch.nn.init.zeros_(model.weight)
    with torch.no_grad():
        model.weight += 0.1 * torch.eye(3).flip(0)

    def transform(picture: Any) -> Any:
        return torch.from_numpy(np.asarray(picture).reshape(-1, 3).mean(0, dtype=np.float32))

    dump, call = blocks("python")
    names: dict[str, Any] = {"model": model, "transform": transform}
    exec(compile(dump, "README.md", "exec"), names)
    assert (torch.cat(names["logits"]).argmax(1).numpy() [:48] == np.arange(48) // 16).all()
    assert len(names["logits"]) == 49

    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kindred").symlink_to(COMMAND)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    _, commands = blocks("sh")
    done = subprocess.run(["bash", "-e", "-c", commands], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Each is brought to 32×32 pixels" in Path("recipe.json5").read_text()

    said = subprocess.run(
        ["kindred", "predict", "results/recipe", "--row", "kd", "--images", "pictures/test/red", "--out", "red.npz"],
        capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    with np.load("red.npz") as file:
        assert (file["classes"] == 2).mean() > 0.8
    images = np.zeros((5, 3, 32, 32), np.float32)
    images[:, 0] = 200
    exec(compile(call, "README.md", "exec"), names | {"images": images})
