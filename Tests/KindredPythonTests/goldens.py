"""The golden vectors of Tests/Goldens/Vectors, with the formula and the outputs of each method.

Tests/Goldens/GoldenMethod+All.swift and GoldenMethod+SecondSet.swift say the same for Swift.
"""

import json
from pathlib import Path
from typing import Any, Callable, NamedTuple

import numpy as np

FOLDER = Path(__file__).parents[1] / "Goldens" / "Vectors"
Params = dict[str, Any]


class Method(NamedTuple):
    formula: Callable[[Params], str]
    #: The outputs and tensors of the loss by the names of the file's inputs.
    student: dict[str, str]
    teacher: dict[str, str]
    tensors: dict[str, str] = {}


class Golden:
    """One case: arrays by the names that a loss knows them by, and what is expected."""

    def __init__(self, method: Method, case: dict[str, Any]) -> None:
        self.name: str = case["case"]
        self.formula = method.formula(case["params"])
        inputs = {
            name: np.array(each["data"], np.int64 if name == "labels" else np.float32).reshape(each["shape"])
            for name, each in case["inputs"].items()
        }
        renamed = {**method.student, **method.tensors}

        def chosen(names: dict[str, str]) -> dict[str, Any]:
            return {output: inputs[name] for name, output in names.items() if name in inputs}

        self.student = {**chosen(method.student), **chosen({"mask": "mask", "weights": "weights"})}
        self.teacher = chosen(method.teacher)
        self.tensors = chosen(method.tensors)
        self.labels = inputs.get("labels")
        learned = {renamed[name] for name in case["students"]}
        self.parameters = {name: each for name, each in self.tensors.items() if name in learned}
        self.memory = {name: each for name, each in self.tensors.items() if name not in learned}
        self.value: float = case["expected"]["loss"]
        self.gradients = {
            renamed[name]: np.array(each["data"], np.float64).reshape(each["shape"])
            for name, each in case["expected"]["grads"].items()
            if name in case["students"]
        }
        self.errors: dict[str, float] = case["expected"]["float32_error"]

    def check(self, value: float, gradients: dict[str, Any]) -> None:
        """The criterion for Float32."""
        assert abs(value - self.value) <= self._allowed("loss", abs(self.value)), (
            f"{self.name}: {value}, not {self.value}"
        )
        assert self.gradients
        for name, expected in self.gradients.items():
            given = np.asarray(gradients[name], np.float64)
            assert given.shape == expected.shape
            allowed = self._allowed("grad", np.abs(expected).max(initial=0))
            error = np.abs(given - expected).max(initial=0)
            assert error <= allowed, f"{self.name}: the gradient at {name} is off by {error}, more than {allowed}"

    def _allowed(self, kind: str, magnitude: float) -> float:
        return max(1e-6, 4 * self.errors.get(f"{kind}_abs", 0)) + 1e-4 * magnitude


def cases(method: str) -> list[Golden]:
    file = json.loads((FOLDER / f"{method}.json").read_text())
    return [Golden(METHODS[method], case) for case in file["cases"]]


def written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def call(name: str, params: Params, **names: str) -> str:
    """A term whose settings are the params under other names, as far as the case has them."""
    settings = [f"{setting}: {written(params[param])}" for setting, param in names.items() if param in params]
    return f"{name}({', '.join(settings)})" if settings else name


def rkd(name: str, params: Params, **more: str) -> str:
    reduction = {"mean_all": "all", "mean_off": "distinct", "mean_distinct": "distinct"}
    params = {**params, "reduction": reduction.get(params["reduction"], params["reduction"]), **more}
    return call(f"rkd.{name}", params, delta="delta", reduction="reduction", layer="layer")


def irg(name: str, params: Params, **more: str) -> str:
    params = {**params, **more}
    names = {key: key for key in ("from", "to", "layer", "normalize", "reduction")}
    return call(f"irg.{name}", params, detachMax="detach_max", **names)


def cckd(params: Params) -> str:
    if params.get("kernel") == "gaussian_taylor":
        params = {**params, "kernel": "taylor"}
    return call("cckd", params, kernel="kernel", gamma="gamma", order="P", normalize="l2norm")


def dkd(params: Params) -> str:
    return call("dkd", params, alpha="alpha", beta="beta", temperature="T")


def weighted(params: Params) -> str:
    """The loss of a case of sample_weights.json, on logits."""
    layer = {"layer": "logits"}
    return {
        "kd_kl": lambda: call("kd", params, temperature="T"),
        "cross_entropy": lambda: "ce",
        "rkd_distance": lambda: rkd("distance", params, **layer),
        "rkd_angle": lambda: rkd("angle", params, **layer),
        "sp": lambda: "sp(layer: logits)",
        "cckd": lambda: "cckd(layer: logits)",
        "dist": lambda: call("dist", params, temperature="tau"),
        "pkt": lambda: call("pkt", {**params, **layer}, epsilon="eps", layer="layer"),
        "irg_edge": lambda: irg("edge", params, **layer),
        "dkd": lambda: dkd(params),
    }[params["method"]]()


