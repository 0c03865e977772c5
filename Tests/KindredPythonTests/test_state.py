"""What a loss learns and remembers, through NumPy."""

import kindred
import numpy as np

RANDOM = np.random.default_rng(2)
LOSS = kindred.Loss("ce + 10*fitnet(layer: embedding) + rrd(queue: 20, projection: linear)")


def batches(count: int) -> list[dict[str, object]]:
    return [
        {
            "student": {name: RANDOM.standard_normal((8, size)) for name, size in (("logits", 4), ("embedding", 5))},
            "teacher": {"embedding": RANDOM.standard_normal((8, 7))},
            "labels": RANDOM.integers(4, size=8),
        }
        for _ in range(count)
    ]


BATCHES = batches(5)


def trained(parameters: dict, memory: dict, steps: range) -> tuple[list[float], dict, dict]:
    values = []
    for step in steps:
        result = LOSS.evaluate(**BATCHES[step], step=step, parameters=parameters, memory=memory)
        memory = result.memory
        parameters = {name: each - 0.01 * result.parameter_gradients[name] for name, each in parameters.items()}
        values.append(result.value)
    return values, parameters, memory


def test_the_first_values_follow_from_the_seed() -> None:
    batch = BATCHES[0]
    first, same, other = (LOSS.initial_parameters(batch["student"], batch["teacher"], seed=seed) for seed in (1, 1, 2))
    assert first["fitnet.weight"].shape == (7, 5)
    np.testing.assert_array_equal(first["fitnet.weight"], same["fitnet.weight"])
    assert (first["fitnet.weight"] != other["fitnet.weight"]).any()


def test_a_training_goes_on_where_it_was() -> None:
    start = LOSS.initial_parameters(BATCHES[0]["student"], BATCHES[0]["teacher"])
    values, parameters, memory = trained(start, {}, range(5))
    assert memory["rrd.queue"].shape == (20, 7)
    some, learned, kept = trained(start, {}, range(3))
    assert kept["rrd.queue"].shape[0] == 20
    more, again, _ = trained(learned, kept, range(3, 5))
    assert some + more == values
    for name, each in parameters.items():
        np.testing.assert_array_equal(each, again[name])
    assert len({*values}) == 5
