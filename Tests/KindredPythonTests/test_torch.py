"""`kindred.torch` in one process."""

import copy
import io
import pickle
from typing import Any

import kindred
import numpy as np
import pytest
from conftest import needs

torch = needs("torch", "torch")
import kindred.torch  # noqa: E402

MIX = "ce + 0.5*kd(temperature: 4) + 25*rkd.distance"
OWNING = "ce + 10*fitnet(layer: embedding) + rrd(queue: 20, projection: linear)"
LABELS = torch.arange(12) % 5


def outputs(width: int = 6, seed: int = 0, dtype: Any = torch.float32, n: int = 12) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(seed)
    sizes = {"logits": 5, "embedding": width}
    return {name: torch.randn(n, size, generator=generator).to(dtype) for name, size in sizes.items()}


def learning(tensors: dict[str, Any]) -> dict[str, Any]:
    return {name: each.clone().requires_grad_() for name, each in tensors.items()}


TEACHER = outputs(9, seed=1)


def test_it_gives_what_numpy_gives() -> None:
    criterion, student = kindred.torch.Loss(MIX), learning(outputs())
    value = criterion(student=student, teacher=TEACHER, labels=LABELS)
    (3 * value).backward()
    numpy = [{name: each.detach().numpy() for name, each in network.items()} for network in (student, TEACHER)]
    expected = kindred.Loss(MIX).evaluate(student=numpy[0], teacher=numpy[1], labels=LABELS.numpy())
    assert value.item() == pytest.approx(expected.value, rel=1e-6) and criterion.terms == expected.terms
    for name, each in student.items():
        np.testing.assert_allclose(each.grad.numpy(), 3 * expected.gradients[name], rtol=1e-6)
    assert criterion.balance(student, TEACHER, labels=LABELS).keys() == expected.terms.keys()
    assert not list(criterion.parameters()) and not criterion.state_dict()


def test_a_leaf_takes_the_gradient_without_a_copy() -> None:
    criterion, student = kindred.torch.Loss("kd"), learning(outputs())
    value = criterion(student=student, teacher=TEACHER)
    place = value.grad_fn.saved_tensors[0].data_ptr()
    value.backward()
    assert student["logits"].grad.data_ptr() == place


def test_a_graph_may_be_kept() -> None:
    criterion, student = kindred.torch.Loss("kd"), learning(outputs())
    value = criterion(student=student, teacher=TEACHER)
    first = torch.autograd.grad(value, student["logits"], retain_graph=True)[0]
    expected = first.clone()
    # What a caller does to one gradient does not reach the next one.
    first.zero_()
    for times in (1, 2):
        value.backward(retain_graph=True)
        torch.testing.assert_close(student["logits"].grad, times * expected)
    torch.testing.assert_close(torch.autograd.grad(value, student["logits"])[0], expected)
    with pytest.raises(RuntimeError, match="a second time"):
        value.backward()


def test_a_batch_of_gradients() -> None:
    criterion, student = kindred.torch.Loss("kd"), learning(outputs())
    value = criterion(student=student, teacher=TEACHER)
    above = torch.tensor([1.0, 0.5, 0.0])
    batch = torch.autograd.grad(
        value, student["logits"], grad_outputs=above, is_grads_batched=True, retain_graph=True
    )[0]
    once = torch.autograd.grad(value, student["logits"])[0]
    torch.testing.assert_close(batch, above[:, None, None] * once)


def test_the_loss_reads_tensors_without_a_copy() -> None:
    """DLPack of what `kindred.Loss` is given."""
    student = outputs(dtype=torch.bfloat16)
    result = kindred.Loss(MIX).evaluate(student=student, teacher=TEACHER, labels=LABELS)
    same = {name: each.float().numpy() for name, each in student.items()}
    assert result.value == kindred.Loss(MIX).evaluate(student=same, teacher=TEACHER, labels=LABELS).value
    assert result.gradients["logits"].dtype == np.float32
    with pytest.raises(kindred.ArgumentError, match="the student's 'logits' gives no access to its numbers.*detach"):
        kindred.Loss(MIX).evaluate(student=learning(outputs()), teacher=TEACHER, labels=LABELS)


