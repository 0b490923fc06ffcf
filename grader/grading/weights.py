"""What a course makes of an assignment's points: a unit's weight in a bundle, and points for what a program learns.

Both give the same groups with other points, made once a process for each revision: what is known of a group by its
identity (how long its reference takes) stays known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

from grader.core import Assignment, Check, Group, Submission

LEARNING = "learning"

_made: dict[tuple[str, str, str], Assignment] = {}


def weighted(assignment: Assignment, weight: Fraction) -> Assignment:
    """The same with every point times `weight`."""
    if weight == 1:
        return assignment
    return _once(assignment, f"times {weight}", partial(_scaled, weight=weight))


def learning_counts(assignment: Assignment, percent: int) -> Assignment:
    """The same with `percent` of a function's points on its `learning` check, and that much less on the others.

    Of a function that has none, or whose author gave it points, nothing changes.
    """
    if percent == 0:
        return assignment
    if assignment.units:
        units = tuple(learning_counts(unit, percent) for unit in assignment.units)
        return replace(assignment, units=units, groups=tuple(group for unit in units for group in unit.groups))
    return _once(assignment, f"learning {percent}", partial(_learning, share=Fraction(percent, 100)))


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
