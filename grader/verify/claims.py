"""The claims: what every subject's report must say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.core import CheckStatus, FunctionResult, FunctionStatus, Message, Report, State
from grader.verify.breach import Breach
from grader.verify.equivalent import equivalent
from grader.verify.expected import departures
from grader.verify.subjects import Kind, Subject

CONVENTION_COST = Fraction(15, 100)  # of a function's points, at most, where only a convention is another one


@dataclass(frozen=True, slots=True)
class Claim:
    """A question about subjects of some kinds and the reports on them; `breaches` yields what contradicts it."""

    id: str
    kinds: tuple[Kind, ...]
    breaches: Callable[[Subject, Report], Iterator[Breach]]


def not_broken(subject: Subject, report: Report) -> Iterator[Breach]:
    """Nothing is our fault."""
    if report.state is State.BROKEN:
        code = report.reason.params.get("code", "") if report.reason else ""
        yield Breach(Message("verify.broken", {"code": code}))
    for function in report.functions:
        for check in function.checks:
            if check.status is CheckStatus.BROKEN:
                yield Breach.of_check(check.message, function, check)


def right_passes(subject: Subject, report: Report) -> Iterator[Breach]:
    """Whatever deserves to pass has all its points."""
    if subject.passes and report.state is not State.GRADED:
        yield Breach(Message("verify.not-graded", {"state": report.state.value}))
        return
    results = {function.name: function for function in report.functions}
    for name in sorted(subject.passes):
        if name in results and not full(results[name]):
            yield from _short(results[name])


def full(result: FunctionResult) -> bool:
    return result.status is FunctionStatus.PASSED and result.points == result.max_points


def _short(result: FunctionResult) -> Iterator[Breach]:
    """Why a function has not all its points: a breach for each check that failed."""
    failed = [check for check in result.checks if check.status is CheckStatus.FAILED]
    yield from (Breach.of_check(check.message, result, check) for check in failed)
    if not failed:
        yield Breach(result.reason or Message("verify.status", {"status": result.status.value}), result.name)


def keeps_points(subject: Subject, report: Report) -> Iterator[Breach]:
    """Whoever a mistake is not known to spoil has all points. One that comes with its own loss or forward pass may be
    told that the two do not belong together, which costs nothing."""
    for result in report.functions:
        if result.name in subject.passes and result.points != result.max_points:
            yield from _short(result)


def starter_earns_nothing(subject: Subject, report: Report) -> Iterator[Breach]:
    """What is handed out earns 0, and every function of it is not implemented."""
    if report.state is not State.GRADED:
        yield Breach(Message("verify.not-graded", {"state": report.state.value}))
    for function in report.functions:
        if function.points or function.status is not FunctionStatus.NOT_IMPLEMENTED:
            about = {"status": function.status.value, "points": float(function.points)}
            yield Breach(Message("verify.starter", about), function.name)


def sample_as_declared(subject: Subject, report: Report) -> Iterator[Breach]:
    """A sample comes out as its first lines say."""
    if subject.expected is not None:
        yield from departures(subject.expected, report)


def wrong_falls_short(subject: Subject, report: Report) -> Iterator[Breach]:
    """No sample that is called wrong has full marks, and one that is called right names functions that pass only."""
    if subject.name.startswith("wrong_") and report.state is State.GRADED and report.score == report.max_score:
        yield Breach(Message("verify.wrong-full"))
    if subject.name.startswith("right_") and (subject.fails or not subject.passes):
        yield Breach(Message("verify.right-fails"))


def mistake_is_caught(subject: Subject, report: Report) -> Iterator[Breach]:
    """The function that is wrong does not pass. What costs nothing by the rules is warned of by name."""
    results = {function.name: function for function in report.functions}
    for name in subject.fails:
        if name not in results:
            yield Breach(Message("verify.not-graded", {"state": report.state.value}), name)
        elif not noticed(subject, results[name]):
            yield Breach(Message("verify.survived"), name)


def noticed(subject: Subject, result: FunctionResult) -> bool:
    warned = {warning.id.removeprefix("warning.") for warning in result.warnings}
    return result.status is not FunctionStatus.PASSED or bool(subject.mistake and subject.mistake.id in warned)


def convention_is_named(subject: Subject, report: Report) -> Iterator[Breach]:
    """Another convention is called by its name, and costs no more than it may."""
    results = {function.name: function for function in report.functions}
    for name, ids in subject.named.items():
        if (result := results.get(name)) is None:
            continue
        given = {diagnosis.id: diagnosis for diagnosis in result.diagnosis}
        told = {"expected": ", ".join(ids), "actual": ", ".join(given)}
        if set(given) != set(ids):
            yield Breach(Message("verify.named", told), name)
        elif subject.kind == "mistake" and result.points < (1 - CONVENTION_COST) * result.max_points:
            yield Breach(Message("verify.convention-cost", {"points": float(result.points)}), name)


def name_is_true(subject: Subject, report: Report) -> Iterator[Breach]:
    """A mistake gets no exact name that is another's."""
    if subject.mistake is None or subject.named:
        return
    for result in report.functions:
        exact = [diagnosis.id for diagnosis in result.diagnosis if diagnosis.certainty == "exact"]
        if exact and not any(_is(subject.mistake.id, id) for id in exact):
            yield Breach(
                Message("verify.wrong-name", {"expected": subject.mistake.id, "actual": ", ".join(exact)}), result.name
            )


def whether_named(subject: Subject, report: Report) -> str:
    """Is a mistake that costs points given its name, alone or among those that no case tells apart from it? Nothing is
    said of what costs nothing, and of conventions, which have a claim of their own."""
    mistake, results = subject.mistake, {result.name: result for result in report.functions}
    if mistake is None or subject.named or mistake.function not in results:
        return ""
    if results[mistake.function].status is FunctionStatus.PASSED:
        return ""
    given = [diagnosis.id for result in report.functions for diagnosis in result.diagnosis]
    return "named" if any(_is(mistake.id, id) for id in given) else "unnamed"


def _is(mistake: str, name: str) -> bool:
    """Is a name that of a mistake, maybe beside a convention, or of one that is declared to be the same?"""
    return any(part == mistake or equivalent(part, mistake) for part in name.split("+"))


CLAIMS = (
    Claim("not-broken", ("solution", "starter", "sample", "accepted", "mistake"), not_broken),
    Claim("solution-passes", ("solution",), right_passes),
    Claim("starter-earns-nothing", ("starter",), starter_earns_nothing),
    Claim("sample-passes", ("sample",), right_passes),
    Claim("sample-as-declared", ("sample",), sample_as_declared),
    Claim("wrong-falls-short", ("sample",), wrong_falls_short),
    Claim("mistake-is-caught", ("mistake",), mistake_is_caught),
    Claim("mistake-spoils-nothing-else", ("mistake",), keeps_points),
    Claim("name-is-true", ("mistake",), name_is_true),
    Claim("convention-is-named", ("sample", "mistake"), convention_is_named),
    Claim("convention-accepted", ("accepted",), right_passes),
)
