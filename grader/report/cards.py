"""A function's results -> its card.

The first sentence of a card (`headline`) is the whole diagnosis. It is the first of: the name of the mistake; the
function whose mistake it follows from; the reason why nothing could be graded (missing, raised, limit, ...); the
finding of the first failed check in the order of `CAUSES`: a wrong shape explains a wrong value, a wrong value a wrong
gradient, never the other way round.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from grader.core import (
    CheckResult,
    CheckStatus,
    Counterexample,
    Diagnosis,
    FunctionResult,
    FunctionStatus,
    Message,
    Param,
    Report,
    Value,
)
from grader.report import hints
from grader.report.as_json import Audience, warning_id
from grader.report.catalogue import output_title, text
from grader.report.lines import CONVENTION, cause, lines
from grader.report.pictures.drawings import drawings
from grader.report.scores import decimals, points
from grader.report.shown import literal, safe
from grader.report.snippet import NAME, snippet
from grader.report.tree import Card, Example, Hint, Named, Status, Tone, Warned
from grader.report.words import certainty_words, check_title, function_word

FUNCTIONS = ("lambda ", "np.")  # what the text of a function among the inputs begins with
UNASKED = (FunctionStatus.MISSING, FunctionStatus.NOT_IMPLEMENTED, FunctionStatus.HIDDEN)
TERSE = ("checks.missing.absent", "checks.not-implemented")
OUTPUT_CHARACTERS = 300  # all of it stands in the JSON report
OPEN_CARDS = 2  # more than two opened cards are a wall; the root cause stands first


def cards(report: Report, lang: str, audience: Audience) -> Iterator[Card]:
    """The cards of a report, in the order of the assignment."""
    to_open = OPEN_CARDS
    names: dict[tuple[str, ...], str] = {}
    for function in report.functions:
        telling = function.status is not FunctionStatus.PASSED and _judged(function) and function.follows is None
        mistake = _mistake(function)
        first = names.setdefault(mistake, function.name) if mistake else function.name
        like = text(Message("report.like", {"function": first}), lang) if first != function.name else None
        yield replace(_card(function, report, lang, audience, opened=telling and to_open > 0), like=like)
        to_open -= telling


def _mistake(function: FunctionResult) -> tuple[str, ...]:
    """What two functions with the same mistake share: its exact names, or an exception with its place and hints."""
    for found in function.diagnosis[:1]:
        if isinstance(error := found.text.params.get("error"), str):
            place = (str(found.text.params.get(where)) for where in ("file", "line"))
            return (found.id, error, *place, *(hint.id for hint in found.hints))
    return tuple(diagnosis.id for diagnosis in function.diagnosis if diagnosis.certainty == "exact")


def first_sentence(report: Report, lang: str, audience: Audience) -> str | None:
    """What a report has to say first: the function that is read first, and its sentence; None where all are right."""
    short = [function for function in report.functions if function.status is not FunctionStatus.PASSED]
    first = min(short, key=_place, default=None)
    if first is None:
        return None
    name, said = safe(first.name), str(_headline(first, lang, audience))
    return said if said.startswith(name) else f"{name}: {said}"


def _place(function: FunctionResult) -> tuple[bool, bool, bool]:
    """What is read first: as the cards stand in `tree.Section.first`."""
    return _tone(function) == "none", not _judged(function), function.follows is not None


def _judged(function: FunctionResult) -> bool:
    return any(check.status in (CheckStatus.PASSED, CheckStatus.FAILED) for check in function.checks)


def _card(function: FunctionResult, report: Report, lang: str, audience: Audience, *, opened: bool) -> Card:
    headline = _headline(function, lang, audience)
    checks = tuple(lines(function, lang, audience, headline or ""))
    return Card(
        name=safe(function.name),
        status=Status(function.status.value, function_word(function.status, lang), _tone(function)),
        points=points(function.points, function.max_points),
        anchor=_anchor(function, report),
        file=safe(function.file) if function.file else None,
        line=function.line,
        headline=headline,
        terse=any(headline == text(Message(id, {"function": function.name}), lang) for id in TERSE),
        diagnosis=tuple(_named(diagnosis, lang) for diagnosis in function.diagnosis),
        alternatives=_alternatives(function, lang),
        like=None,
        follows=safe(function.follows) if function.follows else None,
        checks=checks,
        example=_example(function, function.counterexample, report, lang) if function.counterexample else None,
        warnings=tuple(Warned(warning_id(warning), text(warning, lang)) for warning in function.warnings),
        given_back=_given_back(function, lang),
        pictures=tuple(drawings(function, _anchor(function, report), lang, audience)),
        count=text(Message("report.checks", {"count": len(checks)}), lang),
        judged=_judged(function),
        opened=opened,
    )


def _anchor(function: FunctionResult, report: Report) -> str:
    """Where a link to the card leads; functions of two units of a bundle may have one name."""
    unit = f"{function.unit}-" if function.unit != report.assignment else ""
    return f"function-{unit}{safe(function.name)}".replace(" ", "-")


def _tone(function: FunctionResult) -> Tone:
    if function.status is FunctionStatus.PASSED:
        return "pass"
    if function.status is FunctionStatus.BROKEN:
        return "ours"
    return "none" if function.status in UNASKED else "fail"


def _headline(function: FunctionResult, lang: str, audience: Audience) -> str | None:
    if function.status is FunctionStatus.PASSED:
        return None
    if function.diagnosis:
        return text(function.diagnosis[0].text, lang)
    if function.follows is not None:
        return text(Message("report.headline.follows", {"function": function.name, "cause": function.follows}), lang)
    if function.reason is not None:
        return text(function.reason, lang)
    failed = [check for check in function.checks if check.status is not CheckStatus.PASSED]
    failed = [check for check in failed if check.status is not CheckStatus.SKIPPED]
    visible = [check for check in failed if not check.hidden or audience == "staff"]
    if visible:
        return _found(min(visible, key=cause), lang)
    about = "hidden" if failed else function.status.value
    return text(Message(f"report.headline.{about}", {"function": function.name}), lang)


def _found(check: CheckResult, lang: str) -> str:
    """What a check found; where it stopped with an exception beside all cases, in which check."""
    said = text(check.message, lang)
    beside = check.cases is None and check.message.id.startswith("checks.raised")
    return f"{check_title(check.id, lang)}: {said}" if beside else said


def _alternatives(function: FunctionResult, lang: str) -> str | None:
    count = len(function.diagnosis)
    return text(Message("report.alternatives", {"count": count}), lang) if count > 1 else None


def _given_back(function: FunctionResult, lang: str) -> str | None:
    """What a named mistake would have cost without a cap, or what a convention costs; how a function is vectorised is
    beside it."""
    convention = bool(function.diagnosis) and function.diagnosis[0].text.id == CONVENTION
    if not function.given_back and not convention:
        return None
    capped = [check for check in function.checks if check.id != "vectorised" and not check.waits]
    possible = sum((check.max_points for check in capped), Fraction(0))
    lost = possible - sum((check.points for check in capped), Fraction(0))
    if convention:
        costs: dict[str, Param] = {"percent": round(100 * lost / possible), "points": decimals(lost, least=0)}
        return text(Message("report.convention-costs", costs), lang)
    about: dict[str, Param] = {
        "severity": f"report.severity.{function.diagnosis[0].severity}",
        "most": decimals(lost, least=0),
        "percent": round(100 * lost / possible),
        "points": decimals(function.given_back, least=2),
    }
    several = "+" in function.diagnosis[0].id
    return text(Message(f"report.given-back.{'several' if several else 'one'}", about), lang)


def _named(diagnosis: Diagnosis, lang: str) -> Named:
    total = hints.count(diagnosis)
    shown = tuple(
        Hint(
            text(Message("report.hint", {"number": at, "total": total}), lang),
            " ".join(text(one, lang) for one in level),
        )
        for at, level in enumerate(hints.levels(diagnosis), 1)
    )
    return Named(diagnosis.id, text(diagnosis.text, lang), *certainty_words(diagnosis.certainty, lang), shown)


def _example(function: FunctionResult, example: Counterexample, report: Report, lang: str) -> Example:
    inputs = tuple((safe(name), _input(value)) for name, value in example.inputs.items())
    rows = tuple(
        (output_title(name, lang), _output(value), _output(example.actual[name]) if name in example.actual else "-")
        for name, value in example.expected.items()
    )
    return Example(
        inputs,
        rows,
        snippet(report, lang, function.name),
        text(Message("report.example.command"), lang),
        text(Message("report.example.download", {"file": NAME}), lang),
    )


def _output(value: Value) -> str:
    """What came out, as far as it can be looked at: code that keeps what it returned may return any amount."""
    whole = literal(value)
    return whole if len(whole) <= OUTPUT_CHARACTERS else f"{whole[:OUTPUT_CHARACTERS]} …"


def _input(value: Value) -> str:
    """An input as Python writes it; a function among them is its text."""
    return safe(value) if isinstance(value, str) and value.startswith(FUNCTIONS) else literal(value)
