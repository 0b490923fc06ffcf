"""Report -> the public JSON object, schema `grader.report/1` (`report.schema.json` describes it).

Three audiences. `staff` (also the offline command) gets everything. `student` gets the SHA-256 of the seed's text
instead of the seed, and of a hidden check its id, title and points only; `released` is a student after the release, who
gets the seed too. Points that wait for something (`grader.report.hidden`) are null.

Points are rounded to two decimals; other numbers are exact, and those that JSON lacks are the strings "NaN",
"Infinity" and "-Infinity". Text that a student wrote is made safe to show (`shown.safe`): no control characters, no
lone surrogates, no folder of the grading machine.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any, Literal

from grader.core import (
    CheckResult,
    Counterexample,
    Diagnosis,
    FunctionResult,
    LimitRecord,
    Message,
    Picture,
    Profile,
    Report,
    State,
    Worst,
    cents,
)
from grader.report.catalogue import text
from grader.report.shown import PLAIN_INTEGER, number, safe, shown
from grader.report.words import check_title

SCHEMA = "grader.report/1"

DEFAULT = Profile().name  # said where it is another
Audience = Literal["student", "released", "staff"]
Json = dict[str, Any]


def as_json(report: Report, lang: str, *, audience: Audience = "staff") -> Json:
    """The report as an object that any JSON writer takes, with its texts in `lang`."""
    seed = {"seed_commitment": commitment(report.seed)} if audience == "student" else {"seed": report.seed}
    why = why_not_graded(report)
    reason = {"reason": text(why, lang)} if why else {}
    profile = {"profile": safe(report.profile)} if report.profile != DEFAULT else {}
    learning = {"learning": report.learning} if report.learning else {}
    names = audience != "student"  # a check may be one that students do not see
    shares = {"shares": {safe(id): share for id, share in report.shares.items()}} if report.shares and names else {}
    tolerance = {} if report.tolerance is None else {"tolerance": report.tolerance}
    supplied = {} if report.supplied else {"supplied": False}
    return {
        "schema": SCHEMA,
        "state": report.state.value,
        "assignment": safe(report.assignment),
        "revision": report.revision,
        "submission": _submission(report, lang),
        **seed,
        **profile,
        **learning,
        **shares,
        **tolerance,
        **supplied,
        "isolation": report.isolation,
        "environment": {name: safe(value) for name, value in report.environment.items()},
        "score": None if nothing_shown(report) else points(report.score),
        "max_score": None if nothing_shown(report) else points(report.max_score),
        "hidden_points": points(hidden_points(report)),
        "seconds": round(report.seconds, 3),
        "functions": [_function(function, report, lang, audience) for function in report.functions],
        "limits": _limits(report.limits) if report.limits else None,
        **reason,
    }


def why_not_graded(report: Report) -> Message | None:
    """What to mend, or our fault; None where the submission was graded."""
    if report.state is State.GRADED:
        return None
    return report.reason or Message(f"report.summary.{report.state.value}")


def commitment(seed: str) -> str:
    """What a student may know of the seed before its release: `printf %s SEED | sha256sum`."""
    return hashlib.sha256(seed.encode()).hexdigest()


def hidden_points(report: Report) -> Fraction:
    """How many points are behind hidden checks."""
    return sum(
        (check.max_points for function in report.functions for check in function.checks if check.hidden), Fraction(0)
    )


def nothing_shown(report: Report) -> bool:
    """Whether this reader is shown no point of what was graded: everything waits for something."""
    return report.max_score == 0 and any(check.waits for function in report.functions for check in function.checks)


def points(exact: Fraction) -> int | float:
    """Two decimals, half up; a whole number is an integer."""
    rounded = cents(exact)
    return rounded.numerator if rounded.denominator == 1 else float(rounded)


def _submission(report: Report, lang: str) -> Json:
    files = [{"path": safe(file.path), "bytes": file.bytes, "sha256": file.sha256} for file in report.files]
    return {"sha256": report.submission, "files": files, "notes": [text(note, lang) for note in report.notes]}


def _function(function: FunctionResult, report: Report, lang: str, audience: Audience) -> Json:
    unit = {"unit": function.unit} if function.unit != report.assignment else {}
    reason = {"reason": text(function.reason, lang)} if function.reason else {}
    follows = {"follows": safe(function.follows)} if function.follows else {}
    given_back = {"given_back": points(function.given_back)} if function.given_back else {}
    pictures = [_picture(picture, lang) for picture in visible_pictures(function, audience)]
    return {
        "name": safe(function.name),
        **unit,
        "file": None if function.file is None else safe(function.file),
        "line": function.line,
        "status": function.status.value,
        "points": points(function.points),
        "max_points": points(function.max_points),
        **given_back,
        **follows,
        **reason,
        "diagnosis": [_diagnosis(diagnosis, lang) for diagnosis in function.diagnosis],
        "checks": [_check(check, lang, audience) for check in function.checks],
        "counterexample": _counterexample(function.counterexample) if function.counterexample else None,
        "warnings": [{"id": warning_id(warning), "text": text(warning, lang)} for warning in function.warnings],
        **({"pictures": pictures} if pictures else {}),
    }


def visible_pictures(function: FunctionResult, audience: Audience) -> list[Picture]:
    """The pictures that this reader may see: none that tells of a hidden check."""
    hidden = {check.id for check in function.checks if check.hidden and audience != "staff"}
    return [picture for picture in function.pictures if picture.check not in hidden]


def _picture(picture: Picture, lang: str) -> Json:
    drawn_on = {"drawn_on": text(picture.drawn_on, lang)} if picture.drawn_on else {}
    return {
        "kind": picture.kind,
        "title": text(picture.title, lang),
        "text": text(picture.text, lang),
        **drawn_on,
        "numbers": plain(picture.numbers),
    }


def warning_id(warning: Message) -> str:
    """`input-mutated` for the message `warning.input-mutated`."""
    return warning.id.removeprefix("warning.")


def _diagnosis(diagnosis: Diagnosis, lang: str) -> Json:
    return {
        "id": diagnosis.id,
        "certainty": diagnosis.certainty,
        "severity": diagnosis.severity,
        "text": text(diagnosis.text, lang),
        "hints": [text(hint, lang) for hint in diagnosis.hints],
    }


def _check(check: CheckResult, lang: str, audience: Audience) -> Json:
    known = {
        "id": check.id,
        "title": check_title(check.id, lang),
        "points": None if check.waits else points(check.points),
        "max_points": points(check.max_points),
        "hidden": check.hidden,
    }
    if check.hidden and audience != "staff":
        return {**known, "waits": check.waits} if check.waits else known
    return {
        **known,
        "status": check.status.value,
        "message": text(check.message, lang),
        "error": plain(check.error),
        "tolerance": plain(check.tolerance),
        "worst": _worst(check.worst) if check.worst else None,
        "cases": _cases(check),
    }


def _worst(worst: Worst) -> Json:
    numbers = {"expected": plain(worst.expected), "actual": plain(worst.actual)}
    return {"output": worst.output, "index": list(worst.index), **numbers}


def _cases(check: CheckResult) -> Json | None:
    if check.cases is None:
        return None
    cases = check.cases
    told: Json = {"passed": cases.passed, "failed": cases.failed, "failing": list(cases.failing)}
    if cases.passing:
        told["passing"] = list(cases.passing)
    if cases.outputs:
        told["outputs"] = [{**asdict(one), "failing": list(one.failing)} for one in cases.outputs]
    return told


def _counterexample(example: Counterexample) -> Json:
    return {"inputs": plain(example.inputs), "expected": plain(example.expected), "actual": plain(example.actual)}


def _limits(limit: LimitRecord) -> Json:
    return {
        "kind": limit.kind,
        "allowed": plain(limit.allowed),
        "used": plain(limit.used),
        "function": None if limit.function is None else safe(limit.function),
        "line": limit.line,
    }


def plain(value: Any) -> Any:
    """A number, array or nested data as JSON has it."""
    if isinstance(value, Mapping):
        return {safe(str(name)): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else number(value)
    if value is None or isinstance(value, (bool, int)):
        return value if value is None or abs(value) < PLAIN_INTEGER else shown(value)
    return plain(value.tolist()) if hasattr(value, "tolist") else safe(str(value))