def test_strides() -> None:
    criterion = kindred.torch.Loss(MIX)
    student = outputs()
    expected = criterion(student=student, teacher=TEACHER, labels=LABELS)
    transposed = {name: each.T.contiguous().requires_grad_() for name, each in student.items()}
    value = criterion(student={name: each.T for name, each in transposed.items()}, teacher=TEACHER, labels=LABELS)
    assert value.item() == expected.item()
    value.backward()
    assert transposed["logits"].grad.shape == (5, 12)


def test_a_negated_view_is_read_with_its_sign() -> None:
    z = outputs()["logits"]
    negated = torch.complex(torch.zeros_like(z), -z).conj().imag
    assert negated.is_neg() and torch.equal(negated, z)
    teacher = {"logits": TEACHER["logits"]}
    expected = kindred.torch.Loss("kd")(student={"logits": z}, teacher=teacher)
    assert kindred.torch.Loss("kd")(student={"logits": negated}, teacher=teacher) == expected
    assert kindred.Loss("kd").evaluate(student={"logits": negated}, teacher=teacher).value == expected.item()


def test_an_output_that_is_not_read() -> None:
    criterion, student = kindred.torch.Loss("kd"), learning(outputs())
    others = {"ids": torch.arange(12), "more": torch.full((3,), torch.nan, dtype=torch.bfloat16).requires_grad_()}
    criterion(student={**student, **others}, teacher={**TEACHER, **others}).backward()
    for each in (student["embedding"], others["more"]):
        assert each.grad.dtype == each.dtype and each.grad.shape == each.shape and not each.grad.any()
    assert student["logits"].grad.any()


def test_copies_are_waited_for_on_the_device_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a GPU: what `on_host` asks of PyTorch."""
    from types import SimpleNamespace

    from kindred.torch._host import on_host

    waited = []
    room = SimpleNamespace(copy_=lambda value, non_blocking: value)
    monkeypatch.setattr(torch, "empty", lambda *_, **__: room)
    monkeypatch.setattr(
        torch.cuda, "current_stream", lambda device: SimpleNamespace(synchronize=lambda: waited.append(str(device)))
    )
    tensors: Any = {
        name: SimpleNamespace(is_cpu=False, device=torch.device(device), shape=(1,), dtype=torch.float32)
        for name, device in (("logits", "cuda:0"), ("embedding", "cuda:1"), ("stage1", "cuda:1"))
    }
    on_host([tensors])
    assert sorted(waited) == ["cuda:0", "cuda:1"]


def test_torch_compile_and_a_scaler() -> None:
    model, criterion, x = torch.nn.Linear(6, 5), kindred.torch.Loss("kd"), torch.randn(12, 6)

    def value(x: Any) -> Any:
        return 2 * criterion(student={"logits": model(x)}, teacher={"logits": TEACHER["logits"]})

    expected = torch.autograd.grad(value(x), model.weight)[0]
    compiled = torch.autograd.grad(torch.compile(value, backend="eager")(x), model.weight)[0]
    torch.testing.assert_close(compiled, expected)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler.scale(value(x)).backward()
    scaler.unscale_(optimizer)
    torch.testing.assert_close(model.weight.grad, expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_types(dtype: Any) -> None:
    student = learning(outputs(dtype=dtype))
    value = kindred.torch.Loss(MIX)(student=student, teacher=TEACHER, labels=LABELS)
    single = learning({name: each.detach().float() for name, each in student.items()})
    expected = kindred.torch.Loss(MIX)(student=single, teacher=TEACHER, labels=LABELS)
    assert value.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
    assert value.item() == pytest.approx(expected.item(), rel=1e-6)
    # A scaler's factor is multiplied in before the gradient is rounded to 16 bits.
    (2.0**-8 * (2.0**12 * value)).backward() if dtype != torch.float64 else value.backward()
    (2.0**4 * expected).backward() if dtype != torch.float64 else expected.backward()
    for name, each in student.items():
        assert each.grad.dtype == dtype
        torch.testing.assert_close(each.grad, single[name].grad.to(dtype))


def test_a_small_gradient_survives_a_scaler_in_16_bits() -> None:
    student = {"logits": outputs(dtype=torch.float16)["logits"].requires_grad_()}
    (1e5 * kindred.torch.Loss("1e-6*kd")(student=student, teacher=TEACHER)).backward()
    exact = {"logits": student["logits"].detach().double().requires_grad_()}
    (1e5 * kindred.torch.Loss("1e-6*kd")(student=exact, teacher=TEACHER)).backward()
    torch.testing.assert_close(student["logits"].grad.double(), exact["logits"].grad, rtol=1e-2, atol=1e-6)


def test_autocast() -> None:
    model = torch.nn.Linear(6, 5)
    x = torch.randn(12, 6)
    criterion = kindred.torch.Loss("ce + kd")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        z = model(x)
        assert z.dtype == torch.bfloat16
        value = criterion(student={"logits": z}, teacher=TEACHER, labels=LABELS)
    assert value.dtype == torch.float32
    value.backward()
    assert model.weight.grad.dtype == torch.float32
    expected = torch.autograd.grad(
        criterion(student={"logits": model(x)}, teacher=TEACHER, labels=LABELS), model.weight
    )[0]
    torch.testing.assert_close(model.weight.grad, expected, rtol=0.05, atol=0.01)


def test_gradcheck() -> None:
    """PyTorch's own, with numbers in float64 and a loss that computes in float32."""
    z = outputs(dtype=torch.float64)["logits"].requires_grad_()
    teacher = {"logits": TEACHER["logits"]}
    for formula in ("kd", "dist", "rkd.distance(layer: logits)"):
        criterion = kindred.torch.Loss(formula)
        assert torch.autograd.gradcheck(
            lambda z: criterion(student={"logits": z}, teacher=teacher), (z,), eps=1e-2, atol=2e-3, rtol=2e-2
        )


