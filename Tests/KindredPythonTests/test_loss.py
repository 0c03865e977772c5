"""`kindred.Loss` on arrays of NumPy."""

import pickle
import threading
from typing import Any

import kindred
import numpy as np
import pytest

RANDOM = np.random.default_rng(1)


def outputs(n: int = 12, classes: int = 5, width: int = 6) -> dict[str, Any]:
    return {
        "logits": RANDOM.standard_normal((n, classes)).astype(np.float32),
        "embedding": RANDOM.standard_normal((n, width)).astype(np.float32),
    }


STUDENT, TEACHER = outputs(), outputs(width=9)
LABELS = np.arange(12) % 5
MIX = kindred.Loss("ce + 0.5*kd(temperature: 4) + 25*rkd.distance")


def test_what_it_reads() -> None:
    assert set(MIX.student_outputs) == {"logits", "embedding"} == set(MIX.teacher_outputs)
    assert MIX.term_names == ("ce", "kd", "rkd.distance")
    assert MIX.needs_labels and not MIX.needs_indices and not MIX.needs_moment
    assert not MIX.has_parameters and not MIX.has_memory
    learns = kindred.Loss("fitnet(layer: stage2) + rrd")
    assert learns.has_parameters and learns.has_memory and not learns.needs_labels
    assert kindred.Loss("crd").needs_indices
    assert learns.tensors == {"fitnet.bias": True, "fitnet.weight": True, "rrd.queue": False}


def test_the_value_is_the_sum_of_the_terms() -> None:
    result = MIX.evaluate(student=STUDENT, teacher=TEACHER, labels=LABELS)
    assert [term.weight for term in result.terms.values()] == [1, 0.5, 25]
    assert result.value == pytest.approx(sum(term.weight * term.value for term in result.terms.values()), rel=1e-6)
    assert repr(result).startswith(f"{result.value:.4g} = ce {result.terms['ce'].value:.4g} + 0.5·kd ")
    z = STUDENT["logits"].astype(np.float64)
    expected = np.mean(np.log(np.exp(z).sum(1)) - z[np.arange(12), LABELS])
    assert result.terms["ce"].value == pytest.approx(expected, rel=1e-6)


def test_an_output_that_is_not_read_has_the_gradient_zero() -> None:
    result = kindred.Loss("ce").evaluate(student=STUDENT, labels=LABELS)
    assert not result.gradients["embedding"].any() and result.gradients["logits"].any()
    others = {"ids": np.arange(12), "more": np.full((3, 2), np.nan, np.float16), "text": ["a"]}
    again = kindred.Loss("ce").evaluate(student={**STUDENT, **others}, teacher=others, labels=LABELS)
    assert again.value == result.value and set(again.gradients) == {"logits", "embedding", "more"}
    assert again.gradients["more"].dtype == np.float16 and not again.gradients["more"].any()
    stages = {"stage1": RANDOM.standard_normal((12, 6)), "stage2": RANDOM.standard_normal((12, 6))}
    loss = kindred.Loss("rkd.distance(layer: lastStage)")
    assert loss.evaluate(student=stages, teacher=TEACHER | stages).gradients["stage2"].shape == (12, 6)


def test_balance() -> None:
    balance = MIX.balance(STUDENT, TEACHER, labels=LABELS)
    assert list(balance) == ["ce", "kd", "rkd.distance"]
    assert sum(each.share for each in balance.values()) == pytest.approx(1)
    parts = []
    for name, each in balance.items():
        loss = kindred.Loss({"kd": "kd(temperature: 4)"}.get(name, name))
        gradients = loss.evaluate(student=STUDENT, teacher=TEACHER, labels=LABELS).gradients
        parts.append(each.weight * np.concatenate([gradients[output].ravel() for output in ("logits", "embedding")]))
        assert each.gradient_norm == pytest.approx(np.linalg.norm(parts[-1]), rel=1e-4)
    whole = np.sum(parts, axis=0)
    for part, each in zip(parts, balance.values()):
        assert each.cosine == pytest.approx(part @ whole / np.linalg.norm(part) / np.linalg.norm(whole), abs=1e-4)


