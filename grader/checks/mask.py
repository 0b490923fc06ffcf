"""A random mask, judged by its statistics: how many units it keeps, and whether each is drawn by itself.

Every bound is that of six sigma, in the form that holds for shares near 0 and 1 as well: a share r of n independent
draws of probability p has 2 n KL(r || p) <= 36 but for less than 1 in 30 million cases (Chernoff), which is z^2 <= 36
where the normal distribution is near.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from grader.checks.points import Shares, carried
from grader.checks.tally import tallied
from grader.checks.trial import Trial
from grader.core import Check, CheckStatus, Finding, Message

SIGMAS = 6
PARTS = ("share", "rows", "columns", "again")  # what the numbers of the output `mask` are in ordinary cases

Mask = NDArray[np.bool_]


def mask(shares: Shares) -> Check:
    """Carries the points of the output `mask`, which is what `statistics` gives."""

    def ask(trial: Trial, function: str) -> Finding:
        outputs = [output for output in trial.outputs(function) if output.name == "mask"]
        finding = replace(tallied(trial, outputs, trial.cases("ordinary")), error=None, tolerance=None)
        if finding.status is CheckStatus.PASSED:
            return replace(finding, message=Message("checks.mask.right"))
        if finding.worst is None:
            return finding
        params = finding.message.params
        about = {name: params[name] for name in ("case", "expected", "actual")}
        return replace(finding, message=Message(f"checks.mask.{PARTS[finding.worst.index[0]]}", about))

    return Check("mask", carried(shares, "mask"), ask)


def statistics(kept: Mask, p: float, other: Mask | None = None) -> list[float]:
    """The share of units that are kept, and that of neighbouring rows' and columns' units with the same fate; with
    `other` that of the units with the same fate in two masks.

    Each is exactly what is expected where it lies within six sigma of it, so that it can be compared: the first is p or
    1 - p then, the others p^2 + (1 - p)^2.
    """
    table = kept.reshape(len(kept), -1)
    same = p * p + (1 - p) * (1 - p)
    agreements = [np.equal(*neighbours(table)), np.equal(*neighbours(table.T))]
    agreements += [] if other is None else [kept == other]
    return [settled(table, (p, 1 - p)), *(settled(agreement, (same,)) for agreement in agreements)]


def expected(kept: float, p: float, seeds: bool) -> list[float]:
    """What `statistics` gives for a right mask that keeps the share `kept`, p or 1 - p, of all units."""
    return [kept] + (3 if seeds else 2) * [p * p + (1 - p) * (1 - p)]


def neighbours(table: Mask) -> tuple[Mask, Mask]:
    """Rows 0, 2, 4, ... and the rows below them: pairs that have nothing to do with each other."""
    pairs = len(table) // 2
    return table[0 : 2 * pairs : 2], table[1 : 2 * pairs : 2]


def settled(draws: Mask, candidates: Sequence[float]) -> float:
    """The candidate that the share of true draws is within six sigma of, or that share itself."""
    share = float(draws.mean())
    return next((p for p in candidates if 2 * draws.size * divergence(share, p) <= SIGMAS**2), share)


def divergence(share: float, p: float) -> float:
    """Kullback and Leibler's KL(share || p) of two coins, for p strictly between 0 and 1."""
    return sum(a * math.log(a / b) for a, b in ((share, p), (1 - share, 1 - p)) if a > 0)