def test_a_second_derivative_is_an_error() -> None:
    student = learning(outputs())
    value = kindred.torch.Loss(MIX)(student=student, teacher=TEACHER, labels=LABELS)
    (gradient,) = torch.autograd.grad(value, student["logits"], create_graph=True)
    with pytest.raises(kindred.KindredError, match="first derivatives only"):
        (value + gradient.square().sum()).backward()


def test_without_gradients() -> None:
    criterion = kindred.torch.Loss(MIX)
    with torch.no_grad():
        value = criterion(student=learning(outputs()), teacher=TEACHER, labels=LABELS)
    assert not value.requires_grad
    assert not criterion(student=outputs(), teacher=learning(TEACHER), labels=LABELS).requires_grad
    student = {**outputs(), "logits": outputs()["logits"].requires_grad_()}
    criterion(student=student, teacher=TEACHER, labels=LABELS).backward()
    assert student["embedding"].grad is None and student["logits"].grad is not None


def test_masks_and_weights() -> None:
    criterion, student = kindred.torch.Loss(MIX), outputs()
    keep = torch.arange(12) % 4 != 0
    expected = criterion(
        student={name: each[keep] for name, each in student.items()},
        teacher={name: each[keep] for name, each in TEACHER.items()},
        labels=LABELS[keep],
    )
    leaves = learning({name: torch.where(keep[:, None], each, torch.nan) for name, each in student.items()})
    for kind in (torch.bool, torch.uint8, torch.int64, torch.float32):
        value = criterion(student={**leaves, "weights": keep.to(kind)}, teacher=TEACHER, labels=LABELS)
        assert value.item() == pytest.approx(expected.item(), rel=1e-6)
    value.backward()
    assert not leaves["logits"].grad[~keep].any() and leaves["logits"].grad[keep].all()


def test_what_it_reads() -> None:
    loss = kindred.torch.Loss("ce + ramp(kd) + fitnet")
    assert loss.needs_progress and loss.has_parameters and not loss.has_memory
    assert loss.term_names == ("ce", "kd", "fitnet") and kindred.torch.Loss("rrd").has_memory


# State.


def step(criterion: Any, optimizer: Any, seed: int) -> float:
    student = learning(outputs(seed=seed))
    value = criterion(student=student, teacher=TEACHER, labels=LABELS)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.item()


def trainer(criterion: Any) -> Any:
    return torch.optim.Adam(criterion.parameters(), lr=0.01)


def test_parameters_learn_and_memory_is_kept() -> None:
    criterion = kindred.torch.Loss(OWNING).initialize(outputs(), TEACHER)
    assert dict(criterion.named_parameters())["fitnet.weight"].shape == (9, 6)
    assert dict(criterion.named_buffers())["rrd.queue"].shape == (0, 9)
    first = criterion.get_parameter("fitnet.weight").detach().clone()
    optimizer = trainer(criterion)
    values = [step(criterion, optimizer, seed) for seed in range(3)]
    assert (criterion.get_parameter("fitnet.weight") != first).any()
    assert criterion.get_buffer("rrd.queue").shape == (20, 9)
    fit = kindred.torch.Loss("fitnet(layer: embedding)").initialize(outputs(), TEACHER)
    optimizer = torch.optim.Adam(fit.parameters(), lr=0.1)
    values = [step(fit, optimizer, 0) for _ in range(50)]
    assert values[-1] < 0.5 * values[0]