@pytest.mark.parametrize(
    "formula", ["kd", "rkd.distance", "rkd.angle", "sp(layer: embedding)", "dist", "fitnet(layer: embedding)"]
)
def test_the_gradient_is_that_of_finite_differences(formula: str) -> None:
    loss = kindred.Loss(formula)
    student, teacher = outputs(6), outputs(6, width=7)
    parameters = loss.initial_parameters(student, teacher, seed=3) if loss.has_parameters else {}
    exact = loss.evaluate(student=student, teacher=teacher, parameters=parameters)
    for group, gradients in ((student, exact.gradients), (parameters, exact.parameter_gradients)):
        for name, gradient in gradients.items():
            for _ in range(5):
                index = tuple(RANDOM.integers(size) for size in gradient.shape)
                step, values = 2.0**-6, []
                for sign in (1, -1):
                    moved = group[name].astype(np.float64)
                    moved[index] += sign * step
                    networks: Any = {"student": student, "parameters": parameters}
                    networks["student" if group is student else "parameters"] = {**group, name: moved}
                    values.append(loss.evaluate(teacher=teacher, **networks).value)
                slope = (values[0] - values[1]) / (2 * step)
                assert gradient[index] == pytest.approx(
                    slope, rel=0.02, abs=float(0.01 * np.abs(gradient).max()) + 1e-5
                )


@pytest.mark.parametrize("kind", [np.float64, np.float16])
def test_types(kind: Any) -> None:
    given = {name: each.astype(np.float16) for name, each in STUDENT.items()}
    same = {name: each.astype(np.float32) for name, each in given.items()}
    expected = MIX.evaluate(student=same, teacher=TEACHER, labels=LABELS)
    given = {name: each.astype(kind) for name, each in given.items()}
    result = MIX.evaluate(student=given, teacher=TEACHER, labels=LABELS.astype(np.int32))
    assert result.value == expected.value
    for name, gradient in result.gradients.items():
        assert gradient.dtype == kind
        np.testing.assert_array_equal(gradient, expected.gradients[name].astype(kind))


def test_strides_are_read_in_place() -> None:
    expected = MIX.evaluate(student=STUDENT, teacher=TEACHER, labels=LABELS)
    wide = {name: np.asfortranarray(np.repeat(each, 2, axis=1))[:, ::2] for name, each in STUDENT.items()}
    labels = np.repeat(LABELS, 3)[::3]
    result = MIX.evaluate(student=wide, teacher=TEACHER, labels=labels)
    assert result.value == expected.value
    np.testing.assert_array_equal(result.gradients["logits"], expected.gradients["logits"])


def test_strides_that_are_not_read_in_place_are_copied() -> None:
    expected = MIX.evaluate(student=STUDENT, teacher=TEACHER, labels=LABELS)
    fields = np.zeros((12, 5), [("flag", np.uint8), ("z", np.float32)])
    fields["z"] = STUDENT["logits"]
    for logits in (STUDENT["logits"][::-1].copy()[::-1], fields["z"]):
        result = MIX.evaluate(
            student={**STUDENT, "logits": logits}, teacher=TEACHER, labels=np.ascontiguousarray(LABELS[::-1])[::-1]
        )
        assert result.value == expected.value
        np.testing.assert_array_equal(result.gradients["logits"], expected.gradients["logits"])


def test_weights_leave_examples_out() -> None:
    keep = np.array([1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1])
    rows = keep == 1
    expected = MIX.evaluate(
        student={name: each[rows] for name, each in STUDENT.items()},
        teacher={name: each[rows] for name, each in TEACHER.items()},
        labels=LABELS[rows],
    )
    student = {name: np.where(rows[:, None], each, np.nan).astype(np.float32) for name, each in STUDENT.items()}
    for kind in (np.float32, np.int64, np.uint8, np.bool_):
        result = MIX.evaluate(student={**student, "weights": keep.astype(kind)}, teacher=TEACHER, labels=LABELS)
        assert result.value == pytest.approx(expected.value, rel=1e-6)
        assert set(result.gradients) == {"logits", "embedding"}
        for name, gradient in result.gradients.items():
            np.testing.assert_allclose(gradient[rows], expected.gradients[name], rtol=1e-4, atol=1e-6)
            assert not gradient[~rows].any()
    with pytest.raises(kindred.DataError, match="weights"):
        MIX.evaluate(student={**STUDENT, "weights": keep * 2}, teacher=TEACHER, labels=LABELS)


