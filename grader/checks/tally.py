"""From the verdicts of many cases to one finding: every output earns passed cases / cases."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import cast

from grader.checks.closeness import Verdict
from grader.checks.trial import Trial
from grader.core import Case, CheckStatus, Finding, Message, Output, OutputTally, Tally

Asked = tuple[Case, Output, Verdict]
Credit = Callable[[Case, Output, Verdict], Fraction]


def plain(case: Case, output: Output, verdict: Verdict) -> Fraction:
    """The credit of the numbers alone."""
    return verdict.credit


def tallied(trial: Trial, outputs: Sequence[Output], cases: Sequence[Case], credit: Credit = plain) -> Finding:
    """The finding over `outputs` in `cases`: passed when all are right, else it shows the entry furthest off."""
    asked = [(case, output, trial.verdict(case, output)) for case in cases for output in outputs if case.grades(output)]
    failing = [one for one in asked if not one[2].right]
    names = _cases(failing)
    total = len(_cases(asked))
    if not failing:
        message = Message("checks.right", {"outputs": _names(asked), "total": total})
        return Finding(CheckStatus.PASSED, message, Fraction(1), *_figures(asked), cases=Tally(total, 0))
    _, _, verdict = telling = _most_telling(failing)
    return Finding(
        CheckStatus.FAILED,
        cast(Message, verdict.message),
        _mean([_earned(trial, own, credit) for own in _by_output(asked)]),
        *_figures([telling] if verdict.error is not None else asked),
        worst=verdict.worst,
        cases=_tally(asked, names),
    )


def _tally(asked: Sequence[Asked], failing: tuple[str, ...]) -> Tally:
    """How many cases are right, in all and output by output."""
    outputs = [_tally_of_output(own) for own in _by_output(asked)]
    passing = tuple(name for name in _cases(asked) if name not in failing)
    return Tally(len(passing), len(failing), failing, passing, tuple(outputs) if len(outputs) > 1 else ())


def _tally_of_output(asked: Sequence[Asked]) -> OutputTally:
    failing = _cases([one for one in asked if not one[2].right])
    return OutputTally(asked[0][1].name, len(asked) - len(failing), len(failing), failing)


def _cases(asked: Sequence[Asked]) -> tuple[str, ...]:
    """The names of the cases that were asked of, each once."""
    return tuple(dict.fromkeys(case.name for case, _, _ in asked))


def _by_output(asked: Sequence[Asked]) -> list[list[Asked]]:
    """What was asked, output by output; an output that counts in none of the cases is not among it."""
    found: dict[str, list[Asked]] = {}
    for one in asked:
        found.setdefault(one[1].name, []).append(one)
    return list(found.values())


def _earned(trial: Trial, asked: Sequence[Asked], credit: Credit) -> Fraction:
    """Passed cases / cases of one output. A case whose numbers everybody knows counts only beside a drawn one that is
    right: the answer to it can be looked up."""
    drawn = [credit(*one) for one in asked if not trial.fixed(one[0])]
    return _mean([credit(*one) for one in asked]) if any(drawn) or not drawn else Fraction(0)


def _figures(asked: Sequence[Asked]) -> tuple[float | None, float | None]:
    """The largest error among `asked` and the tolerance that holds for it."""
    measured = [(verdict.error, case.tolerance) for case, _, verdict in asked if verdict.error is not None]
    return max(measured, key=lambda one: one[0] / one[1], default=(None, None))


def _most_telling(failing: Sequence[Asked]) -> Asked:
    """What has no numbers to compare comes first, then the largest error."""
    unmeasured = [one for one in failing if one[2].error is None]
    return unmeasured[0] if unmeasured else max(failing, key=lambda one: one[2].error or 0.0)


def _mean(credits: Sequence[Fraction]) -> Fraction:
    return sum(credits, Fraction(0)) / len(credits) if credits else Fraction(0)


def _names(asked: Sequence[Asked]) -> str:
    return ", ".join(dict.fromkeys(output.name for _, output, _ in asked))
