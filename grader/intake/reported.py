"""What is said of the accuracies that a submission reports: beside what the course's own programs come to.

They are the student's word, measured on data that never comes here: shown, and flagged where they cannot well be so,
worth no points either way. The figures are those of ten classes of 32x32x3 images, on raw pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt

from grader.core import Message, Param

COURSE = {  # the accuracies on validation data that course notes and solutions come to: from the first to the best
    "random-search": (0.155, 0.155),
    "random-local-search": (0.214, 0.214),
    "knn": (0.20, 0.28),
    "svm": (0.36, 0.40),
    "softmax": (0.34, 0.365),
    "two-layer-net": (0.36, 0.52),
}
ALIASES = {
    "k-nearest-neighbor": "knn",
    "linear-svm": "svm",
    "two-layer": "two-layer-net",
    "twolayernet": "two-layer-net",
    "neural-net": "two-layer-net",
}
MOST = 0.60  # what no model of the table reaches
SIGMAS = 4.0
SAMPLES = 1000  # of the usual validation and test sets
STARTS = {"svm": 9.0, "softmax": 2.303}  # the loss of ten classes at small weights: C-1 and log C
NEAR = 0.1  # of that loss: weights of 1e-4 on raw pixels move it by less


def about(model: str, numbers: Mapping[str, float]) -> Iterator[Message]:
    """The line about one model, and one for each number that cannot well be so."""
    known = _slug(model)
    said = ", ".join(f"{name} {value:.6g}" for name, value in numbers.items())
    if known in COURSE:
        low, high = COURSE[known]
        course = f"{low:g}" if low == high else f"{low:g}-{high:g}"
        yield Message("intake.results.compared", {"model": model, "said": said, "course": course})
        yield from _flags(model, known, numbers)
    else:
        yield Message("intake.results.said", {"model": model, "said": said})


def _slug(model: str) -> str:
    plain = model.strip().lower().replace("_", "-").replace(" ", "-")
    return ALIASES.get(plain, plain)


def _flags(model: str, known: str, numbers: Mapping[str, float]) -> Iterator[Message]:
    val, test, start = numbers.get("val"), numbers.get("test"), numbers.get("initial_loss")
    for name in ("val", "test"):
        if numbers.get(name, 0.0) > MOST:
            high: dict[str, Param] = {"model": model, "name": name, "value": numbers[name], "most": MOST}
            yield Message("intake.results.too-good", high)
    if val is not None and test is not None and test - val > SIGMAS * _spread(val, test):
        yield Message("intake.results.test-above-val", {"model": model, "val": val, "test": test, "sigmas": SIGMAS})
    if known == "knn" and numbers.get("k") == 1 and numbers.get("train", 1.0) < 1.0:
        yield Message("intake.results.own-neighbour", {"model": model, "value": numbers["train"]})
    if start is not None and known in STARTS and abs(start - STARTS[known]) > NEAR * STARTS[known]:
        yield Message("intake.results.start", {"model": model, "value": start, "expected": STARTS[known]})


def _spread(val: float, test: float) -> float:
    """The standard deviation of the difference of two accuracies, each measured on `SAMPLES` samples."""
    return sqrt((val * (1 - val) + test * (1 - test)) / SAMPLES)
