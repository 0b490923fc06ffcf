"""Two mistakes at once, where no known one explains: which pairs are worth playing, told by what each does alone.

All are played alone in one case, the first in which something is wrong. What two programs do to one output mostly adds
up (a term too many, a term missing) or multiplies (two factors); an output that one of them alone touches is as that
one leaves it. Pairs that fit so in all outputs are played; then, as far as the budget goes, pairs that touch all that
is wrong and fit in some of it. The budget counts plays, so that a report is the same on a busy machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from grader.core import Assignment, Mistake, Output, Value
from grader.diagnosis.evidence import Evidence, Played, Plays, wrong
from grader.diagnosis.explaining import Search
from grader.diagnosis.footprints import footprint
from grader.diagnosis.hypotheses import Hypothesis, composed
from grader.diagnosis.likeness import LIKE, alike, as_numbers, near

MOST = 28  # pairs that are played for one question
CLOSE = 1e-6  # of sums along a random direction

Table = NDArray[np.bool_]  # partner x partner
Numbers = NDArray[np.float64]


def pairs(search: Search, known: Sequence[Hypothesis], outputs: Sequence[Output]) -> Iterator[list[Hypothesis]]:
    """The pairs of `known` that may explain `outputs`: those that fit in all of them, then the others."""
    values = ((plays, one) for _, plays in search.layouts for one in plays if _has_wrong_value(plays, one, outputs))
    plays, probe = next(values, (None, None))
    if plays is None or probe is None:
        return
    evidence = search.evidence
    asked = [output for output in outputs if probe.case.grades(output)]
    names = {output.name for output in asked}
    left = MOST
    for convention in conventions(evidence):
        alone = [one for one in known if len(one.mistakes) == 1 and one.convention == (convention and convention.id)]
        if probe is plays[0]:
            alone = [one for one in alone if footprint(evidence, one, evidence.group).within(probe, names)]
        for tier in _tiers(alone, _tables(search, alone, probe, asked) if alone else ()):
            made = list(islice(_composed(evidence.assignment, alone, tier, convention), left))
            left -= len(made)
            yield made


def conventions(evidence: Evidence) -> list[Mistake | None]:
    """What a course's own numbers follow, where that is not what the solution does; then the solution as it is."""
    own = set(evidence.group.ways.values()) - set(evidence.natural.ways.values())
    functions = [function.name for function in evidence.group.functions]
    found = [one for one in evidence.assignment.mistakes if one.id in own and one.function in functions]
    return [*found, None]


def _has_wrong_value(plays: Plays, one: Played, outputs: Sequence[Output]) -> bool:
    return any(output.name in one.play.outputs and one in wrong(plays, output) for output in outputs)


@dataclass(frozen=True, slots=True)
class Fit:
    """Of one output, for every two partners: do they fit in it, does one of them touch it?"""

    fits: Table
    touched: Table


def _tiers(alone: Sequence[Hypothesis], tables: Sequence[Fit]) -> Iterator[list[tuple[int, int]]]:
    """The pairs that fit everywhere, and those that at least touch where they do not fit; of these, those that fit more
    often first; then those met more often."""
    if not tables or len(alone) < 2:
        return
    upper = np.triu(np.ones((len(alone), len(alone)), bool), 1)
    often = np.sum([table.fits for table in tables], axis=0)
    whole = upper & (often == len(tables))
    partly = upper & ~whole & reduce(np.logical_and, [table.fits | table.touched for table in tables])
    seen = np.array([one.seen for one in alone])
    rank = often + np.minimum.outer(seen, seen) / (1 + 2 * seen.max(initial=0.0))
    for tier in (whole, partly):
        found = [(int(i), int(j)) for i, j in zip(*np.nonzero(tier), strict=True)]
        yield sorted(found, key=lambda pair: -rank[pair])


def _composed(
    assignment: Assignment,
    alone: Sequence[Hypothesis],
    tier: Sequence[tuple[int, int]],
    convention: Mistake | None,
) -> Iterator[Hypothesis]:
    """The programs with both mistakes, where the edits go together."""
    for one, other in tier:
        both = (*alone[one].mistakes, *alone[other].mistakes)
        made = composed(assignment, both, convention) or composed(assignment, both[::-1], convention)
        if made is not None and (both[0].id, both[0].function) != (both[1].id, both[1].function):
            yield Hypothesis(both, made.texts, made.convention)


def _tables(search: Search, alone: Sequence[Hypothesis], probe: Played, outputs: Sequence[Output]) -> list[Fit]:
    plays = [search.rehearsed(one).play(probe) for one in alone]
    return [
        _fit(
            probe,
            output,
            np.array([play is not None and alike(probe, output, play) for play in plays]),
            [None if play is None else play.outputs.get(output.name) for play in plays],
        )
        for output in outputs
    ]


def _fit(probe: Played, output: Output, like: Table, values: Sequence[Value]) -> Fit:
    """`like` are the partners that alone give what came, `values` what they give."""
    right = as_numbers(probe.expected[output.name])
    touched = np.array([not _same(as_numbers(value), right) for value in values])
    both = touched[:, None] & touched
    alone = np.where(touched[:, None], like[:, None], np.where(touched, like, output.name in probe.right))
    either = like[:, None] | like | _adds_up(probe, output, right, values)
    return Fit(np.where(both, either, alone), touched[:, None] | touched)


def _same(ours: Numbers | None, right: Numbers | None) -> bool:
    return ours is not None and right is not None and near(ours, right, None, LIKE)


def _adds_up(probe: Played, output: Output, right: Numbers | None, values: Sequence[Value]) -> Table:
    """Is what both change together what came, as a sum or as a product?"""
    came = as_numbers(probe.play.outputs.get(output.name))
    nothing = np.zeros((len(values), len(values)), bool)
    if came is None or right is None or came.shape != right.shape or not np.isfinite(came).all():
        return nothing
    direction = np.random.RandomState(0).standard_normal(came.size)
    partners = [as_numbers(value) for value in values]
    for scale in (lambda array: array, _logarithm):
        came_there, right_there = (float(direction @ scale(array).ravel()) for array in (came, right))
        there = np.array(
            [
                float(direction @ scale(ours).ravel()) if ours is not None and ours.shape == came.shape else np.nan
                for ours in partners
            ]
        )
        size = np.abs(there[:, None]) + np.abs(there) + abs(came_there) + abs(right_there)
        nothing |= np.abs(there[:, None] + there - came_there - right_there) <= CLOSE * size
    return nothing


def _logarithm(array: Numbers) -> Numbers:
    """Of the sizes, 0 for 0: what factors leave at 0 is 0 in all of them."""
    size = np.abs(array)
    return np.log(np.where(size > 0, size, 1.0))
