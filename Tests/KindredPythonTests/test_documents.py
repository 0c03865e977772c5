"""The Python in the documents, run as it stands there."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import needs

ROOT = Path(__file__).parents[2]
RANDOM = np.random.default_rng(0)
LABELS = np.arange(48) % 10
ARRAYS: dict[str, Any] = {
    "z": RANDOM.standard_normal((48, 10)).astype(np.float32),
    "e": RANDOM.standard_normal((48, 6)).astype(np.float32),
}
TAUGHT = {
    "logits": RANDOM.standard_normal((48, 10)).astype(np.float32),
    "embedding": RANDOM.standard_normal((48, 9)).astype(np.float32),
}


OWN_DATA = "## Your own data, teacher and student"


def blocks(page: str) -> list[str]:
    """The code of a page, but for the README's way to a student, which test_readme.py runs."""
    text = (ROOT / page).read_text().split(OWN_DATA)[0]
    found: list[str] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    return found


def run(page: str, names: dict[str, Any]) -> dict[str, Any]:
    for block in blocks(page):
        exec(compile(block, page, "exec"), names)
    return names


def test_every_page_is_run() -> None:
    pages = {path.stem for path in (ROOT / "docs/python").glob("*.md")}
    assert pages == {"pytorch", "jax", "mlx", "lightning", "hugging-face"}


@pytest.mark.parametrize("page", ["docs/python.md", "Sources/KindredPython/README.md"])
def test_arrays(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = run(page, {**ARRAYS, "taught": TAUGHT, "y": LABELS})
    assert names["result"].value != 0
    # What a page says is printed is printed.
    said = re.findall(r"^print\(.*\)  # (.*)$", "\n".join(blocks(page)), re.MULTILINE)
    assert capsys.readouterr().out.splitlines() == said


class Network:
    """A network of 8 numbers, whose modules have the names that the page uses."""

    def __new__(cls, torch: Any) -> Any:
        torch.manual_seed(0)
        network = torch.nn.Sequential()
        network.add_module("layer2", torch.nn.Linear(8, 12))
        network.add_module("avgpool", torch.nn.Linear(12, 6))
        network.add_module("fc", torch.nn.Linear(6, 10))
        return network


@pytest.mark.parametrize("page", ["docs/python/pytorch.md", "README.md"])
def test_torch(page: str) -> None:
    torch = needs("torch", "torch")
    taught = {name: torch.from_numpy(each) for name, each in TAUGHT.items()}
    leaves = {name: torch.from_numpy(each).requires_grad_() for name, each in ARRAYS.items()}
    names = {**leaves, "taught": taught, "y": torch.from_numpy(LABELS), "torch": torch, "model": Network(torch)}
    images = torch.randn(48, 8)

    def network(part: Any) -> Any:
        outputs = {"embedding": names["model"][:2](part)}
        return {**outputs, "logits": names["model"].fc(outputs["embedding"])}

    names = run(page, {**names, "images": images, "network": network})
    assert names["value"] > 0 and leaves["e"].grad.abs().sum() > 0


@pytest.mark.parametrize("page", ["jax", "mlx"])
def test_others(page: str) -> None:
    array = needs("jax", "jax.numpy").asarray if page == "jax" else needs("mlx", "mlx.core").array
    taught = {name: array(each) for name, each in TAUGHT.items()}
    arrays = {name: array(each) for name, each in ARRAYS.items()}
    names = run(f"docs/python/{page}.md", {**arrays, "taught": taught, "y": array(LABELS)})
    assert names["gradient"].shape == (48, 10)


def test_lightning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # Lightning writes where it is.
    torch, lightning = needs("torch", "torch"), needs("lightning", "lightning")

    class Student(lightning.LightningModule):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.network = Network(torch)

        def training_step(self, batch: Any, _: int) -> Any:
            return torch.nn.functional.cross_entropy(self.network(batch[0]), batch[1])

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), lr=0.05)

    torch.manual_seed(1)
    teacher, student = Network(torch), Student()
    data = torch.utils.data.TensorDataset(torch.randn(48, 8), torch.from_numpy(LABELS))
    loader = torch.utils.data.DataLoader(data, batch_size=16)
    with torch.no_grad():
        for parameter in teacher.parameters():
            parameter.mul_(2)
    start = [parameter.clone() for parameter in student.parameters()]
    given = {"teacher": teacher, "student": student, "loader": loader, "Student": Student}
    torch.manual_seed(2)
    names = run("docs/python/lightning.md", given)
    assert names["criterion"].terms.keys() == {"kd", "rkd.distance"} == names["gathering"].terms.keys()
    # Both ways train alike.
    for given, expected in zip(names["distilled"].network.parameters(), student.parameters()):
        torch.testing.assert_close(given.cpu(), expected.cpu(), rtol=1e-4, atol=1e-6)
    # The same three steps by hand.
    other = Network(torch)
    with torch.no_grad():
        for parameter, first in zip(other.parameters(), start):
            parameter.copy_(first)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.05)
    for x, y in loader:
        outputs = [{"embedding": (e := network[:2](x)), "logits": network.fc(e)} for network in (other, teacher)]
        z = outputs[0]["logits"]
        value = names["criterion"](student=outputs[0], teacher=outputs[1], labels=y)
        optimizer.zero_grad()
        (value + torch.nn.functional.cross_entropy(z, y)).backward()
        optimizer.step()
    for given, expected in zip(student.parameters(), other.parameters()):
        torch.testing.assert_close(given.cpu(), expected, rtol=1e-4, atol=1e-6)


def test_hugging_face(tmp_path: Path) -> None:
    torch, transformers = needs("torch", "torch"), needs("transformers", "transformers")
    needs("accelerate", "accelerate")
    shape = {
        "vocab_size": 50,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "num_labels": 3,
    }
    torch.manual_seed(0)
    networks = [
        transformers.BertForSequenceClassification(transformers.BertConfig(hidden_size=width, **shape))
        for width in (8, 16)
    ]
    mask = (torch.arange(12) < 7).long()
    data = [
        {"input_ids": torch.randint(50, (12,)), "attention_mask": mask, "labels": torch.tensor(i % 3)}
        for i in range(16)
    ]
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path), per_device_train_batch_size=8, num_train_epochs=1, report_to=[], use_cpu=True
    )
    names = run(
        "docs/python/hugging-face.md",
        {"model": networks[0], "teacher": networks[1], "arguments": arguments, "data": data},
    )
    assert names["criterion"].terms.keys() == {"ce", "kd", "gramAnchoring"} and names["criterion"].training
    assert names["trainer"].state.global_step == 2
    predicted = names["trainer"].predict(data)
    assert predicted.predictions.shape == (16, 3) and not names["criterion"].training


def test_labels_of_a_causal_model() -> None:
    torch = needs("torch", "torch")
    line = re.search(r"`(labels = .*)`", (ROOT / "docs/python/hugging-face.md").read_text())
    names = {"torch": torch, "labels": torch.arange(6).reshape(2, 3)}
    exec(line[1], names)  # type: ignore[index]
    assert names["labels"].tolist() == [[1, 2, -100], [4, 5, -100]]
