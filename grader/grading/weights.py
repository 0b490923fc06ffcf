"""What a course makes of an assignment: a unit's weight in a bundle, points for what a program learns and for other
checks, another tolerance.

Each gives the same groups with other points or cases, made once a process for each revision: what is known of a group
by its identity (how long its reference takes) stays known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial, reduce
from types import MappingProxyType

from grader.core import EXACT, Assignment, Case, Check, Group, Submission

LEARNING = "learning"

_made: dict[tuple[str, str, str], Assignment] = {}


def weighted(assignment: Assignment, weight: Fraction) -> Assignment:
    """The same with every point times `weight`."""
    if weight == 1:
        return assignment
    return _once(assignment, f"times {weight}", partial(_scaled, weight=weight))


def as_asked(
    assignment: Assignment,
    *,
    learning: int = 0,
    shares: Mapping[str, float] = MappingProxyType({}),
    tolerance: float | None = None,
) -> Assignment:
    """The assignment as a course asks for it.

    `learning` percent of a function's points are on its `learning` check, and that much less on the others; of a
    function that has none, or whose author gave it points, nothing changes. `shares` are percentages of a function's
    points by check: the others share the rest as they shared all of it. What a function is worth stays the same, and a
    check that it does not have changes nothing. `tolerance` is that of results in double precision; a case that has a
    wider one of its own keeps it.
    """
    changes: list[Callable[[Group], Group]] = []
    if learning:
        changes.append(partial(_learning, share=Fraction(learning, 100)))
    if shares:
        exact = {id: Fraction(str(percent)) / 100 for id, percent in shares.items()}
        changes.append(partial(_shared, shares=exact))
    if tolerance is not None:
        changes.append(partial(_tolerant, tolerance=tolerance, known={}))
    if not changes:
        return assignment
    return _each(
        assignment,
        f"{learning} {sorted(shares.items())} {tolerance}",
        lambda group: reduce(lambda changed, change: change(changed), changes, group),
    )


def _each(assignment: Assignment, change: str, of_group: Callable[[Group], Group]) -> Assignment:
    """The change made to every group, also to those of a bundle's units."""
    if assignment.units:
        units = tuple(_each(unit, change, of_group) for unit in assignment.units)
        return replace(assignment, units=units, groups=tuple(group for unit in units for group in unit.groups))
    return _once(assignment, change, of_group)


def _once(assignment: Assignment, change: str, of_group: Callable[[Group], Group]) -> Assignment:
    key = assignment.slug, assignment.revision, f"{assignment.max_score} {change}"
    if key not in _made:
        _made[key] = _changed(assignment, of_group)
    return _made[key]


def _changed(assignment: Assignment, of_group: Callable[[Group], Group]) -> Assignment:
    """The assignment with each of its groups changed, those of its editions and its other ways as well."""
    known: dict[int, tuple[Group, Group]] = {}

    def changed(group: Group) -> Group:
        if id(group) not in known:
            known[id(group)] = group, replace(of_group(group), otherwise=tuple(map(changed, group.otherwise)))
        return known[id(group)][1]

    editions = assignment.editions

    def chosen(submission: Submission) -> tuple[Group, ...]:
        return tuple(map(changed, editions(submission) if editions else assignment.groups))

    return replace(assignment, groups=tuple(map(changed, assignment.groups)), editions=chosen)


def _scaled(group: Group, *, weight: Fraction) -> Group:
    return replace(
        group,
        functions=tuple(replace(function, points=function.points * weight) for function in group.functions),
        checks=tuple(
            replace(check, points={name: points * weight for name, points in check.points.items()})
            for check in group.checks
        ),
    )


def _learning(group: Group, *, share: Fraction) -> Group:
    total = {function.name: function.points for function in group.functions}
    counts = {
        name for check in group.checks if check.id == LEARNING for name, points in check.points.items() if not points
    }

    def moved(check: Check) -> Check:
        points = dict(check.points)
        for name in counts & points.keys():
            points[name] = total[name] * share if check.id == LEARNING else points[name] * (1 - share)
        return replace(check, points=points)

    return replace(group, checks=tuple(map(moved, group.checks)))


def _shared(group: Group, *, shares: Mapping[str, Fraction]) -> Group:
    total = {function.name: function.points for function in group.functions}
    named: dict[str, Fraction] = {}
    rest: dict[str, Fraction] = {}
    for check in group.checks:
        for name, points in check.points.items():
            if check.id in shares:
                named[name] = named.get(name, Fraction(0)) + shares[check.id]
            else:
                rest[name] = rest.get(name, Fraction(0)) + points

    def share(id: str, name: str, own: Fraction) -> Fraction:
        others = rest.get(name, Fraction(0))
        if name not in named or (not named[name] and not others):
            return own
        if id in shares:
            return total[name] * shares[id] / (1 if others else named[name])
        return own * (1 - named[name]) * total[name] / others if others else own

    def moved(check: Check) -> Check:
        return replace(check, points={name: share(check.id, name, own) for name, own in check.points.items()})

    return replace(group, checks=tuple(map(moved, group.checks)))


def _tolerant(group: Group, *, tolerance: float, known: dict[int, tuple[Case, Case]]) -> Group:
    """`known` holds each case with what became of it: groups that share one go on sharing its inputs."""

    def widened(case: Case) -> Case:
        if id(case) not in known:
            other = tolerance if case.tolerance == EXACT else max(case.tolerance, tolerance)
            known[id(case)] = case, replace(case, tolerance=other)
        return known[id(case)][1]

    return replace(group, cases=tuple(map(widened, group.cases)), shown=tuple(map(widened, group.shown)))
