"""A function's checks -> one line each, in which nothing is said that its card has said already."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import isfinite

from grader.core import CheckResult, CheckStatus, FunctionResult, Message, Param, Tally, Worst
from grader.report.as_json import Audience
from grader.report.catalogue import case_title, output_title, text
from grader.report.scores import decimals, points
from grader.report.shown import aligned, number, pair, shown
from grader.report.tree import ALWAYS_TOLD, CheckLine, Place, Points, Status, Tone
from grader.report.words import check_title, verdict_word

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
BY_NUMBERS = frozenset((*CAUSES[1 : CAUSES.index("learning")], "numeric-gradient")) - {"initial-loss"}
"""A program that gives the same numbers everywhere falls short in all of these. What is wrong with the form of a result
(a shape, a type) is said beside any name; so are the two numbers that every student knows."""
CONVENTION = "diagnosis.convention"
CREDITED = ("checks.gradient.follows", "checks.lost-precision")  # what says itself how much it earns
UNTOLD = "–"
SHOWN_CASES, SHOWN_OUTPUTS = 8, 5  # names of one kind; all stand in the JSON report
LONG_NAMES = 40  # characters of five names, beyond which two will do: measured outputs are called by half a sentence
_TONES: dict[CheckStatus, Tone] = {
    CheckStatus.PASSED: "pass",
    CheckStatus.FAILED: "fail",
    CheckStatus.SKIPPED: "none",
    CheckStatus.BROKEN: "ours",
}


def cause(check: CheckResult) -> tuple[bool, int]:
    """What comes first among failed checks: those that cost points, then the order of CAUSES."""
    return check.max_points == 0, CAUSES.index(check.id) if check.id in CAUSES else len(CAUSES)


def lines(function: FunctionResult, lang: str, audience: Audience, headline: str) -> Iterator[CheckLine]:
    """The lines of a function's checks, below `headline`; a student gets hidden ones without what they found."""
    above = {headline}
    first = _telling(function, audience)
    for check in function.checks:
        if check.hidden and audience != "staff":
            yield _hidden_line(check, lang)
            continue
        explained = _explained(function, check)
        line = _line(function, check, lang, headline, above, explained=explained)
        yield line if check is first or not explained else replace(line, worst=None, error=None, tolerance=None)
        above.add(line.message)


def _telling(function: FunctionResult, audience: Audience) -> CheckResult | None:
    """The check whose worst entry stands for all that a diagnosis explains."""
    failed = [check for check in function.checks if check.worst and not (check.hidden and audience != "staff")]
    return min(failed, key=cause, default=None)


def _explained(function: FunctionResult, check: CheckResult) -> bool:
    """Does the name of the mistake say why the check falls short? A pattern or a hint may tell of one output alone;
    but that a gradient is not that of the own loss is no news beside any of them."""
    named = function.follows is not None or any(one.certainty == "exact" for one in function.diagnosis)
    informs = check.id == "numeric-gradient" and bool(function.diagnosis)
    return (named or informs) and check.status is CheckStatus.FAILED and check.id in BY_NUMBERS


def _hidden_line(check: CheckResult, lang: str) -> CheckLine:
    status = Status("hidden", text(Message("status.verdict.hidden"), lang), "none")
    return CheckLine(check.id, check_title(check.id, lang), status, _carried(check))


def _line(
    function: FunctionResult, check: CheckResult, lang: str, headline: str, above: set[str], *, explained: bool
) -> CheckLine:
    """`above` are the sentences that the card has said already."""
    sentence = text(check.message, lang)
    again = sentence in above or sentence in headline
    said = None if explained or check.status is CheckStatus.PASSED or again else sentence
    said = " ".join(filter(None, (said, _about_points(function, check, lang, again=again)))) or None
    brief = check.status is CheckStatus.PASSED and (check.cases is not None or not check.message.params)
    worst = check.worst if check.status is CheckStatus.FAILED else None
    worst = None if worst is None or _tell((said or "", headline), worst) else worst
    measured = worst is not None and isfinite(worst.actual) and _too_far(check)
    return CheckLine(
        check.id,
        check_title(check.id, lang),
        Status(check.status.value, verdict_word(check.status, lang), _TONES[check.status]),
        _carried(check),
        sentence,
        said,
        None if brief or sentence in headline or said else sentence,
        explained,
        _outcome(check.cases, lang) if check.cases else None,
        _names(check.cases.passing, lang) if check.cases else (),
        _names(check.cases.failing, lang) if check.cases and check.cases.passed else (),
        f"{check.cases.passed} / {check.cases.passed + check.cases.failed}" if check.cases else None,
        number(check.error, ".3g") if measured and check.error is not None else None,
        number(check.tolerance) if measured and check.tolerance is not None else None,
        _place(worst, lang, exact=not _too_far(check)) if worst else None,
    )