def test_a_saved_state_goes_on_with_the_same_bits() -> None:
    criterion = kindred.torch.Loss(OWNING).initialize(outputs(), TEACHER)
    optimizer = trainer(criterion)
    for seed in range(3):
        step(criterion, optimizer, seed)
    file = io.BytesIO()
    torch.save({"loss": criterion.state_dict(), "optimizer": optimizer.state_dict()}, file)
    expected = [step(criterion, optimizer, seed) for seed in (3, 4)]
    file.seek(0)
    saved = torch.load(file, weights_only=True)
    assert {"fitnet.weight", "fitnet.bias", "rrd.queue"} <= saved["loss"].keys()
    again = kindred.torch.Loss(OWNING)
    again.load_state_dict(saved["loss"])  # before the first batch
    optimizer = trainer(again)
    optimizer.load_state_dict(copy.deepcopy(saved["optimizer"]))
    assert [step(again, optimizer, seed) for seed in (3, 4)] == expected
    later = kindred.torch.Loss(OWNING, seed=7).initialize(outputs(), TEACHER)
    later.load_state_dict(saved["loss"])  # into an empty memory
    optimizer = trainer(later)
    optimizer.load_state_dict(copy.deepcopy(saved["optimizer"]))
    assert [step(later, optimizer, seed) for seed in (3, 4)] == expected


def test_a_state_of_another_loss_is_an_error() -> None:
    state = kindred.torch.Loss("fitnet(layer: embedding)").initialize(outputs(), TEACHER).state_dict()
    with pytest.raises(RuntimeError, match="fitnet.weight"):
        kindred.torch.Loss("kd").load_state_dict(state)


def test_parameters_that_a_call_makes_are_announced() -> None:
    criterion = kindred.torch.Loss(OWNING)
    with pytest.warns(UserWarning, match="fitnet.weight, .*: made from this batch") as caught:
        criterion(student=outputs(), teacher=TEACHER, labels=LABELS)
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="follow progress=") as caught:
        kindred.torch.Loss("ramp(kd)")(student=outputs(), teacher=TEACHER, step=3)
    assert caught[0].filename == __file__
    assert len(list(criterion.parameters())) == 2


def test_an_evaluation_remembers_nothing() -> None:
    criterion = kindred.torch.Loss("rrd(queue: 20)").initialize(outputs(9), TEACHER)
    criterion.eval()
    criterion(student=outputs(9), teacher=TEACHER)
    assert criterion.get_buffer("rrd.queue").shape[0] == 0
    criterion.train()
    criterion(student=outputs(9), teacher=TEACHER)
    assert criterion.get_buffer("rrd.queue").shape[0] == 12


def test_it_is_copied_pickled_and_moved() -> None:
    criterion = kindred.torch.Loss(OWNING).initialize(outputs(), TEACHER)
    call: Any = {"student": outputs(), "teacher": TEACHER, "labels": LABELS}
    copies = [copy.deepcopy(criterion), pickle.loads(pickle.dumps(criterion))]
    expected = criterion(**call).item()
    assert [each(**call).item() for each in copies] == [expected, expected]
    assert criterion.to(torch.float64).get_parameter("fitnet.weight").dtype == torch.float64
    assert criterion(**call).item() != 0
    model = torch.nn.ModuleDict({"criterion": copies[0]})
    assert "criterion.fitnet.weight" in model.state_dict()
    fresh = torch.nn.ModuleDict({"criterion": kindred.torch.Loss(OWNING)})
    fresh.load_state_dict(model.state_dict())
    assert len(list(fresh.parameters())) == 2


