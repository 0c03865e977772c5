"""`cached_backward`: micro-batches whose gradient is that of the whole batch."""

from typing import Any

import kindred
import pytest
from conftest import needs

torch = needs("torch", "torch")
import kindred.torch  # noqa: E402

FORMULA = "ce + 25*rkd.distance + 50*rkd.angle + fitnet(layer: embedding)"


class Network(torch.nn.Module):
    def __init__(self, dropout: float = 0) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.body = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Tanh(), torch.nn.Dropout(dropout))
        self.head = torch.nn.Linear(16, 4)

    def forward(self, x: Any) -> Any:
        embedding = self.body(x)
        return {"logits": self.head(embedding), "embedding": embedding}


X, LABELS = torch.randn(20, 6, generator=torch.Generator().manual_seed(2)), torch.arange(20) % 4
TEACHER = {"embedding": torch.randn(20, 8, generator=torch.Generator().manual_seed(3))}


def gradients(*modules: Any) -> list[Any]:
    return [parameter.grad.clone() for module in modules for parameter in module.parameters()]


def loss() -> Any:
    return kindred.torch.Loss(FORMULA).initialize(Network()(X), TEACHER)


def test_it_equals_the_whole_batch() -> None:
    whole, first = Network(), loss()
    value = first(student=whole(X), teacher=TEACHER, labels=LABELS)
    value.backward()
    for teacher in (TEACHER, [{"embedding": part} for part in TEACHER["embedding"].split(7)]):
        model, criterion = Network(), loss()
        cached = kindred.torch.cached_backward(model, X.split(7), teacher, criterion, labels=LABELS)
        assert cached.item() == pytest.approx(value.item(), rel=1e-6) and not cached.requires_grad
        for given, expected in zip(gradients(model, criterion), gradients(whole, first)):
            torch.testing.assert_close(given, expected, rtol=1e-5, atol=1e-6)


def test_a_scaler_and_batches_that_are_drawn_once() -> None:
    expected, first = Network(), loss()
    kindred.torch.cached_backward(expected, X.split(7), TEACHER, first, labels=LABELS)
    model, criterion = Network(), loss()
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    value = kindred.torch.cached_backward(model, iter(X.split(7)), TEACHER, criterion, scaler=scaler, labels=LABELS)
    assert value.item() == criterion(student=model(X), teacher=TEACHER, labels=LABELS).item()
    for given, wanted in zip(gradients(model, criterion), gradients(expected, first)):
        torch.testing.assert_close(given / 1024, wanted, rtol=1e-5, atol=1e-6)


def test_dropout_drops_the_same_numbers_twice() -> None:
    model, criterion = Network(dropout=0.5), loss()
    torch.manual_seed(5)
    # The same micro-batches with one graph: dropout draws as in the first passes.
    parts = [model(part) for part in X.split(6)]
    student = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
    criterion(student=student, teacher=TEACHER, labels=LABELS).backward()
    following = torch.rand(3)
    again, other = Network(dropout=0.5), loss()
    torch.manual_seed(5)
    kindred.torch.cached_backward(again, X.split(6), TEACHER, other, labels=LABELS)
    for given, expected in zip(gradients(again, other), gradients(model, criterion)):
        torch.testing.assert_close(given, expected, rtol=1e-5, atol=1e-6)
    # What is drawn afterwards is what one pass would have left.
    torch.testing.assert_close(torch.rand(3), following, rtol=0, atol=0)


def test_one_tensor_is_the_output_that_the_loss_reads() -> None:
    model = torch.nn.Linear(6, 4)
    kindred.torch.cached_backward(model, X.split(5), None, kindred.torch.Loss("ce"), labels=LABELS)
    expected = torch.autograd.grad(torch.nn.functional.cross_entropy(model(X), LABELS), model.weight)[0]
    torch.testing.assert_close(model.weight.grad, expected, rtol=1e-5, atol=1e-6)
    with pytest.raises(kindred.ArgumentError, match="one tensor, and the loss reads"):
        kindred.torch.cached_backward(model, X.split(5), TEACHER, loss(), labels=LABELS)
    with pytest.raises(kindred.ArgumentError, match="batches is one tensor, .* batches.split"):
        kindred.torch.cached_backward(model, X, None, kindred.torch.Loss("ce"), labels=LABELS)
    with pytest.raises(kindred.ArgumentError, match="no micro-batches"):
        kindred.torch.cached_backward(model, [], None, kindred.torch.Loss("ce"), labels=LABELS)