def _about_points(function: FunctionResult, check: CheckResult, lang: str, *, again: bool) -> str | None:
    """Why points and numbers of cases do not go together, where no other sentence of the card says so."""
    if check.status is CheckStatus.PASSED and check.points < check.max_points:
        return text(Message("report.not-in-full"), lang)
    if check.status is CheckStatus.SKIPPED and again and check.max_points:
        return text(Message("report.for-the-same-reason"), lang)
    if check.status is CheckStatus.FAILED and not check.max_points and function.points == function.max_points:
        return text(Message("report.fails-without-points"), lang)
    if _in_halves(function, check):
        return text(Message("report.half-cases"), lang)
    return None


def _in_halves(function: FunctionResult, check: CheckResult) -> bool:
    """Were there points for cases that are right with one of their two sets of numbers?"""
    cases = check.cases
    given = function.given_back or any(one.text.id == CONVENTION for one in function.diagnosis)
    if given or cases is None or check.id not in ALWAYS_TOLD or check.message.id in CREDITED:
        return False
    counts = [(one.passed, one.failed) for one in cases.outputs] or [(cases.passed, cases.failed)]
    whole = sum((Fraction(right, right + wrong) for right, wrong in counts), Fraction(0)) / len(counts)
    return check.points > whole * check.max_points


def _carried(check: CheckResult) -> Points | None:
    if check.waits and check.max_points:
        return Points(UNTOLD, decimals(check.max_points, least=0), 0.0)
    return points(check.points, check.max_points) if check.max_points else None


def _tell(sentences: tuple[str, ...], worst: Worst) -> bool:
    """Do both numbers stand in one of the sentences, as it writes them? Said once is enough."""
    both = [(number(worst.expected, spec), number(worst.actual, spec)) for spec in ("", ".3g", ".9g")]
    return any(one in sentence and other in sentence for sentence in sentences for one, other in both)


def _outcome(cases: Tally, lang: str) -> str:
    """`wrong on 6 of 12 cases`, or of each output where they differ: `dw wrong on 3 of 5; dx, db right on 5 of 5`."""
    alike: dict[tuple[int, int], list[str]] = {}
    for one in cases.outputs:
        alike.setdefault((one.failed, one.passed), []).append(output_title(one.output, lang))
    if len(alike) < 2 and cases.failed + cases.passed == 1:
        return text(Message(f"report.outcome.only-{'wrong' if cases.failed else 'right'}"), lang)
    if len(alike) < 2:
        return _how_many("cases", cases.failed, cases.passed, "", lang)
    right = [name for (failed, _), names in alike.items() for name in names if not failed]
    several = len(right) > SHOWN_OUTPUTS or sum(not failed for failed, _ in alike) > 1
    worst_first = [group for group in sorted(alike.items(), reverse=True) if group[0][0] or not several]
    told = [_how_many("outputs", *counts, _some(names), lang) for counts, names in worst_first]
    rest = [text(Message("report.outcome.rest-right", {"outputs": _some(right)}), lang)] if several else []
    return "; ".join((*told, *rest))


def _some(names: list[str]) -> str:
    most = SHOWN_OUTPUTS if sum(map(len, names[:SHOWN_OUTPUTS])) <= LONG_NAMES else 2
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def _how_many(of: str, failed: int, passed: int, outputs: str, lang: str) -> str:
    about: dict[str, Param] = {"outputs": outputs, "wrong": failed, "total": failed + passed}
    return text(Message(f"report.outcome.{of}-{'wrong' if failed else 'right'}", about), lang)


def _names(cases: tuple[str, ...], lang: str) -> tuple[str, ...]:
    names = tuple(case_title(case, lang) for case in cases[:SHOWN_CASES])
    return (*names, "…") if len(cases) > SHOWN_CASES else names


def _too_far(check: CheckResult) -> bool:
    """Is it an error that tells of the worst entry? Labels and counts have none; where they are worst, an error is that
    of another output."""
    if check.error is None or check.message.id == "checks.wrong-entry":
        return False
    return check.tolerance is None or check.error > check.tolerance


def _place(worst: Worst, lang: str, *, exact: bool) -> Place:
    """`exact`: labels and counts were compared, which are shown as integers."""
    index = f"[{', '.join(map(str, worst.index))}]" if worst.index else ""
    both = (worst.expected, worst.actual)
    whole = exact and all(isfinite(one) and one == int(one) for one in both)
    name = f"({worst.output})" if index and " " in worst.output else worst.output  # a formula, or a name
    expected, actual = (shown(int(both[0])), shown(int(both[1]))) if whole else pair(*both)
    return Place(output_title(name, lang) + index, expected, actual, aligned(expected, actual))
