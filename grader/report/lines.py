"""A function's checks -> one line each, in which nothing is said that its card has said already."""

from collections.abc import Iterator
from math import isfinite

from grader.core import CheckResult, CheckStatus, FunctionResult, Message, Tally, Worst
from grader.report.as_json import Audience
from grader.report.catalogue import text
from grader.report.scores import points
from grader.report.shown import number, pair, safe, shown
from grader.report.tree import CheckLine, Place, Points, Status, Tone
from grader.report.words import check_title, verdict_word

NAMED_CASES = 8  # of those that are wrong; all stand in the JSON report
_TONES: dict[CheckStatus, Tone] = {
    CheckStatus.PASSED: "pass",
    CheckStatus.FAILED: "fail",
    CheckStatus.SKIPPED: "none",
    CheckStatus.BROKEN: "ours",
}


def lines(function: FunctionResult, lang: str, audience: Audience, headline: str) -> Iterator[CheckLine]:
    """The lines of a function's checks, below `headline`; a student gets hidden ones without what they found."""
    above = {headline}
    for check in function.checks:
        hidden = check.hidden and audience == "student"
        line = _hidden_line(check, lang) if hidden else _line(check, lang, headline, above)
        above.add(line.message or "")
        yield line


def _hidden_line(check: CheckResult, lang: str) -> CheckLine:
    status = Status("hidden", text(Message("status.verdict.hidden"), lang), "none")
    return CheckLine(check.id, check_title(check.id, lang), status, _carried(check))


def _line(check: CheckResult, lang: str, headline: str, above: set[str]) -> CheckLine:
    """`above` are the sentences that the card has said already."""
    failed = check.status is CheckStatus.FAILED
    sentence = text(check.message, lang)
    brief = check.status is CheckStatus.PASSED and (check.cases is not None or not check.message.params)
    worst = check.worst if failed and check.worst and not _tells(sentence, check.worst, headline) else None
    measured = worst is not None and isfinite(worst.actual)
    return CheckLine(
        check.id,
        check_title(check.id, lang),
        Status(check.status.value, verdict_word(check.status, lang), _TONES[check.status]),
        _carried(check),
        sentence,
        None if brief or sentence in above else sentence,
        f"{check.cases.passed} / {check.cases.passed + check.cases.failed}" if check.cases else None,
        _failing(check.cases, lang) if check.cases and check.cases.failing else None,
        number(check.error) if measured and check.error is not None else None,
        number(check.tolerance) if measured and check.tolerance is not None else None,
        _place(worst, exact=check.error is None) if worst else None,
    )


def _carried(check: CheckResult) -> Points | None:
    return points(check.points, check.max_points) if check.max_points else None


def _tells(sentence: str, worst: Worst, headline: str) -> bool:
    """Whether both numbers stand in a sentence that is shown beside them: said once is enough."""
    return sentence != headline and number(worst.expected) in sentence and number(worst.actual) in sentence


def _failing(tally: Tally, lang: str) -> str:
    if not tally.passed:
        return text(Message("report.right-in-none", {"total": tally.failed}), lang)
    names = ", ".join(map(safe, tally.failing[:NAMED_CASES]))
    more = ", …" if len(tally.failing) > NAMED_CASES else ""
    return text(Message("report.not-right-in", {"cases": names + more}), lang)


def _place(worst: Worst, *, exact: bool) -> Place:
    """`exact`: labels and counts were compared, which are shown as integers."""
    index = f"[{', '.join(map(str, worst.index))}]" if worst.index else ""
    both = (worst.expected, worst.actual)
    whole = exact and all(isfinite(one) and one == int(one) for one in both)
    return Place(safe(worst.output) + index, *((shown(int(one)) for one in both) if whole else pair(*both)))
