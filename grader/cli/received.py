"""The JSON of a service -> a Report, so that the shell shows it as it shows its own.

The texts come in the reader's language already. Each becomes the message `cli.said`, whose only part is the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from grader.core import (
    CheckResult,
    CheckStatus,
    Counterexample,
    Diagnosis,
    FileRecord,
    FunctionResult,
    FunctionStatus,
    LimitRecord,
    Message,
    OutputTally,
    Picture,
    Report,
    State,
    Tally,
    Worst,
)

Json = Mapping[str, Any]
NOT_IN_JSON = ("NaN", "Infinity", "-Infinity")


def report_from(json: Json) -> Report:
    """Raises KeyError, TypeError or ValueError for what is no report of schema `grader.report/1`."""
    if json["schema"] != "grader.report/1":
        raise ValueError(json["schema"])
    sent = json["submission"]
    return Report(
        state=State(json["state"]),
        assignment=json["assignment"],
        revision=json["revision"],
        submission=sent["sha256"],
        files=tuple(FileRecord(file["path"], file["bytes"], file["sha256"]) for file in sent["files"]),
        notes=_said_all(sent["notes"]),
        seed=json.get("seed", ""),
        isolation=json["isolation"],
        environment=json["environment"],
        seconds=json["seconds"],
        functions=tuple(_function(function, json["assignment"]) for function in json["functions"]),
        limits=_limits(json["limits"]) if json["limits"] else None,
        max_score=_points(json["max_score"] or 0),
        reason=_said(json["reason"]) if json.get("reason") else None,
    )


def with_closed(report: Report, hints: Sequence[Json]) -> Report:
    """`report` with the number of the hints that are not open yet, as the service tells of each mistake."""
    told = {(one["function"], one["diagnosis"]): one for one in hints}

    def counted(function: str, diagnosis: Diagnosis) -> Diagnosis:
        one = told.get((function, diagnosis.id), {"levels": 0, "open": 0})
        each = len(diagnosis.hints) // (one["open"] or 1) or 1
        return replace(diagnosis, closed=each * (one["levels"] - one["open"]))

    functions = (
        replace(one, diagnosis=tuple(counted(one.name, diagnosis) for diagnosis in one.diagnosis))
        for one in report.functions
    )
    return replace(report, functions=tuple(functions))


def _said(text: str) -> Message:
    return Message("cli.said", {"text": text})


def _said_all(texts: Sequence[str]) -> tuple[Message, ...]:
    return tuple(_said(text) for text in texts)


def _points(number: float) -> Fraction:
    return Fraction(str(number))


def _function(json: Json, slug: str) -> FunctionResult:
    return FunctionResult(
        name=json["name"],
        status=FunctionStatus(json["status"]),
        points=_points(json["points"]),
        max_points=_points(json["max_points"]),
        unit=json.get("unit", slug),
        file=json["file"],
        line=json["line"],
        reason=_said(json["reason"]) if json.get("reason") else None,
        diagnosis=tuple(_diagnosis(diagnosis) for diagnosis in json["diagnosis"]),
        checks=tuple(_check(check) for check in json["checks"]),
        counterexample=_example(json["counterexample"]) if json["counterexample"] else None,
        warnings=_said_all([warning["text"] for warning in json["warnings"]]),
        pictures=tuple(_picture(picture) for picture in json.get("pictures", ())),
        given_back=_points(json.get("given_back", 0)),
        follows=json.get("follows"),
    )


def _diagnosis(json: Json) -> Diagnosis:
    return Diagnosis(
        json["id"], json["certainty"], json["severity"], _said(json["text"]), hints=_said_all(json["hints"])
    )


def _check(json: Json) -> CheckResult:
    """Of a check that is hidden from this reader, the id and the points are all there is."""
    known = (_points(json["points"] or 0), _points(json["max_points"]))
    if "waits" in json:
        return CheckResult(json["id"], CheckStatus.SKIPPED, *known, _said(""), hidden=True, waits=json["waits"])
    if "status" not in json:
        status = CheckStatus.PASSED if known[0] == known[1] else CheckStatus.FAILED
        return CheckResult(json["id"], status, *known, _said(""), hidden=True)
    worst, cases = json["worst"], json["cases"]
    return CheckResult(
        json["id"],
        CheckStatus(json["status"]),
        *known,
        _said(json["message"]),
        hidden=json["hidden"],
        error=_number(json["error"]),
        tolerance=_number(json["tolerance"]),
        worst=_worst(worst) if worst else None,
        cases=_tally(cases) if cases else None,
    )


def _tally(json: Json) -> Tally:
    outputs = [
        OutputTally(one["output"], one["passed"], one["failed"], tuple(one["failing"]))
        for one in json.get("outputs", ())
    ]
    return Tally(json["passed"], json["failed"], tuple(json["failing"]), tuple(json.get("passing", ())), tuple(outputs))


def _worst(json: Json) -> Worst:
    return Worst(json["output"], tuple(json["index"]), float(json["expected"]), float(json["actual"]))


def _example(json: Json) -> Counterexample:
    return Counterexample(*(_values(json[part]) for part in ("inputs", "expected", "actual")))


def _picture(json: Json) -> Picture:
    drawn_on = _said(json["drawn_on"]) if "drawn_on" in json else None
    return Picture(json["kind"], "", _said(json["title"]), _said(json["text"]), _values(json["numbers"]), drawn_on)


def _values(value: Any) -> Any:
    """Numbers in lists and objects, as `_number` reads them."""
    if isinstance(value, dict):
        return {name: _values(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_values(item) for item in value]
    return float(value) if value in NOT_IN_JSON else value


def _number(value: float | str | None) -> float | None:
    """JSON lacks NaN and the infinities: they travel as text."""
    return None if value is None else float(value)


def _limits(json: Json) -> LimitRecord:
    return LimitRecord(
        json["kind"], _number(json["allowed"]), _number(json["used"]), json["function"], line=json["line"]
    )
