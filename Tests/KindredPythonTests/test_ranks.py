"""Several ranks give the parameters' gradients of one process that has the whole batch."""

from typing import Any

import pytest
from conftest import needs

torch = needs("torch", "torch")
import rank  # noqa: E402


@pytest.fixture(scope="module")
def results(tmp_path_factory: Any) -> str:
    """What four processes wrote, which start once for all tests."""
    folder = tmp_path_factory.mktemp("ranks")
    torch.multiprocessing.spawn(rank.work, (str(folder / "meet"), str(folder / "result")), nprocs=4)
    return str(folder / "result")


@pytest.fixture(scope="module")
def whole() -> Any:
    return rank.train(slice(None))


@pytest.mark.parametrize(("split", "cached"), [*((split, False) for split in rank.SPLITS), ("uneven", True)])
def test_ranks_equal_one_process(split: str, cached: bool, whole: Any, results: str) -> None:
    for each in range(len(rank.SPLITS[split])):
        result = torch.load(f"{results}.{split}.{cached}.{each}")
        assert result["values"] == pytest.approx(whole["values"], rel=1e-5)
        for name in ("gradients", "parameters"):
            for given, expected in zip(result[name], whole[name]):
                assert (given - expected).abs().max() <= 1e-5 * expected.abs().max()
        assert result["state"].keys() == whole["state"].keys()
        for name in ("rrd.queue", "crd.student.memory", "crd.teacher.memory"):
            torch.testing.assert_close(result["state"][name], whole["state"][name], rtol=1e-5, atol=1e-6)


def test_one_row_is_read_wherever_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """As bytes of one collective, a number may begin behind a byte."""
    from kindred.torch import _gather

    monkeypatch.setattr(torch.distributed, "all_gather", lambda all_of, mine, group: all_of[0].copy_(mine))
    values = [torch.ones(1, dtype=torch.bool), torch.arange(6.0)[None, ::3][:, 1:], torch.tensor([7])]
    for given, expected in zip(_gather._rows(values, [1], None), values):
        assert torch.equal(given, expected)


def test_a_rank_that_is_wrong_tells_all(results: str) -> None:
    messages = [torch.load(f"{results}.disagreement.{each}") for each in range(2)]
    assert messages[0] == messages[1]
    assert "\nrank 0: the student's 'logits' float32 N×3; the 'labels' int64 N\nrank 1: " in messages[0][0]
    assert "rank 1: the student's 'logits' has 4 examples, but the 'labels' has 3" in messages[0][1]
    assert "holds NaN at [4, 0]" in messages[0][2]
