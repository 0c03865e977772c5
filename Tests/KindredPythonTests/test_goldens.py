"""Every golden, through NumPy and through PyTorch, in both types of input."""

from typing import Any

import kindred
import numpy as np
import pytest
from conftest import needs
from goldens import FOLDER, METHODS, cases


def test_every_file_has_a_method() -> None:
    files = {path.stem for path in FOLDER.glob("*.json")}
    assert files - set(METHODS) == {"metric_learning"}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", METHODS)
def test_numpy(method: str, dtype: Any) -> None:
    for golden in cases(method):
        result = kindred.Loss(golden.formula).evaluate(
            student={name: each.astype(dtype) for name, each in golden.student.items()},
            teacher={name: each.astype(dtype) for name, each in golden.teacher.items()},
            labels=golden.labels,
            parameters=golden.parameters,
            memory=golden.memory,
        )
        assert all(each.dtype == dtype for each in result.gradients.values())
        golden.check(result.value, {**result.gradients, **result.parameter_gradients})


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("method", METHODS)
def test_torch(method: str, dtype: str) -> None:
    torch = needs("torch", "torch")
    import kindred.torch

    for golden in cases(method):
        criterion = kindred.torch.Loss(golden.formula)
        criterion.load_state_dict({name: torch.from_numpy(each) for name, each in golden.tensors.items()})
        student = {name: torch.from_numpy(each).to(getattr(torch, dtype)) for name, each in golden.student.items()}
        for name in golden.gradients.keys() & student.keys():
            student[name].requires_grad_()
        value = criterion(
            student=student,
            teacher={name: torch.from_numpy(each).to(getattr(torch, dtype)) for name, each in golden.teacher.items()},
            labels=None if golden.labels is None else torch.from_numpy(golden.labels),
        )
        assert value.dtype == getattr(torch, dtype)
        value.backward()
        tensors = {**student, **dict(criterion.named_parameters())}
        golden.check(value.item(), {name: each.grad.numpy() for name, each in tensors.items() if each.grad is not None})