def test_wrong_arguments() -> None:
    criterion = kindred.torch.Loss(MIX)
    with pytest.raises(kindred.ArgumentError, match="the loss has no argument 'techer': did you mean 'teacher'?"):
        criterion(student=outputs(), techer=TEACHER)
    with pytest.raises(kindred.ArgumentError, match="the loss takes names, not positions: student=, teacher="):
        criterion(outputs(), TEACHER)
    with pytest.raises(kindred.ArgumentError, match="the student's 'logits' is a ndarray, not a tensor"):
        criterion(student={"logits": np.zeros((2, 2))}, teacher=TEACHER)
    with pytest.raises(kindred.ArgumentError, match="labels is of Float32, and it takes Int32 or Int64"):
        criterion(student=outputs(), teacher=TEACHER, labels=LABELS.float())
    with pytest.raises(kindred.ArgumentError, match="Loss has no argument 'gathr': did you mean 'gather'?"):
        kindred.torch.Loss("kd", gathr=True)
    with pytest.raises(kindred.ArgumentError, match="the student's 'weights' says what counts, and has no gradient"):
        criterion(student={**outputs(), "weights": torch.ones(12).requires_grad_()}, teacher=TEACHER, labels=LABELS)
    with pytest.raises(kindred.KindredError, match="step"):
        kindred.torch.Loss("ramp(kd)")(student=outputs(), teacher=TEACHER)
    with pytest.raises(kindred.KindredError, match="embedding.*logits"):
        criterion(student={"logits": outputs()["logits"]}, teacher=TEACHER, labels=LABELS)


# Hooks.


class Network(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer1 = torch.nn.Linear(4, 6)
        self.body = torch.nn.ModuleDict({"pair": Pair()})
        self.head = torch.nn.Linear(6, 5)

    def forward(self, x: Any) -> Any:
        return self.head(self.body["pair"](self.layer1(x))["half"])


class Pair(torch.nn.Module):
    def forward(self, x: Any) -> Any:
        return {"half": x / 2, "double": 2 * x}


def test_hook() -> None:
    network, x = Network(), torch.randn(12, 4)
    places = {"stage1": "layer1", "embedding": ("body.pair", "double"), "logits": ""}
    found = kindred.torch.hook(network, places)
    with pytest.raises(kindred.ArgumentError, match="'layer1', which gives 'stage1', has not run"):
        found["stage1"]
    z = network(x)
    assert set(found) == set(places) and found["logits"] is z
    torch.testing.assert_close(found["embedding"], 2 * network.layer1(x))
    kindred.torch.Loss(MIX)(student=found, teacher=TEACHER, labels=LABELS).backward()
    assert network.head.weight.grad.any() and network.layer1.weight.grad.any()
    found.remove()
    network(torch.randn(3, 4))
    assert found["logits"] is z


def test_a_network_with_hooks_is_copied_and_pickled() -> None:
    network, x = Network(), torch.randn(12, 4)
    found = kindred.torch.hook(network, {"stage1": "layer1", "logits": ""})
    z = network(x)
    for again in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        torch.testing.assert_close(again(2 * x), network(2 * x))
        network(x)
        assert torch.equal(found["logits"], z)  # not the copy's
    both = copy.deepcopy({"network": network, "found": found})
    with pytest.raises(kindred.ArgumentError, match="has not run"):
        both["found"]["logits"]
    assert both["network"](x) is both["found"]["logits"]
    both["found"].remove()
    assert not both["network"]._forward_hooks and network._forward_hooks


def test_a_module_that_works_in_place_changes_what_was_hooked() -> None:
    network = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.ReLU(inplace=True))
    found = kindred.torch.hook(network, {"logits": "0"})
    assert network(torch.randn(12, 4)) is found["logits"]
    kindred.torch.Loss("kd")(student=found, teacher={"logits": TEACHER["logits"]}).backward()
    assert network[0].weight.grad.any()


def test_wrong_hooks() -> None:
    with pytest.raises(kindred.ArgumentError, match="no module 'zzz': there are layer1, body, body.pair, head$"):
        kindred.torch.hook(Network(), {"stage1": "zzz"})
    with pytest.raises(kindred.ArgumentError, match="no module 'layer2': did you mean 'layer1'?"):
        kindred.torch.hook(Network(), {"stage1": "layer2"})
    for place, message in (("body.pair", "gives the keys half, double"), (("body.pair", "third"), "gives no 'third'")):
        network = Network()
        kindred.torch.hook(network, {"stage1": place})
        with pytest.raises(kindred.ArgumentError, match=message):
            network(torch.randn(3, 4))
    twice = torch.nn.Sequential(shared := torch.nn.Linear(4, 4), shared)
    kindred.torch.hook(twice, {"stage1": "0"})
    with pytest.raises(kindred.ArgumentError, match="'0' ran twice"):
        twice(torch.randn(3, 4))
