"""The programs that are graded to certify an assignment, and what each deserves."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

from grader.core import Assignment, Group, Message, Mistake, Profile, SourceFile, Submission
from grader.diagnosis.edits import Unfit, edited
from grader.intake import Rejected, parse, read
from grader.verify.audit import Lane
from grader.verify.expected import Expectation, expectation
from grader.verify.reach import reached

Ways = tuple[tuple[str, str], ...]  # axis and option, sorted
Kind = Literal["solution", "starter", "sample", "mistake", "accepted", "held-out", "pair"]
REHEARSED: tuple[Kind, ...] = ("held-out", "pair")  # no box has these
DEFAULT = Profile()
SOLUTION = "solution"


@dataclass(frozen=True, slots=True)
class Order:
    """What to make and on which seeds to try it: plain data. `name` is that of a sample, `number` that of a mistake;
    of a pair `other` is that of the second.
    Of an `accepted` program, `handout` is the convention on some axes that the course hands out. The first `records`
    gradings are kept for the audit, in this `lane` of it. No claim asks for examples and pictures, so
    that wrong programs are `shown` in long runs only."""

    slug: str
    kind: Kind
    name: str
    seeds: tuple[str, ...]
    number: int = -1
    other: int = -1
    handout: Ways = ()
    lane: Lane = "first"
    records: int = 0
    shown: bool = True

    @property
    def program(self) -> str:
        """What a failing claim calls it."""
        about = [option for _, option in self.handout] + [self.lane] * (self.lane != "first")
        return f"{self.name} ({', '.join(about)})" if about else self.name


@dataclass(frozen=True, slots=True)
class Subject:
    """A program and what it deserves: the functions `passes` have full marks, `fails` are not passed.

    `assignment` is limited to the groups that are graded. `refused` says why intake turned the files away. `named` are
    the diagnoses that functions get, where they are declared.
    """

    kind: Kind
    name: str
    assignment: Assignment
    submission: Submission
    passes: frozenset[str] = frozenset()
    fails: frozenset[str] = frozenset()
    refused: Message | None = None
    expected: Expectation | None = None
    mistake: Mistake | None = None
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    profile: Profile = DEFAULT


def subject(order: Order, assignment: Assignment, samples: Sequence[Path]) -> Subject:
    """The program that `order` asks for; `samples` are the folders that hold those of the assignment. Raises Unfit."""
    if order.kind == "starter":
        submission = _parsed(assignment, assignment.starter, "starter")
        return Subject("starter", "starter", assignment, submission)
    if order.number >= 0:
        made = with_mistake(assignment, assignment.mistakes[order.number])
    elif order.name == SOLUTION:
        made = solution(assignment)
    else:
        made = sample(assignment, next(path for path in sample_paths(samples) if path.name == order.name))
    return accepted(made, order.handout) if order.kind == "accepted" else made


def solution(assignment: Assignment) -> Subject:
    """The assignment's own right program: every function passes."""
    submission = _parsed(assignment, assignment.solution, "solution")
    everything = frozenset(_functions(assignment.groups_of(submission)))
    return Subject("solution", SOLUTION, assignment, submission, passes=everything)


def sample_paths(folders: Sequence[Path]) -> Iterator[Path]:
    """The samples in these folders, by name."""
    for folder in folders:
        if folder.is_dir():
            there = [path for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()]
            yield from sorted(path for path in there if not path.name.startswith(("_", ".")))


def sample(assignment: Assignment, path: Path) -> Subject:
    """A file or folder of the samples, as its first lines declare it. Raises Unfit where they do not."""
    expected = expectation(path)
    statuses = expected.statuses
    passes = frozenset(name for name, status in statuses.items() if status == "passed")
    named = {name: ids for name, ids in expected.named.items() if ids}
    made = Subject(
        "sample",
        path.name,
        assignment,
        Submission(()),
        passes,
        frozenset(name for name, status in statuses.items() if status in ("failed", "raised", "limit")),
        expected=expected,
        named=named,
    )
    try:
        return replace(made, submission=read([path], [function.name for function in assignment.functions]))
    except Rejected as refusal:
        return replace(made, submission=Submission(tuple(refusal.files)), refused=refusal.message)


