"""Report + language + audience -> a plain tree (`tree.py`), made once and drawn everywhere.

The terminal, the HTML file, JUnit and the page of the service draw this tree and decide nothing themselves, so a report
says the same everywhere.
"""

from collections.abc import Iterator
from fractions import Fraction

from grader.core import CheckResult, FunctionStatus, LimitRecord, Message, Param, Report, State, cents
from grader.report.as_json import Audience, hidden_points, nothing_shown, why_not_graded
from grader.report.cards import cards
from grader.report.catalogue import text
from grader.report.scores import decimals, points
from grader.report.shown import number, safe, size
from grader.report.tree import Section, Status, Tone, View
from grader.report.words import Title, isolation_word, state_word, unit_title

LABELS = (
    "actual",
    "cases",
    "copied",
    "counterexample",
    "error",
    "expected",
    "facts",
    "fails",
    "found",
    "limit",
    "link",
    "notes",
    "or",
    "passes",
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
        title=Title(report.assignment, report.title).text(lang),
        status=_state(report, lang),
        points=points(report.score, report.max_score) if graded and not nothing_shown(report) else None,
        summary=_summary(report, lang),
        banner=_banner(report, lang),
        isolation=isolation_word(report.isolation, lang),
        seconds=f"{report.seconds:.2f} s",
        files=tuple(safe(file.path) for file in report.files),
        notes=tuple(text(note, lang) for note in report.notes),
        hidden=_hidden(report, lang),
        limit=tuple(_limit(report.limits, lang)) if report.limits else (),
        facts=tuple(_facts(report, lang, audience)),
        sections=tuple(_sections(report, lang, audience)),
        words={label: text(Message(f"report.label.{label}"), lang) for label in LABELS},
    )


# --------------------------------------------------------------------------- the head


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
    if nothing_shown(report):
        return text(Message("report.summary.hidden"), lang)
    passed = sum(function.status is FunctionStatus.PASSED for function in report.functions)
    if passed == len(report.functions):
        return text(Message("report.summary.full"), lang)
    return text(Message("report.summary.partly", {"passed": passed, "total": len(report.functions)}), lang)


def _banner(report: Report, lang: str) -> str | None:
    """The warning where student code ran unconfined: functions were called, or a limit ended it while it was loaded."""
    ran = bool(report.functions) or report.limits is not None
    return text(Message("report.banner.none"), lang) if ran and report.isolation == "none" else None


def _sections(report: Report, lang: str, audience: Audience) -> Iterator[Section]:
    """One for each unit of a bundle, in the order of its units; one for all that is no bundle."""
    drawn = list(zip(report.functions, cards(report, lang, audience), strict=True))
    units = dict.fromkeys(function.unit for function in report.functions)
    if all(unit == report.assignment for unit in units):
        yield Section(None, None, tuple(card for _, card in drawn))
        return
    for unit in units:
        here = [(function, card) for function, card in drawn if function.unit == unit]
        earned = sum((cents(function.points) for function, _ in here), Fraction(0))
        possible = sum((function.max_points for function, _ in here), Fraction(0))
        yield Section(unit_title(unit, lang), points(earned, possible), tuple(card for _, card in here))


def _hidden(report: Report, lang: str) -> str | None:
    hidden = [check for function in report.functions for check in function.checks if check.hidden]
    if not hidden:
        return None
    about: dict[str, Param] = {"count": len(hidden), "points": decimals(hidden_points(report), least=0)}
    reasons = dict.fromkeys(check.waits for check in hidden if check.waits)
    waiting = (_waiting([check for check in hidden if check.waits == reason], reason, lang) for reason in reasons)
    return " ".join((text(Message("report.hidden", about), lang), *waiting))


def _waiting(checks: list[CheckResult], reason: str, lang: str) -> str:
    """Until when points are no part of the score that is shown."""
    behind = sum((check.max_points for check in checks), Fraction(0))
    return text(Message(f"report.waits.{reason}", {"points": decimals(behind, least=0)}), lang)


def _limit(limit: LimitRecord, lang: str) -> Iterator[tuple[str, str]]:
    kind = "returned" if limit.kind == "protocol" and limit.allowed is not None else limit.kind
    yield _label("limit", lang), text(Message(f"report.limit.{kind}"), lang)
    for label, figure in (("allowed", limit.allowed), ("used", limit.used)):
        if figure is not None:
            yield _label(label, lang), _amount(kind, figure)
    if limit.detail:
        yield _label("detail", lang), safe(limit.detail)
    if limit.function is not None:
        yield _label("where", lang), safe(limit.function) + _at(limit.path, limit.line)


def _amount(kind: str, figure: float) -> str:
    if kind in ("memory", "output", "returned"):
        return size(figure)
    return f"{figure:.2f} s" if kind.endswith("_time") else number(figure)


def _at(file: str | None, line: int | None) -> str:
    place = ":".join(part for part in (safe(file) if file else "", str(line) if line else "") if part)
    return f" ({place})" if place else ""


def _facts(report: Report, lang: str, audience: Audience) -> Iterator[tuple[str, str]]:
    yield _label("submission", lang), report.submission
    yield _label("revision", lang), report.revision
    if audience != "student":
        yield _label("seed", lang), report.seed
    yield (
        _label("environment", lang),
        ", ".join(f"{name} {safe(version)}" for name, version in report.environment.items()),
    )


def _label(id: str, lang: str) -> str:
    return text(Message(f"report.label.{id}"), lang)
