"""`kindred.jax`."""

from typing import Any

import kindred
import numpy as np
import pytest
from conftest import needs

jax = needs("jax", "jax")
import jax.numpy as jnp  # noqa: E402
import kindred.jax  # noqa: E402

RANDOM = np.random.default_rng(3)
STUDENT = {
    name: jnp.asarray(RANDOM.standard_normal((12, size)), jnp.float32)
    for name, size in (("logits", 5), ("embedding", 6))
}
TEACHER = {
    name: jnp.asarray(RANDOM.standard_normal((12, size)), jnp.float32)
    for name, size in (("logits", 5), ("embedding", 9))
}
LABELS = jnp.arange(12) % 5
MIX = "ce + 0.5*kd(temperature: 4) + 25*rkd.distance"


def host(arrays: Any) -> Any:
    return {name: np.asarray(each) for name, each in arrays.items()}


@pytest.mark.parametrize("compiled", [False, True])
def test_value_terms_and_gradient(compiled: bool) -> None:
    loss = kindred.jax.Loss(MIX)

    def value(student: Any) -> Any:
        total, terms = loss.value_and_terms(student=student, teacher=TEACHER, labels=LABELS)
        return 3 * total, terms

    function = jax.value_and_grad(value, has_aux=True)
    (total, terms), gradients = (jax.jit(function) if compiled else function)(STUDENT)
    expected = kindred.Loss(MIX).evaluate(student=host(STUDENT), teacher=host(TEACHER), labels=np.asarray(LABELS))
    assert float(total) == pytest.approx(3 * expected.value, rel=1e-6)
    assert {name: float(each) for name, each in terms.items()} == pytest.approx(
        {name: each.value for name, each in expected.terms.items()}, rel=1e-6
    )
    for name, each in gradients.items():
        np.testing.assert_allclose(each, 3 * expected.gradients[name], rtol=1e-5)
    assert float(loss(student=STUDENT, teacher=TEACHER, labels=LABELS)) == pytest.approx(expected.value, rel=1e-6)


def test_parameters_learn() -> None:
    loss = kindred.jax.Loss("fitnet(layer: embedding)")
    parameters = loss.initial_parameters(STUDENT, TEACHER, seed=1)

    @jax.jit
    def step(parameters: Any) -> Any:
        value, gradients = jax.value_and_grad(lambda p: loss(student=STUDENT, teacher=TEACHER, parameters=p))(
            parameters
        )
        return value, jax.tree.map(lambda p, g: p - 0.5 * g, parameters, gradients)

    values = []
    for _ in range(40):
        value, parameters = step(parameters)
        values.append(float(value))
    assert values[-1] < 0.5 * values[0]


def test_types_masks_and_the_moment() -> None:
    loss = kindred.jax.Loss("ramp(kd, to: 4)")
    half = {"logits": STUDENT["logits"].astype(jnp.bfloat16), "weights": jnp.arange(12) % 3 > 0}

    @jax.jit
    def both(student: Any, step: Any, progress: Any) -> Any:
        call = lambda z: loss(student={**student, "logits": z}, teacher=TEACHER, step=step, progress=progress)  # noqa: E731
        return jax.value_and_grad(call)(student["logits"])

    value, gradient = both(half, 5, 0.5)
    assert gradient.dtype == jnp.bfloat16 and not np.asarray(gradient, np.float32)[::3].any()
    same = {name: np.asarray(each, np.float32) for name, each in half.items()}
    expected = kindred.Loss("2*kd").evaluate(student=same, teacher=host(TEACHER))
    assert float(value) == pytest.approx(expected.value, rel=1e-5)


def test_large_batches_do_not_stop() -> None:
    z = jnp.ones((512, 512)).at[0, 0].set(2.0)
    loss = kindred.jax.Loss("rkd.distance(layer: logits)")
    gradient = jax.jit(jax.grad(lambda z: loss(student={"logits": z}, teacher={"logits": z * z})))(z)
    assert gradient.shape == (512, 512)


def test_a_batch_of_batches() -> None:
    loss, many = kindred.jax.Loss(MIX), {name: jnp.stack([each, 2 * each]) for name, each in STUDENT.items()}
    function = jax.value_and_grad(lambda student: loss(student=student, teacher=TEACHER, labels=LABELS))
    values, gradients = jax.jit(jax.vmap(function))(many)
    for i in range(2):
        value, gradient = function({name: each[i] for name, each in many.items()})
        assert float(values[i]) == float(value)
        for name, each in gradient.items():
            np.testing.assert_array_equal(gradients[name][i], each)


def test_terms_are_not_differentiated() -> None:
    loss = kindred.jax.Loss(MIX)

    def second(z: Any) -> Any:
        student = {**STUDENT, "logits": z}
        return loss.value_and_terms(student=student, teacher=TEACHER, labels=LABELS)[1]["kd"]

    assert not jax.grad(second)(STUDENT["logits"]).any()


def test_an_output_that_is_not_read() -> None:
    loss, ids = kindred.jax.Loss("kd"), jnp.arange(12)
    gradient = jax.grad(lambda s: loss(student={**s, "ids": ids}, teacher={**TEACHER, "ids": ids}))(STUDENT)
    assert not gradient["embedding"].any() and gradient["logits"].any()


def test_large_seeds() -> None:
    both: Any = {"student": {name: np.asarray(each) for name, each in STUDENT.items()}, "teacher": host(TEACHER)}
    for seed in (7, 2**31, 2**63 + 5):
        expected = kindred.Loss("simplex(order: 4)").evaluate(**both, step=1, seed=seed).value
        assert float(kindred.jax.Loss("simplex(order: 4)")(**both, step=1, seed=seed)) == pytest.approx(expected)
    assert float(kindred.jax.Loss("simplex(order: 4)")(**both, step=1, seed=jnp.int32(7))) > 0
    with pytest.raises(kindred.ArgumentError, match="seed is -1"):
        kindred.jax.Loss("kd")(**both, seed=-1)


def test_what_it_reads() -> None:
    loss = kindred.jax.Loss("ce + ramp(kd) + fitnet")
    assert loss.needs_labels and loss.needs_moment and loss.needs_progress and loss.has_parameters
    assert not loss.needs_indices and not loss.has_memory and loss.term_names == ("ce", "kd", "fitnet")


def test_errors() -> None:
    loss = kindred.jax.Loss(MIX)
    with pytest.raises(kindred.ArgumentError, match="the loss has no argument 'techer': did you mean 'teacher'"):
        loss(student=STUDENT, techer=TEACHER)  # type: ignore[call-arg]
    with pytest.raises(kindred.ArgumentError, match="teacher= takes arrays by name"):
        kindred.jax.Loss("fitnet").initial_parameters(STUDENT, TEACHER["embedding"])
    with pytest.raises(kindred.ArgumentError, match="student= takes arrays by name"):
        loss(student=STUDENT["logits"], teacher=TEACHER)
    with pytest.raises(kindred.ArgumentError, match="remembers"):
        kindred.jax.Loss("rrd")
    with pytest.raises(Exception, match="no output 'embedding'"):
        loss(student={"logits": STUDENT["logits"]}, teacher=TEACHER, labels=LABELS).block_until_ready()