def with_mistake(assignment: Assignment, mistake: Mistake) -> Subject:
    """The solution with a mistake: its function falls short, and nobody else but those it is known to spoil. Graded are
    the groups that the edited text can reach. Raises Unfit where the edits do not fit."""
    texts = edited(assignment.solution, mistake)
    right = _parsed(assignment, assignment.solution, "solution")
    groups = assignment.groups_of(right)
    touched = reached(assignment.solution, mistake.where or (mistake.function,))
    names = {mistake.function, *mistake.spoils}
    graded = tuple(group for group in groups if _of(group, touched, names))
    return Subject(
        "mistake",
        f"{mistake.id} in {mistake.function}",
        replace(assignment, groups=graded, editions=None),
        _changed(assignment, right, texts),
        passes=frozenset(set(_functions(graded)) - names),
        fails=frozenset({mistake.function}),
        mistake=mistake,
        named={mistake.function: (mistake.id,)} if axis_of(graded, mistake.id) else {},
    )


def _of(group: Group, touched: set[str], names: set[str]) -> bool:
    return any(f.name in names or f.name.partition(".")[0] in touched for f in group.functions)


def _functions(groups: Sequence[Group]) -> Iterator[str]:
    return (function.name for group in groups for function in group.functions)


def accepted(one: Subject, handout: Ways) -> Subject:
    """The same program in a course that hands out other conventions, and accepts those that the program follows.
    Graded are the groups that are about these; where the program is named for a convention, those of its functions."""
    groups = one.assignment.groups_of(one.submission)
    own = dict(found for ids in one.named.values() for option in options(ids) if (found := _own(groups, option)))
    named = one.named.keys()
    graded = tuple(group for group in groups if group.otherwise and (not named or set(_functions([group])) & named))
    accepts: dict[str, tuple[str, ...]] = {axis: (group.ways[axis],) for group in graded for axis in group.ways}
    accepts |= {axis: (*accepts[axis], option) for axis, option in own.items()}
    accepts |= {axis: (option, own.get(axis, accepts[axis][0])) for axis, option in handout if axis in accepts}
    passes = frozenset(_functions(graded))
    return replace(
        one,
        kind="accepted",
        assignment=replace(one.assignment, groups=graded, editions=None),
        passes=passes if one.mistake else passes & (one.passes | named),
        fails=frozenset(),
        expected=None,
        named={},
        profile=Profile("accepting", accepts),
    )


def options(ids: Sequence[str]) -> list[str]:
    """The conventions of diagnoses, of which one may join several."""
    return [option for id in ids for option in id.split("+")]


def _own(groups: Sequence[Group], option: str) -> tuple[str, str] | None:
    """The axis and option of a convention."""
    axis = axis_of(groups, option)
    return (axis, option) if axis else None


def axis_of(groups: Sequence[Group], option: str) -> str | None:
    """The axis on which some group may go another way by `option`."""
    for group in groups:
        for other in group.otherwise:
            for axis, way in other.ways.items():
                if way == option and group.ways.get(axis) != option:
                    return axis
    return None


def _parsed(assignment: Assignment, texts: Mapping[str, str], what: str) -> Submission:
    """Texts of ours as a submission. Raises Unfit where intake turns them away."""
    try:
        return _parsed_once(tuple(texts.items()), tuple(function.name for function in assignment.functions))
    except Rejected as refusal:
        about = {"program": what, "reason": refusal.message.id}
        raise Unfit(f"{what}-is-read", Message("verify.not-read", about)) from None


@cache
def _parsed_once(texts: tuple[tuple[str, str], ...], names: tuple[str, ...]) -> Submission:
    """Parsing takes a process of its own, and every mistake starts from the same solution."""
    return parse([(name, text.encode()) for name, text in texts], names)


def _changed(assignment: Assignment, right: Submission, texts: Mapping[str, str]) -> Submission:
    """The solution with other texts. It defines the same names, so that it need not be parsed by a process of its own;
    but what is no Python 3 any more has to be."""
    try:
        for text in texts.values():
            ast.parse(text)
    except SyntaxError:
        return _parsed(assignment, texts, "mistake")
    return replace(right, files=tuple(SourceFile(name, text.encode(), text) for name, text in texts.items()))
