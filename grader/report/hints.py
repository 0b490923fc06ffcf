"""The hints of a diagnosis in levels, and a report as its student may read it: as far as they are open.

The first level says what is off, the second where to look, the third the fact or formula. Where two mistakes are named
at once, a level has a hint for each. The line that is wrong, which a search may find of what has no name, is a fourth.
"""

from collections.abc import Mapping
from dataclasses import replace

from grader.core import CheckStatus, Diagnosis, FunctionResult, Message, Report

LEVELS = 3
Opened = Mapping[tuple[str, str], int]
"""(function, id of the diagnosis) -> how many levels are open; of what is not listed, none is."""


def levels(diagnosis: Diagnosis) -> tuple[tuple[Message, ...], ...]:
    """The hints level by level, as far as they are there: those that are not open are counted, not told."""
    step = _step(diagnosis)
    return tuple(diagnosis.hints[at : at + step] for at in range(0, len(diagnosis.hints), step))


def count(diagnosis: Diagnosis) -> int:
    """How many levels there are, open or not."""
    return -(-(len(diagnosis.hints) + diagnosis.closed) // _step(diagnosis))


def _step(diagnosis: Diagnosis) -> int:
    """Hints in one level."""
    each, rest = divmod(len(diagnosis.hints) + diagnosis.closed, LEVELS)
    return 1 if rest else max(each, 1)


def unnamed(function: FunctionResult) -> bool:
    """Whether only hidden checks fell short of a function: to name its mistake would tell what they ask."""
    failed = [check for check in function.checks if check.status is CheckStatus.FAILED]
    return bool(failed) and all(check.hidden for check in failed)


def told(report: Report, opened: Opened) -> Report:
    """`report` without the hints that are not open, and without the names of what hidden checks alone have found."""
    return replace(report, functions=tuple(_told(function, opened) for function in report.functions))


def _told(function: FunctionResult, opened: Opened) -> FunctionResult:
    if unnamed(function):
        return replace(function, diagnosis=(), counterexample=None)
    cut = (_cut(one, opened.get((function.name, one.id), 0)) for one in function.diagnosis)
    return replace(function, diagnosis=tuple(cut))


def _cut(diagnosis: Diagnosis, level: int) -> Diagnosis:
    kept = diagnosis.hints[: level * _step(diagnosis)]
    return replace(diagnosis, hints=kept, closed=diagnosis.closed + len(diagnosis.hints) - len(kept))
