"""What checks are made with: nothing beyond values and gradients counts where no output of the base case is right."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from grader.checks.trial import Trial
from grader.core import CheckStatus, Finding, Message

Ask = Callable[[Trial, str], Finding]


def once_base_is_right(ask: Ask) -> Ask:
    """`ask`, worth nothing until one output of `base` is right: zeros pass an all-negative ReLU, and an empty body
    has no loops. What passed for such a reason is `skipped`; what failed keeps its message."""

    def asked(trial: Trial, function: str) -> Finding:
        finding = ask(trial, function)
        if trial.base_right(function):
            return finding
        if finding.status is CheckStatus.PASSED:
            return Finding(CheckStatus.SKIPPED, Message("checks.base-first", {"case": trial.base.name}))
        return replace(finding, earned=Fraction(0))

    return asked


def said(sentence: str) -> Message:
    """What a check of an instructor's own says, in the author's words."""
    return Message("checks.said", {"text": sentence})
