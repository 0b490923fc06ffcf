"""Report + language + audience -> a plain tree (`tree.py`), made once and drawn everywhere.

The terminal, the HTML file, JUnit and the page of the service draw this tree and decide nothing themselves, so a report
says the same everywhere.

The first sentence of a card (`headline`) is the whole diagnosis. It is the first of: the name of the mistake; the
reason why nothing could be graded (missing, raised, limit, ...); the finding of the first failed check in the order of
`CAUSES`: a wrong shape explains a wrong value, a wrong value a wrong gradient, never the other way round.
"""

from collections.abc import Iterator
from fractions import Fraction

from grader.core import (
    CheckResult,
    CheckStatus,
    Counterexample,
    Diagnosis,
    FunctionResult,
    FunctionStatus,
    LimitRecord,
    Message,
    Param,
    Report,
    State,
    Tally,
    Worst,
    cents,
)
from grader.report.as_json import Audience, hidden_points, warning_id, why_not_graded
from grader.report.catalogue import text
from grader.report.shown import literal, number, pair, safe
from grader.report.tree import Card, CheckLine, Example, Hint, Named, Place, Points, Status, Tone, View, Warned
from grader.report.words import (
    certainty_word,
    check_title,
    function_word,
    isolation_word,
    state_word,
    unit_title,
    verdict_word,
)

CAUSES = (
    "contract",
    "value",
    "gradient",
    "initial-loss",
    "stability",
    "robustness",
    "learning",
    "deterministic",
    "vectorised",
    "numeric-gradient",
)
OPEN_CARDS = 2  # more than two opened cards are a wall; the root cause stands first
NAMED_CASES = 8  # of those that are wrong; all stand in the JSON report
_MIB = 1 << 20
_TONES: dict[CheckStatus, Tone] = {
    CheckStatus.PASSED: "pass",
    CheckStatus.FAILED: "fail",
    CheckStatus.SKIPPED: "none",
    CheckStatus.BROKEN: "ours",
}

LABELS = (
    "actual",
    "cases",
    "counterexample",
    "error",
    "expected",
    "facts",
    "limit",
    "notes",
    "points",
    "tolerance",
    "warning",
)


def view(report: Report, lang: str, audience: Audience = "staff") -> View:
    """The tree that every drawing of `report` is made from."""
    graded = report.state is State.GRADED
    return View(
        lang=lang,
        slug=safe(report.assignment),
        title=unit_title(report.assignment, lang),
        status=_state(report, lang),
        points=points(report.score, report.max_score) if graded else None,
        summary=_summary(report, lang),
        banner=text(Message("report.banner.none"), lang) if report.isolation == "none" else None,
        isolation=isolation_word(report.isolation, lang),
        seconds=f"{report.seconds:.2f} s",
        submission=report.submission[:12],
        files=tuple(safe(file.path) for file in report.files),
        notes=tuple(text(note, lang) for note in report.notes),
        hidden=_hidden(report, lang),
        limit=tuple(_limit(report.limits, lang)) if report.limits else (),
        facts=tuple(_facts(report, lang, audience)),
        cards=tuple(_cards(report, lang, audience)),
        words={label: text(Message(f"report.label.{label}"), lang) for label in LABELS},
    )


# --------------------------------------------------------------------------- the head


def points(earned: Fraction, possible: Fraction) -> Points:
    """Exact to two decimals and never rounded further: what is shown adds up."""
    share = min(1.0, max(0.0, float(earned / possible))) if possible else 0.0
    return Points(decimals(earned, least=1), decimals(possible, least=0), share)


def decimals(exact: Fraction, least: int) -> str:
    """`8.0`, `9.72`: two decimals, without trailing zeros beyond the `least`."""
    whole, _, part = f"{float(cents(exact)):.2f}".partition(".")
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole}.{part}" if part else whole


def _state(report: Report, lang: str) -> Status:
    full = all(function.status is FunctionStatus.PASSED for function in report.functions)
    tone: Tone = "pass" if full else "fail"
    if report.state is not State.GRADED:
        tone = "ours" if report.state is State.BROKEN else "warn"
    return Status(report.state.value, state_word(report.state, lang), tone)


def _summary(report: Report, lang: str) -> str:
    why = why_not_graded(report)
    if why is not None:
        return text(why, lang)
    passed = sum(function.status is FunctionStatus.PASSED for function in report.functions)
    if passed == len(report.functions):
        return text(Message("report.summary.full"), lang)
    return text(Message("report.summary.partly", {"passed": passed, "total": len(report.functions)}), lang)


def _hidden(report: Report, lang: str) -> str | None:
    count = sum(check.hidden for function in report.functions for check in function.checks)
    about: dict[str, Param] = {"count": count, "points": decimals(hidden_points(report), least=0)}
    return text(Message("report.hidden", about), lang) if count else None


def _limit(limit: LimitRecord, lang: str) -> Iterator[tuple[str, str]]:
    yield _label("limit", lang), text(Message(f"report.limit.{limit.kind}"), lang)
    for label, figure in (("allowed", limit.allowed), ("used", limit.used)):
        if figure is not None:
            yield _label(label, lang), _amount(limit.kind, figure)
    if limit.detail:
        yield _label("detail", lang), safe(limit.detail)
    if limit.function is not None:
        yield _label("where", lang), safe(limit.function) + _at(limit.path, limit.line)


