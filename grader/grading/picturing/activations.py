"""What becomes of the activations, layer by layer, with weights that the student's code draws: they vanish with zeros
and with small weights, and keep their spread with those of Xavier and He."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from grader.checks.form import real_numbers
from grader.checks.trial import Trial
from grader.core import Group, Inputs, Message, Param, Picture, Returned
from grader.grading.picturing.few import all_few
from grader.grading.picturing.scene import Array, public

KINDS = ("zeros", "small", "xavier", "he")
CHANCE = 0.1  # spreads of so many draws differ by less
LAYERS, WIDTH, SAMPLES, BINS = 5, 50, 80, 17
Activations = list[Array]


def draws_weights(group: Group, inputs: Inputs) -> bool:
    """Is that the function that draws the weights of a layer?"""
    return {"fan_in", "fan_out", "kind"} <= inputs.keys()


def activations(trial: Trial) -> Picture | None:
    """Histograms of tanh, layer by layer, beside the spread that ours have. Raises what the student's code raises."""
    weights = {kind: list[Array]() for kind in KINDS}
    for layer in range(LAYERS):
        batch = [(WIDTH, WIDTH, kind) for kind in KINDS]
        came = trial.program.map(trial.group.functions[0].name, batch, seed=layer)
        for kind, one in zip(KINDS, came, strict=True):
            W = real_numbers(one.value) if isinstance(one, Returned) else None
            if W is None or W.shape != (WIDTH, WIDTH):
                return None
            weights[kind].append(W)
    x = public("activations").standard_normal((SAMPLES, WIDTH))
    ours = dict(_ours())
    passed, right = ({kind: _passed(x, some[kind]) for kind in KINDS} for some in (weights, ours))
    return None if _alike(passed, right) else _picture(passed, right)


def _alike(theirs: Mapping[str, Activations], ours: Mapping[str, Activations]) -> bool:
    """Are the spreads of both the same, but for chance? Then nothing that is wrong is to be seen."""
    own, right = (np.array([[h.std() for h in some[kind]] for kind in KINDS]) for some in (theirs, ours))
    return bool(np.allclose(own, right, rtol=CHANCE, atol=0.0))


def _ours() -> Iterator[tuple[str, list[Array]]]:
    """Weights of the right spread."""
    spreads = (0.0, 0.01, np.sqrt(1 / WIDTH), np.sqrt(2 / WIDTH))
    rng = public("weights")
    for kind, spread in zip(KINDS, spreads, strict=True):
        yield kind, [spread * rng.standard_normal((WIDTH, WIDTH)) for _ in range(LAYERS)]


def _passed(x: Array, weights: Sequence[Array]) -> Activations:
    found, h = [], x
    for W in weights:
        h = np.tanh(h @ W)
        found.append(h)
    return found


def _picture(theirs: Mapping[str, Activations], ours: Mapping[str, Activations]) -> Picture:
    last: dict[str, Param] = {kind: float(theirs[kind][-1].std()) for kind in KINDS}
    last |= {f"reference_{kind}": float(ours[kind][-1].std()) for kind in KINDS}
    return Picture(
        "activations",
        "value",
        Message("picture.activations.title"),
        Message("picture.activations.text", {**last, "layers": LAYERS}),
        {
            "kinds": list(KINDS),
            "counts": [[_counts(h) for h in theirs[kind]] for kind in KINDS],
            "spread": [all_few(h.std() for h in theirs[kind]) for kind in KINDS],
            "ours": [all_few(h.std() for h in ours[kind]) for kind in KINDS],
        },
        Message("picture.drawn-on.samples"),
    )


def _counts(h: Array) -> list[int]:
    """How many of them lie in each of `BINS` parts of -1 to 1."""
    return [int(count) for count in np.histogram(h, bins=BINS, range=(-1, 1))[0]]
