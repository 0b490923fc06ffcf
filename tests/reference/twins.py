"""Twins of a right program: the same but for what one function returns."""

from collections.abc import Mapping

from grader.core import CheckStatus, Report
from grader.grading import registry
from tests.students import graded, only, result

SPOILS: Mapping[str, str] = {
    "right": "out",
    "off by a little": "out * (1 + 1e-4)",
    "of another shape": "np.concatenate([out, out])",
    "complex": "out.astype(complex)",
    "NaN": "np.full(out.shape, np.nan)",
    "a list": "out.tolist()",
    "another one each time": "out * (1 + 1e-13 * next(times))",
}
"""What becomes of an array `out`."""

WRAPPED = """

import itertools
import numpy as np
times = itertools.count(1)


def spoilt(out):
    return SPOIL


def wrapped(function):
    def called(*args, **kwargs):
        out = function(*args, **kwargs)
        return RETURN
    return called


NAME = wrapped(NAME)
"""


def twin(slug: str, function: str, spoil: str, returns: str = "spoilt(out)", *, group: str | None = None) -> Report:
    """The report on our solution whose `function`, of this group or a group by itself, returns `returns` of what it
    should, spoilt as SPOILS has it."""
    (text,) = registry.load(slug).solution.values()
    tail = WRAPPED.replace("SPOIL", SPOILS[spoil]).replace("RETURN", returns).replace("NAME", function)
    return graded(only(slug, group or function), text + tail)


def failed(report: Report, function: str) -> set[str]:
    """The checks of the function that failed."""
    return {check.id for check in result(report, function).checks if check.status is CheckStatus.FAILED}
