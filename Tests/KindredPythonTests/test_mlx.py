"""`kindred.mlx`."""

from typing import Any

import kindred
import numpy as np
import pytest
from conftest import needs

mx = needs("mlx", "mlx.core")
import kindred.mlx  # noqa: E402

RANDOM = np.random.default_rng(3)
STUDENT = {
    name: mx.array(RANDOM.standard_normal((12, size)).astype(np.float32))
    for name, size in (("logits", 5), ("embedding", 6))
}
TEACHER = {
    name: mx.array(RANDOM.standard_normal((12, size)).astype(np.float32))
    for name, size in (("logits", 5), ("embedding", 9))
}
LABELS = mx.arange(12) % 5
MIX = "ce + 0.5*kd(temperature: 4) + 25*rkd.distance"


def host(arrays: Any) -> Any:
    return {name: np.array(each) for name, each in arrays.items()}


def test_value_terms_and_gradient() -> None:
    loss = kindred.mlx.Loss(MIX)

    def value(z: Any, e: Any) -> Any:
        return 3 * loss(student={"logits": z, "embedding": 2 * e}, teacher=TEACHER, labels=LABELS)

    total, gradients = mx.value_and_grad(value, argnums=(0, 1))(*STUDENT.values())
    student = {"logits": np.array(STUDENT["logits"]), "embedding": 2 * np.array(STUDENT["embedding"])}
    expected = kindred.Loss(MIX).evaluate(student=student, teacher=host(TEACHER), labels=np.array(LABELS))
    assert total.item() == pytest.approx(3 * expected.value, rel=1e-6) and loss.terms == expected.terms
    np.testing.assert_allclose(gradients[0], 3 * expected.gradients["logits"], rtol=1e-5)
    np.testing.assert_allclose(gradients[1], 6 * expected.gradients["embedding"], rtol=1e-5)


def test_one_output_and_types() -> None:
    loss = kindred.mlx.Loss("kd")
    for kind in (mx.float16, mx.bfloat16, mx.float32):
        z = STUDENT["logits"].astype(kind)
        value, gradient = mx.value_and_grad(lambda z: loss(student={"logits": z}, teacher=TEACHER))(z)
        same = {"logits": np.array(z.astype(mx.float32))}
        expected = kindred.Loss("kd").evaluate(student=same, teacher=host(TEACHER))
        assert value.item() == pytest.approx(expected.value, rel=1e-5) and gradient.dtype == kind
        np.testing.assert_allclose(
            np.array(gradient.astype(mx.float32)), expected.gradients["logits"], rtol=0.01, atol=1e-4
        )


def test_parameters_learn_and_memory_is_kept() -> None:
    loss = kindred.mlx.Loss("fitnet(layer: embedding) + rrd(queue: 20, projection: linear)")
    parameters, memory = loss.initial_parameters(STUDENT, TEACHER), {}
    values = []
    for _ in range(40):
        call = lambda p: loss(student=STUDENT, teacher=TEACHER, parameters=p, memory=memory)  # noqa: E731, B023
        value, gradients = mx.value_and_grad(call)(parameters)
        parameters = {name: each - 0.1 * gradients[name] for name, each in parameters.items()}
        memory = loss.memory
        values.append(loss.terms["fitnet"].value)
    assert memory["rrd.queue"].shape == (20, 9) and values[-1] < 0.7 * values[0]


def test_other_derivatives_are_errors() -> None:
    loss, z = kindred.mlx.Loss("kd"), STUDENT["logits"]

    def value(z: Any) -> Any:
        return loss(student={"logits": z}, teacher=TEACHER)

    with pytest.raises(kindred.KindredError, match="first derivatives only"):
        mx.grad(lambda z: mx.grad(value)(z).square().sum())(z)
    with pytest.raises(kindred.KindredError, match="by mx.grad, not by mx.jvp"):
        mx.jvp(value, [z], [z])
    # What is done with the value is differentiated.
    np.testing.assert_allclose(
        mx.grad(lambda z: value(z) ** 2)(z), 2 * value(z).item() * np.array(mx.grad(value)(z)), rtol=1e-5
    )


def test_strides_and_outputs_that_are_not_read() -> None:
    loss, ids = kindred.mlx.Loss("kd"), mx.arange(12)
    expected = mx.grad(lambda z: loss(student={"logits": z}, teacher=TEACHER))(STUDENT["logits"])
    gradients = mx.grad(lambda s: loss(student={**s, "ids": ids}, teacher={**TEACHER, "ids": ids}))(
        {**STUDENT, "logits": STUDENT["logits"][::-1][::-1]}
    )
    np.testing.assert_array_equal(gradients["logits"], expected)
    assert not np.array(gradients["embedding"]).any()


def test_what_it_reads() -> None:
    loss = kindred.mlx.Loss("ce + ramp(kd) + rrd")
    assert loss.needs_labels and loss.needs_moment and loss.needs_progress and loss.has_memory
    assert not loss.needs_indices and loss.term_names == ("ce", "kd", "rrd")


def test_errors() -> None:
    with pytest.raises(kindred.ArgumentError, match="teacher= takes arrays by name"):
        kindred.mlx.Loss("fitnet").initial_parameters(STUDENT, TEACHER["embedding"])
    with pytest.raises(kindred.ArgumentError, match="student= takes arrays by name"):
        kindred.mlx.Loss(MIX)(student=STUDENT["logits"], teacher=TEACHER)
    with pytest.raises(kindred.ArgumentError, match="the loss has no argument 'techer': did you mean 'teacher'"):
        kindred.mlx.Loss(MIX)(student=STUDENT, techer=TEACHER)  # type: ignore[call-arg]
    with pytest.raises(kindred.KindredError, match="no output 'embedding'"):
        kindred.mlx.Loss(MIX)(student={"logits": STUDENT["logits"]}, teacher=TEACHER, labels=LABELS)