def _amount(kind: str, figure: float) -> str:
    if kind in ("memory", "output"):
        return f"{figure / _MIB:.1f} MiB"
    return f"{figure:.2f} s" if kind.endswith("_time") else number(figure)


def _at(file: str | None, line: int | None) -> str:
    place = ":".join(part for part in (safe(file) if file else "", str(line) if line else "") if part)
    return f" ({place})" if place else ""


def _facts(report: Report, lang: str, audience: Audience) -> Iterator[tuple[str, str]]:
    yield _label("submission", lang), report.submission
    yield _label("revision", lang), report.revision
    if audience == "staff":
        yield _label("seed", lang), report.seed
    yield (
        _label("environment", lang),
        ", ".join(f"{name} {safe(version)}" for name, version in report.environment.items()),
    )


def _label(id: str, lang: str) -> str:
    return text(Message(f"report.label.{id}"), lang)


# --------------------------------------------------------------------------- the cards


def _cards(report: Report, lang: str, audience: Audience) -> Iterator[Card]:
    to_open = OPEN_CARDS
    for function in report.functions:
        short = function.status is not FunctionStatus.PASSED
        yield _card(function, report, lang, audience, opened=short and to_open > 0)
        to_open -= short


def _card(function: FunctionResult, report: Report, lang: str, audience: Audience, *, opened: bool) -> Card:
    headline = _headline(function, lang, audience)
    checks = tuple(_lines(function, lang, audience, headline or ""))
    judged = any(check.status in (CheckStatus.PASSED, CheckStatus.FAILED) for check in function.checks)
    return Card(
        name=safe(function.name),
        unit=safe(function.unit) if function.unit != report.assignment else None,
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
        judged=judged,
        opened=opened and judged,
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


def _lines(function: FunctionResult, lang: str, audience: Audience, headline: str) -> Iterator[CheckLine]:
    shown = {headline}
    for check in function.checks:
        line = (
            _hidden_line(check, lang) if check.hidden and audience == "student" else _line(check, lang, headline, shown)
        )
        shown.add(line.message or "")
        yield line


def _hidden_line(check: CheckResult, lang: str) -> CheckLine:
    status = Status("hidden", text(Message("status.verdict.hidden"), lang), "none")
    return CheckLine(check.id, check_title(check.id, lang), status, _carried(check))


def _line(check: CheckResult, lang: str, headline: str, shown: set[str]) -> CheckLine:
    """`shown` are the sentences that stand in the card above."""
    failed = check.status is CheckStatus.FAILED
    sentence = text(check.message, lang)
    brief = check.status is CheckStatus.PASSED and (check.cases is not None or not check.message.params)
    worst = _place(check.worst) if failed and check.worst and not _tells(sentence, check.worst, headline) else None
    return CheckLine(
        check.id,
        check_title(check.id, lang),
        Status(check.status.value, verdict_word(check.status, lang), _TONES[check.status]),
        _carried(check),
        sentence,
        None if brief or sentence in shown else sentence,
        f"{check.cases.passed} / {check.cases.passed + check.cases.failed}" if check.cases else None,
        _failing(check.cases, lang) if check.cases and check.cases.failing else None,
        number(check.error) if worst and check.error is not None else None,
        number(check.tolerance) if worst and check.tolerance is not None else None,
        worst,
    )


def _carried(check: CheckResult) -> Points | None:
    return points(check.points, check.max_points) if check.max_points else None


def _tells(sentence: str, worst: Worst, headline: str) -> bool:
    """Whether both numbers stand in a sentence that is shown beside them: said once is enough."""
    return sentence != headline and number(worst.expected) in sentence and number(worst.actual) in sentence


def _failing(tally: Tally, lang: str) -> str:
    if not tally.passed:
        return text(Message("report.wrong-in-all", {"total": tally.failed}), lang)
    names = ", ".join(map(safe, tally.failing[:NAMED_CASES]))
    more = ", …" if len(tally.failing) > NAMED_CASES else ""
    return text(Message("report.wrong-in", {"cases": names + more}), lang)


def _place(worst: Worst) -> Place:
    index = f"[{', '.join(map(str, worst.index))}]" if worst.index else ""
    return Place(safe(worst.output) + index, *pair(worst.expected, worst.actual))


def _named(diagnosis: Diagnosis, lang: str) -> Named:
    total = len(diagnosis.hints)
    hints = tuple(
        Hint(text(Message("report.hint", {"number": at, "total": total}), lang), text(hint, lang))
        for at, hint in enumerate(diagnosis.hints, 1)
    )
    return Named(diagnosis.id, text(diagnosis.text, lang), certainty_word(diagnosis.certainty, lang), hints)


def _example(example: Counterexample) -> Example:
    inputs = tuple((safe(name), literal(value)) for name, value in example.inputs.items())
    rows = tuple(
        (safe(name), literal(value), literal(example.actual[name]) if name in example.actual else "-")
        for name, value in example.expected.items()
    )
    return Example(inputs, rows)
