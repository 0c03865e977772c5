"""Students that the command exports give in ONNX Runtime and in PyTorch what they give in Kindred.

The command is the program at KINDRED_COMMAND; without it, these tests are skipped.
"""

import importlib.util
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import needs

COMMAND = os.environ.get("KINDRED_COMMAND", "")
pytestmark = pytest.mark.skipif(not COMMAND, reason="KINDRED_COMMAND names no program")

NETWORKS = ["resnet8:4", "wrn10-2:4", "mobilenetv2:8", "vit:16:2:2:4", "mlp:16:8"]


def kindred(*words: object) -> str:
    done = subprocess.run(
        [COMMAND, *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(folder: Path, network: str, examples: str) -> Path:
    """Trains a student for four epochs, so that its running statistics are not what they began as."""
    recipe = folder / "recipe.json5"
    recipe.write_text(
        '{ data: { train: "train.npz", test: "test.npz" }, rows: [{ name: "plain", loss: "ce" }],'
        f' student: {{ network: "{network}", training: {{ epochs: 4, batch: 16 }} }} }}')
    random = np.random.default_rng(7)
    for name in ("train", "test"):
        labels = np.arange(96) % 3
        if examples == "images":
            array = random.integers(0, 200, (96, 3, 16, 16), dtype=np.uint8)
            array[:, 0] += (20 * labels).astype(np.uint8)[:, None, None]
        else:
            array = (random.normal(size=(96, 10)) * 3 + labels[:, None]).astype(np.float32)
        np.savez(folder / f"{name}.npz", **{examples: array, "labels": labels})
    kindred("run", recipe, "--out", folder / "results")
    return folder / "results"


def predicted(folder: Path, results: Path) -> dict[str, Any]:
    kindred("predict", results, "--images", folder / "test.npz", "--out", folder / "said.npz")
    with np.load(folder / "said.npz") as said:
        return dict(said)


CASES = [(network, "images") for network in NETWORKS] + [("mlp:16", "features")]


@pytest.mark.parametrize("network, examples", CASES)
def test_same_outputs_everywhere(network: str, examples: str, tmp_path: Path) -> None:
    results = run(tmp_path, network, examples)
    said = predicted(tmp_path, results)
    with np.load(tmp_path / "test.npz") as test:
        inputs = test[examples].astype(np.float32)

    # What is said agrees with itself.
    logits = said["logits"].astype(np.float64)
    exponentials = np.exp(logits - logits.max(1, keepdims=True))
    np.testing.assert_allclose(
        said["probabilities"], exponentials / exponentials.sum(1, keepdims=True), atol=1e-6)
    assert said["classes"].dtype == np.int64
    np.testing.assert_array_equal(said["classes"], logits.argmax(1))
    assert np.ptp(logits, axis=0).min() > 0.01, "the student does not depend on its input"

    onnxruntime = needs("onnxruntime", "onnxruntime")
    kindred("export", "onnx", results, "--row", "plain", "--out", tmp_path / "student.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "student.onnx")
    assert [value.name for value in session.get_outputs()] == ["logits", "embedding"]
    # Any number of examples.
    for count in (1, 96):
        for name, found in zip(
                ("logits", "embedding"), session.run(None, {"images": inputs[:count]}), strict=True):
            np.testing.assert_allclose(found, said[name][:count], atol=2e-5, rtol=1e-4)

    torch = needs("torch", "torch")
    needs("safetensors", "safetensors")
    kindred("export", "torch", results, "--row", "plain", "--out", tmp_path / "student")
    spec = importlib.util.spec_from_file_location("student", tmp_path / "student" / "student.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with torch.no_grad():
        outputs = module.load()(torch.from_numpy(inputs))
    assert set(outputs) == {"logits", "embedding"}
    for name, tensor in outputs.items():
        np.testing.assert_allclose(tensor.numpy(), said[name], atol=2e-5, rtol=1e-4)


def test_formats_say_the_same(tmp_path: Path) -> None:
    results = run(tmp_path, "mlp:8", "features")
    said = predicted(tmp_path, results)
    kindred("predict", results, "--images", tmp_path / "test.npz", "--out", tmp_path / "said.csv")
    table = np.genfromtxt(tmp_path / "said.csv", delimiter=",", names=True)
    np.testing.assert_array_equal(table["class"], said["classes"])
    np.testing.assert_allclose(table["logits_2"], said["logits"][:, 2], rtol=1e-6)
    np.testing.assert_allclose(table["embedding_7"], said["embedding"][:, 7], rtol=1e-6)