def on(output: str, formula: Callable[[Params], str], **tensors: str) -> Method:
    return Method(formula, {"student": output}, {"teacher": output}, tensors)


def vrm(params: Params) -> str:
    params = {**params, "unreliable": "entropy", "huber": "smooth"}
    same = {key: key for key in ("edges", "keep", "delta", "reduction", "unreliable", "huber")}
    return call("vrm", params, sample="alpha", standardize="zscore", **{"class": "beta"}, **same)


def irg_mtk(params: Params) -> str:
    params = {**params, "layer": "stage2", "from": "stage1", "to": "stage2"}
    places = {"layer": "layer", "from": "from", "to": "to"}
    return "ce + " + call("irg", params, logits="lam1", edge="lam2", transform="lam3", **places)


def both(*names: str) -> tuple[dict[str, str], dict[str, str]]:
    return {f"student_{name}": name for name in names}, {f"teacher_{name}": name for name in names}


LAYERS = ({"student": "stage2"}, {"teacher": "stage3"})
PLACES = "layer: stage2, teacherLayer: stage3"
METHODS: dict[str, Method] = {
    "cross_entropy": on("logits", lambda p: "ce"),
    "kd_kl": on("logits", lambda p: call("kd", p, temperature="T")),
    "kd_total": on("logits", lambda p: f"{1 - p['alpha']}*ce + {p['alpha']}*kd(temperature: {p['T']})"),
    "rkd_distance": on("embedding", lambda p: rkd("distance", p)),
    "rkd_angle": on("embedding", lambda p: rkd("angle", p)),
    "rkd": on("embedding", lambda p: call("rkd", p, distance="w_dist", angle="w_angle")),
    "pkt": on("embedding", lambda p: call("pkt", p, epsilon="eps")),
    "dark_rank": on("embedding", lambda p: call("darkrank", p, alpha="alpha", beta="beta", length="permute_len")),
    "attention_transfer": on("stage3", lambda p: "at"),
    "triplet": on("embedding", lambda p: call("triplet", p, margin="margin", squared="squared", mining="mining")),
    "sp": on("stage3", lambda p: "sp"),
    "cckd": on("embedding", cckd),
    "cckd_total": Method(
        lambda p: f"{p['alpha']}*ce + {1 - p['alpha']}*kd(temperature: {p['T']}) + {p['beta']}*{cckd(p)}",
        {"student_logits": "logits", "student_feat": "embedding"},
        {"teacher_logits": "logits", "teacher_feat": "embedding"},
    ),
    "dist": on("logits", lambda p: call("dist", p, inter="beta", intra="gamma", temperature="tau")),
    "irg_edge": on("embedding", lambda p: irg("edge", p)),
    "irg_transform": Method(
        lambda p: irg("transform", p, **{"from": "stage1", "to": "stage2"}),
        {"s1": "stage1", "s2": "stage2"},
        {"t1": "stage1", "t2": "stage2"},
    ),
    "irg_mtk": Method(
        irg_mtk,
        {"student_logits": "logits", "student_1": "stage1", "student_2": "stage2"},
        {"teacher_logits": "logits", "teacher_1": "stage1", "teacher_2": "stage2"},
    ),
    "vrm": Method(
        vrm,
        {"student": "logits", "student_virtual": "logits@virtual"},
        {"teacher": "logits", "teacher_virtual": "logits@virtual"},
    ),
    "dkd": on("logits", dkd),
    "lskd": on("logits", lambda p: call("lskd", p, temperature="T")),
    "label_ignore": on("logits", lambda p: dkd(p) if p["method"] == "dkd" else "ce"),
    "affinity": Method(lambda p: call("affinity", p, temperature="temperature"), *both("image", "text")),
    "pair_ranking": on("embedding", lambda p: call("pairRanking", p, margin="margin")),
    "stella": on(
        "embedding",
        lambda p: call("stella", p, **{key: key for key in ("cosine", "similarity", "ranking", "margin", "slices")}),
    ),
    "fitnet": Method(
        lambda p: f"fitnet({PLACES}, projection: {p['projection']})",
        *LAYERS,
        {"weight": "fitnet.weight", "bias": "fitnet.bias"},
    ),
    "vid": Method(
        lambda p: f"vid({PLACES}, epsilon: {p['eps']})",
        *LAYERS,
        {"weight": "vid.weight", "bias": "vid.bias", "scale": "vid.scale"},
    ),
    "rsd": on(
        "embedding",
        lambda p: call("rsd", p, kappa="kappa", projection="projection"),
        weight="rsd.weight",
        bias="rsd.bias",
    ),
    "rrd": on(
        "embedding",
        lambda p: call("rrd", p, studentTemperature="student_temperature", teacherTemperature="teacher_temperature"),
        queue="rrd.queue",
    ),
    "token_kd": on("logits", lambda p: call("tokenKd", p, temperature="T")),
    "gram_anchoring": on("tokens", lambda p: call("gramAnchoring", p, removeNegatives="remove_negatives")),
    "minilm": Method(lambda p: call("minilm", p, heads="heads"), *both("queries", "keys", "values")),
    "sample_weights": on("logits", weighted),
}
