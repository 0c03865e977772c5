"""The page of benchmarks is one that its script can write."""

import importlib
import re
from pathlib import Path

import pytest
from conftest import needs

needs("torch", "torch")
FOLDER = Path(__file__).parents[2] / "docs/benchmarks"


def test_the_page_is_as_the_script_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    script = importlib.import_module("torch_side_by_side")
    page = (FOLDER / "python.md").read_text()
    command = re.search(r"```sh\npython \S+ (.*)\n```\n\n(.* D = \d+\.) ?((?:.+\n)*)\n\| loss", page)
    assert command
    note = command[3].strip().replace("\n", " ")
    assert page.startswith(script.introduction([*command[1].split(), "--note", note], note, command[2]))
    assert [script.number(value) for value in (2004.0, 11216.0, 999.6, 107.2, 45.46, 0.7999)] == [
        "2000",
        "11200",
        "1000",
        "107",
        "45.5",
        "0.8",
    ]
    assert "e+" not in page
