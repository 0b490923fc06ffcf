"""`results.json`: the accuracies that a submission reports of its own training. Read as data, worth no points.

    {"knn": {"val": 0.274, "test": 0.271}, "two-layer-net": {"val": 0.524, "test": 0.513}}

A model has numbers by the names of `FIELDS`. What is not so is told in one sentence, and nothing of the file is shown.
"""

import json
from collections.abc import Iterator

from .refused import Refused, Sentence

BYTES = 16 << 10  # one file; a line a model is a hundred bytes
MODELS = 20
NAME = 40  # characters of a model's name
FIELDS = ("val", "test", "train", "k", "initial_loss")
SHARES = ("val", "test", "train")  # between 0 and 1

Model = tuple[str, dict[str, float]]


def results(path: str, data: bytes) -> tuple[list[Model], Sentence | None]:
    """The models of one file with their numbers; or why it cannot be read."""
    try:
        return _models(path, data), None
    except Refused as refused:
        return [], refused.sentence


def _models(path: str, data: bytes) -> list[Model]:
    if len(data) > BYTES:
        raise Refused("intake.results.too-large", path=path, bytes=len(data), allowed=BYTES)
    try:
        content = json.loads(data)
    except json.JSONDecodeError as error:
        raise Refused("intake.results.not-json", path=path, line=error.lineno, text=error.msg) from None
    except (ValueError, RecursionError):
        raise Refused("intake.results.not-json", path=path, line=1, text="") from None
    if not isinstance(content, dict) or not all(isinstance(value, dict) for value in content.values()):
        raise Refused("intake.results.form", path=path)
    if len(content) > MODELS:
        raise Refused("intake.results.many", path=path, count=len(content), allowed=MODELS)
    return [(model[:NAME], dict(_numbers(path, model, values))) for model, values in content.items()]


def _numbers(path: str, model: str, values: dict[str, object]) -> Iterator[tuple[str, float]]:
    """The numbers of one model that have a name of ours; others are the student's own business."""
    for name in FIELDS:
        value = values.get(name)
        if value is None:
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 <= value <= (1 if name in SHARES else 1e9):  # type: ignore[operator]
            id = "intake.results.share" if name in SHARES else "intake.results.number"
            raise Refused(id, path=path, model=model[:NAME], name=name, value=json.dumps(value)[:NAME])
        yield name, float(value)  # type: ignore[arg-type]
