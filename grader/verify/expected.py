"""What a sample says must come out: the first lines of its (first) file, as `submissions/README.md` describes them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.core import CheckStatus, FunctionResult, Message, Param, Report, State
from grader.diagnosis.edits import Unfit
from grader.verify.breach import Breach

DECLARATION = re.compile(r"# (expect|expect-failing|expect-warning|expect-diagnosis|points): (.*)")
CHECK = re.compile(r"([\w-]+)(?:\[([^\]]*)\])?")
STATUS = re.compile(r"([\w.]+)=(passed|failed|missing|not-implemented|raised|limit)")

Failing = Mapping[str, tuple[str, ...]]  # check -> its failing cases, where they are named


@dataclass(frozen=True, slots=True)
class Expectation:
    """`statuses` of the functions that are named, their `failing` checks, `warnings` and diagnoses (`named`) where they
    are told, and the score as it is written."""

    rejected: bool
    statuses: Mapping[str, str] = field(default_factory=dict)
    failing: Mapping[str, Failing] = field(default_factory=dict)
    warnings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    points: str | None = None


def expectation(path: Path) -> Expectation:
    """What the sample at `path` declares. Raises Unfit where it declares nothing that can be read."""
    lines = _declared(path)
    if not lines or lines[0][0] != "expect":
        raise _unfit("first-line")
    first = lines[0][1].strip()
    told: dict[str, dict[str, str]] = {}
    for kind, text in lines[1:]:
        function, _, rest = text.partition(":")
        told.setdefault(kind, {})[function] = rest
    return Expectation(
        rejected=first == "rejected",
        statuses={} if first == "rejected" else dict(map(_status, first.split())),
        failing={function: _failing(text) for function, text in told.get("expect-failing", {}).items()},
        warnings={function: tuple(text.split()) for function, text in told.get("expect-warning", {}).items()},
        named={function: tuple(text.split()) for function, text in told.get("expect-diagnosis", {}).items()},
        points=next((text.strip() for kind, text in lines if kind == "points"), None),
    )


def _declared(path: Path) -> list[tuple[str, str]]:
    """The declarations in the first lines of a sample; in a folder, of its first file."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    lines = files[0].read_text("utf-8-sig", errors="replace").splitlines() if files else []
    found = []
    for line in lines:
        if match := DECLARATION.fullmatch(line):
            found.append((match[1], match[2]))
        elif "coding" not in line:
            break
    return found


def _status(text: str) -> tuple[str, str]:
    match = STATUS.fullmatch(text)
    if match is None:
        raise _unfit("unreadable", text=text)
    return match[1], match[2]


def _failing(text: str) -> Failing:
    return {
        check: tuple(case.strip() for case in cases.split(";")) if cases else () for check, cases in CHECK.findall(text)
    }


def _unfit(what: str, **about: Param) -> Unfit:
    return Unfit("sample-declares", Message(f"verify.sample.{what}", about))


# --------------------------------------------------------------------------- what came out instead


def departures(expected: Expectation, report: Report) -> Iterator[Breach]:
    """Where `report` is not as it was declared."""
    if expected.rejected != (report.state is State.REJECTED):
        reason = report.reason.id if report.reason else ""
        yield Breach(Message(f"verify.sample.{report.state.value}", {"reason": reason}))
    if report.state is not State.GRADED or expected.rejected:
        return
    yield from _strangers(expected, report)
    for function in report.functions:
        yield from _of_function(expected, function)
    if expected.points is not None and f"{float(report.score):.2f}" != expected.points:
        score = {"expected": expected.points, "actual": f"{float(report.score):.2f}"}
        yield Breach(Message("verify.sample.points", score))


def _strangers(expected: Expectation, report: Report) -> Iterator[Breach]:
    """Functions that are declared and that the assignment does not grade."""
    told = {*expected.statuses, *expected.failing, *expected.warnings, *expected.named}
    for name in sorted(told - {function.name for function in report.functions}):
        yield Breach(Message("verify.sample.stranger", {"function": name}), name)


def _of_function(expected: Expectation, function: FunctionResult) -> Iterator[Breach]:
    name, status = function.name, function.status.value
    if status != (wanted := expected.statuses.get(name, "missing")):
        check = next((check for check in function.checks if check.status is CheckStatus.FAILED), None)
        yield Breach.of_check(Message("verify.sample.status", {"expected": wanted, "actual": status}), function, check)
        return
    if name in expected.failing:
        yield from _of_checks(expected.failing[name], function)
    given = tuple(warning.id.removeprefix("warning.") for warning in function.warnings)
    if name in expected.warnings and given != expected.warnings[name]:
        yield Breach(_told("warnings", expected.warnings[name], given), name)
    given = tuple(diagnosis.id for diagnosis in function.diagnosis)
    if name in expected.named and set(given) != set(expected.named[name]):
        yield Breach(_told("diagnosis", expected.named[name], given), name)


def _of_checks(expected: Failing, function: FunctionResult) -> Iterator[Breach]:
    failing = {check.id: check for check in function.checks if check.status is CheckStatus.FAILED}
    if set(failing) != set(expected):
        yield Breach(_told("failing", tuple(expected), tuple(failing)), function.name)
        return
    for id, cases in expected.items():
        tally = failing[id].cases
        given = tally.failing if tally else ()
        if cases and given != cases:
            yield Breach(_told("cases", cases, given), function.name, id)


def _told(what: str, expected: tuple[str, ...], actual: tuple[str, ...]) -> Message:
    return Message(f"verify.sample.{what}", {"expected": ", ".join(expected), "actual": ", ".join(actual)})