def test_masks_leave_tokens_out() -> None:
    student, teacher = (RANDOM.standard_normal((4, 7, width)).astype(np.float32) for width in (5, 8))
    mask = np.arange(7) < np.array([7, 5, 3, 1])[:, None]
    loss = kindred.Loss("gramAnchoring")
    rubbish = np.where(mask[:, :, None], student, np.nan).astype(np.float32)
    result = loss.evaluate(student={"tokens": rubbish, "mask": mask}, teacher={"tokens": teacher})
    again = loss.evaluate(student={"tokens": student, "mask": mask.astype(np.int32)}, teacher={"tokens": teacher})
    assert result.value == again.value != loss.evaluate(student={"tokens": student}, teacher={"tokens": teacher}).value
    assert not result.gradients["tokens"][~mask].any() and np.isfinite(result.gradients["tokens"]).all()


def test_ignored_labels() -> None:
    labels = np.where(np.arange(12) % 3 == 0, -100, LABELS)
    rows = labels >= 0
    result = kindred.Loss("ce").evaluate(student={"logits": STUDENT["logits"]}, labels=labels)
    expected = kindred.Loss("ce").evaluate(student={"logits": STUDENT["logits"][rows]}, labels=labels[rows])
    assert result.value == pytest.approx(expected.value, rel=1e-6)
    assert not result.gradients["logits"][~rows].any()


def test_a_loss_that_moves() -> None:
    loss = kindred.Loss("ce + ramp(kd, to: 4)")
    assert loss.needs_moment and loss.needs_progress
    with pytest.raises(kindred.KindredError, match="step"):
        loss.evaluate(student=STUDENT, teacher=TEACHER, labels=LABELS)
    result = loss.evaluate(student=STUDENT, teacher=TEACHER, labels=LABELS, step=50, progress=0.5)
    assert result.terms["kd"].weight == pytest.approx(2)
    with pytest.warns(UserWarning, match="follow progress="):
        loss.evaluate(student=STUDENT, teacher=TEACHER, labels=LABELS, step=50)
    drawn = kindred.Loss("simplex(order: 4)")
    assert drawn.needs_moment and not drawn.needs_progress
    both = {"student": STUDENT, "teacher": TEACHER}
    values = [drawn.evaluate(**both, step=step, seed=seed).value for step, seed in ((1, 0), (1, 0), (2, 0), (1, 7))]
    assert values[0] == values[1] and len(set(values)) == 3


def test_wrong_arguments() -> None:
    both: Any = {"student": STUDENT, "teacher": TEACHER}
    with pytest.raises(kindred.ArgumentError, match="evaluate has no argument 'studnet': did you mean 'student'?"):
        MIX.evaluate(studnet=STUDENT)  # type: ignore[call-arg]
    with pytest.raises(kindred.ArgumentError, match="evaluate takes names, .* student="):
        MIX.evaluate(STUDENT, TEACHER)  # type: ignore[misc]
    with pytest.raises(kindred.ArgumentError, match="evaluate needs student="):
        MIX.evaluate(labels=LABELS)  # type: ignore[call-arg]
    with pytest.raises(kindred.ArgumentError, match="student= takes arrays by name"):
        MIX.evaluate(student=STUDENT["logits"], teacher=TEACHER)
    with pytest.raises(kindred.ArgumentError, match="the student's 'logits' is a list"):
        MIX.evaluate(student={"logits": [[1.0]]}, teacher=TEACHER)
    with pytest.raises(kindred.ArgumentError, match="the student's 'logits' is of type complex64"):
        MIX.evaluate(student={**STUDENT, "logits": np.zeros((12, 5), np.complex64)}, teacher=TEACHER)
    with pytest.raises(kindred.ArgumentError, match="the student's 'logits' is of Int64"):
        MIX.evaluate(student={**STUDENT, "logits": np.zeros((12, 5), np.int64)}, teacher=TEACHER, labels=LABELS)
    with pytest.raises(kindred.ArgumentError, match="labels is of Float32, and it takes Int32 or Int64"):
        MIX.evaluate(**both, labels=LABELS.astype(np.float32))
    with pytest.raises(kindred.ArgumentError, match="step is 1.5, not a whole number"):
        MIX.evaluate(**both, labels=LABELS, step=1.5)  # type: ignore[arg-type]
    with pytest.raises(kindred.ArgumentError, match="progress is 2, not from 0 to 1"):
        MIX.evaluate(**both, labels=LABELS, step=1, progress=2)
    with pytest.raises(kindred.ArgumentError, match="progress is '0.5', not a number from 0 to 1"):
        MIX.evaluate(**both, labels=LABELS, step=1, progress="0.5")  # type: ignore[arg-type]
    with pytest.raises(kindred.ArgumentError, match="seed is -1"):
        MIX.evaluate(**both, labels=LABELS, seed=-1)
    for name in (1, "logits\0"):
        with pytest.raises(kindred.ArgumentError, match="student= takes arrays by name, .*, and .* is no name"):
            MIX.evaluate(student={name: STUDENT["logits"]}, teacher=TEACHER, labels=LABELS)  # type: ignore[dict-item]


