"""Whether an assignment file makes sense, told to its author when it is loaded and not while a student waits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from grader.core import Assignment, Group, Message, Param, SourceFile, Submission
from grader.errors import GraderError

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
FILE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.py")


class BadAssignment(GraderError):
    """An assignment file contradicts itself; the message says where."""


def checked(file: str, assignment: Assignment) -> Assignment:
    """`assignment`, which has no fault that can be told without playing it. Raises BadAssignment.

    The form of an edition is known only once something is handed in: it is looked at then, and here for the handout
    and the solution.
    """
    if not SLUG.fullmatch(assignment.slug):
        raise _bad("name", file, slug=assignment.slug)
    if not assignment.groups or not assignment.files or not all(map(FILE.fullmatch, assignment.files)):
        raise _bad("empty", file)
    _check_groups(file, assignment.groups)
    if assignment.editions is None:
        return assignment
    whole = replace(assignment, editions=_watched(file, assignment, assignment.editions))
    for texts in (assignment.starter, assignment.solution):
        whole.groups_of(Submission(tuple(SourceFile(path, text.encode(), text) for path, text in texts.items())))
    return whole


def _watched(
    file: str, assignment: Assignment, editions: Callable[[Submission], tuple[Group, ...]]
) -> Callable[[Submission], tuple[Group, ...]]:
    """`editions`, each of whose answers is looked at once: its points add up, to those of the assignment."""
    seen: dict[int, Group] = {}

    def chosen(submission: Submission) -> tuple[Group, ...]:
        groups = editions(submission)
        if any(id(group) not in seen for group in groups):
            _check_groups(file, groups)
            total = sum(function.points for group in groups for function in group.functions)
            if total != assignment.max_score:
                raise _bad("edition", file, points=str(total), handout=str(assignment.max_score))
            seen.update({id(group): group for group in groups})
        return groups

    return chosen


def _check_groups(file: str, groups: tuple[Group, ...]) -> None:
    names = Counter([function.name for group in groups for function in group.functions])
    groups_named = Counter([group.name for group in groups])
    if twice := [name for counted in (names, groups_named) for name, count in counted.items() if count > 1]:
        raise _bad("twice", file, names=", ".join(twice))
    for group in groups:
        for way in (group, *group.otherwise):
            _add_up(file, way)
            _same_questions(file, group, way)
        for fault in _unknown(group):
            raise _bad("unknown", file, group=group.name, name=fault)


def _add_up(file: str, group: Group) -> None:
    """The points of a function's checks are its points, to the last fraction."""
    for function in group.functions:
        total = sum(check.points.get(function.name, 0) for check in group.checks)
        if total != function.points:
            raise _bad("points", file, function=function.name, checks=str(total), points=str(function.points))


def _same_questions(file: str, group: Group, way: Group) -> None:
    """Another way to play a group asks the same of the same functions, and says where it differs."""
    names = [(g.functions, [o.name for o in g.outputs], [c.name for c in g.cases], set(g.ways)) for g in (group, way)]
    if names[0] != names[1] or (way is not group and way.ways == group.ways):
        raise _bad("ways", file, group=group.name, ways=", ".join(way.ways.values()))


def _unknown(group: Group) -> Iterator[str]:
    """Names that stand for nothing: functions of outputs and checks, outputs of cases."""
    functions, outputs = {function.name for function in group.functions}, {output.name for output in group.outputs}
    yield from (output.function for output in group.outputs if output.function not in functions)
    yield from (name for check in group.checks for name in check.points if name not in functions)
    yield from (name for case in group.cases for name in case.graded or () if name not in outputs)
    if not group.cases:
        yield "cases"


def _bad(id: str, file: str, **about: Param) -> BadAssignment:
    return BadAssignment(Message(f"checks.bad-assignment.{id}", {"file": file, **about}))
