"""A function's results -> its card.

The first sentence of a card (`headline`) is the whole diagnosis. It is the first of: the name of the mistake; the
reason why nothing could be graded (missing, raised, limit, ...); the finding of the first failed check in the order of
`CAUSES`: a wrong shape explains a wrong value, a wrong value a wrong gradient, never the other way round.
"""

from collections.abc import Iterator

from grader.core import (
    CheckResult,
    CheckStatus,
    Counterexample,
    Diagnosis,
    FunctionResult,
    FunctionStatus,
    Message,
    Report,
)
from grader.report import hints
from grader.report.as_json import Audience, warning_id
from grader.report.catalogue import text
from grader.report.lines import lines
from grader.report.scores import points
from grader.report.shown import literal, safe
from grader.report.tree import Card, Example, Hint, Named, Status, Tone, Warned
from grader.report.words import certainty_word, function_word

CAUSES = (
    "contract",
    "value",
    "gradient",
    "initial-loss",
    "normalization",
    "dropout",
    "test-mode",
    "stability",
    "robustness",
    "learning",
    "deterministic",
    "vectorised",
    "numeric-gradient",
)
OPEN_CARDS = 2  # more than two opened cards are a wall; the root cause stands first


def cards(report: Report, lang: str, audience: Audience) -> Iterator[Card]:
    """The cards of a report, in the order of the assignment."""
    to_open = OPEN_CARDS
    for function in report.functions:
        telling = function.status is not FunctionStatus.PASSED and _judged(function)
        yield _card(function, report, lang, audience, opened=telling and to_open > 0)
        to_open -= telling


def _judged(function: FunctionResult) -> bool:
    return any(check.status in (CheckStatus.PASSED, CheckStatus.FAILED) for check in function.checks)


def _card(function: FunctionResult, report: Report, lang: str, audience: Audience, *, opened: bool) -> Card:
    headline = _headline(function, lang, audience)
    checks = tuple(lines(function, lang, audience, headline or ""))
    return Card(
        name=safe(function.name),
        status=Status(function.status.value, function_word(function.status, lang), _tone(function)),
        points=points(function.points, function.max_points),
        file=safe(function.file) if function.file else None,
        line=function.line,
        headline=headline,
        diagnosis=tuple(_named(diagnosis, lang) for diagnosis in function.diagnosis),
        checks=checks,
        example=_example(function.counterexample) if function.counterexample else None,
        warnings=tuple(Warned(warning_id(warning), text(warning, lang)) for warning in function.warnings),
        count=text(Message("report.checks", {"count": len(checks)}), lang),
        brief=", ".join(f"{line.title} {line.cases}" for line in checks if line.cases),
        judged=_judged(function),
        opened=opened,
    )


def _tone(function: FunctionResult) -> Tone:
    if function.status is FunctionStatus.PASSED:
        return "pass"
    if function.status is FunctionStatus.BROKEN:
        return "ours"
    return "none" if function.status in (FunctionStatus.MISSING, FunctionStatus.NOT_IMPLEMENTED) else "fail"


def _headline(function: FunctionResult, lang: str, audience: Audience) -> str | None:
    if function.status is FunctionStatus.PASSED:
        return None
    if function.diagnosis:
        return text(function.diagnosis[0].text, lang)
    if function.reason is not None:
        return text(function.reason, lang)
    failed = [check for check in function.checks if check.status is not CheckStatus.PASSED]
    failed = [check for check in failed if check.status is not CheckStatus.SKIPPED]
    visible = [check for check in failed if not check.hidden or audience == "staff"]
    if visible:
        return text(min(visible, key=_cause).message, lang)
    about = "hidden" if failed else function.status.value
    return text(Message(f"report.headline.{about}", {"function": function.name}), lang)


def _cause(check: CheckResult) -> tuple[bool, int]:
    """What comes first among failed checks: those that cost points, then the order of CAUSES."""
    return check.max_points == 0, CAUSES.index(check.id) if check.id in CAUSES else len(CAUSES)


def _named(diagnosis: Diagnosis, lang: str) -> Named:
    total, certainty = hints.count(diagnosis), certainty_word(diagnosis.certainty, lang)
    shown = tuple(
        Hint(
            text(Message("report.hint", {"number": at, "total": total}), lang),
            " ".join(text(one, lang) for one in level),
        )
        for at, level in enumerate(hints.levels(diagnosis), 1)
    )
    return Named(diagnosis.id, text(diagnosis.text, lang), certainty, shown)


def _example(example: Counterexample) -> Example:
    inputs = tuple((safe(name), literal(value)) for name, value in example.inputs.items())
    rows = tuple(
        (safe(name), literal(value), literal(example.actual[name]) if name in example.actual else "-")
        for name, value in example.expected.items()
    )
    return Example(inputs, rows)