def test_a_warning_names_the_line_of_the_caller() -> None:
    with pytest.warns(UserWarning, match="follow progress=") as caught:
        kindred.Loss("ramp(kd)").balance(STUDENT, TEACHER, step=5)
    assert caught[0].filename == __file__


def test_wrong_formulas() -> None:
    with pytest.raises(kindred.FormulaError, match="rkd.distance"):
        kindred.Loss("rkd.distanse")
    with pytest.raises(kindred.FormulaError, match="temperature"):
        kindred.Loss("kd(temprature: 4)")
    with pytest.raises(kindred.ArgumentError, match="a formula is text, such as 'ce \\+ kd', not a int"):
        kindred.Loss(5)  # type: ignore[arg-type]
    with pytest.raises(kindred.FormulaError, match="NUL"):
        kindred.Loss("kd\0nonsense")
    with pytest.raises(kindred.ArgumentError, match="Loss has no argument 'formla': did you mean 'formula'?"):
        kindred.Loss(formla="kd")  # type: ignore[call-arg]


def test_wrong_outputs() -> None:
    with pytest.raises(kindred.KindredError, match="'embedding'.*logits"):
        MIX.evaluate(student={"logits": STUDENT["logits"]}, teacher=TEACHER, labels=LABELS)
    with pytest.raises(kindred.KindredError, match="labels"):
        MIX.evaluate(student=STUDENT, teacher=TEACHER)
    wrong = STUDENT["logits"].copy()
    wrong[3, 1] = np.nan
    with pytest.raises(kindred.DataError, match=r"the student's 'logits' holds NaN at \[3, 1\]"):
        MIX.evaluate(student={**STUDENT, "logits": wrong}, teacher=TEACHER, labels=LABELS)
    with pytest.raises(kindred.DataError, match="7"):
        MIX.evaluate(student=STUDENT, teacher=TEACHER, labels=np.full(12, 7))
    with pytest.raises(kindred.KindredError, match="did you mean|fitnet.weight"):
        kindred.Loss("fitnet(layer: embedding)").evaluate(
            student=STUDENT, teacher=TEACHER, parameters={"fitnet.wieght": np.zeros((9, 6), np.float32)}
        )


def test_threads_share_a_loss() -> None:
    batches = [(outputs(), outputs()) for _ in range(4)]
    expected = [MIX.evaluate(student=s, teacher=t, labels=LABELS).value for s, t in batches]
    wrong = []

    def work(i: int) -> None:
        for _ in range(200):
            if MIX.evaluate(student=batches[i][0], teacher=batches[i][1], labels=LABELS).value != expected[i]:
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_it_can_be_pickled() -> None:
    again = pickle.loads(pickle.dumps(MIX))
    assert again.formula == MIX.formula and again.term_names == MIX.term_names
