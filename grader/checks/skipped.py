"""A check that stands in the report and is not asked: the function has nothing that it could be asked of."""

from collections.abc import Sequence
from fractions import Fraction

from grader.checks.trial import Trial
from grader.core import Check, CheckStatus, Finding, Message


def skipped(check: str, functions: Sequence[str], reason: str = "checks.no-gradient") -> Check:
    """`check` for `functions`, always skipped with the message `reason`; it carries no points."""

    def ask(trial: Trial, function: str) -> Finding:
        return Finding(CheckStatus.SKIPPED, Message(reason, {"function": function}))

    return Check(check, dict.fromkeys(functions, Fraction(0)), ask)
