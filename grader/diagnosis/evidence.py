"""What is known of one function group when a name is looked for: every case as it was played, and whether it was right.

Plain data, gathered by `grader.grading`, so that nothing here calls a student's code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from grader.core import Assignment, Case, FunctionResult, Group, Inputs, Output, Outputs, Play, Program


@dataclass(frozen=True, slots=True)
class Played:
    """One case: its inputs, what should have come, what came, and the names of the outputs that are right."""

    case: Case
    inputs: Inputs
    expected: Outputs
    play: Play
    right: frozenset[str]


Plays = tuple[Played, ...]


class Rehearse(Protocol):
    """A program of ours made of these files; its generators are seeded with `seed`, or as the submission's were."""

    def __call__(self, texts: Mapping[str, str], seed: int | None = None) -> Program: ...


def _unknown(function: str) -> frozenset[str]:
    """Of a program whose text is not known."""
    return frozenset()


def _untold(path: str, line: int) -> tuple[str, ...]:
    """The same."""
    return ()


def _unread(path: str, line: int) -> str:
    """The same."""
    return ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A group on trial, as it was asked. `plays` has the cases as the submission was asked first, the base in front;
    `turned` the same under other layouts of the arguments, with the outputs turned back, by the way that has them.
    `results` are the judge's, by function.

    `ways` are all ways to judge the group, the one that was asked in front; `accepted` are the conventions that cost
    nothing. `natural` is the group in the form that the solution has: by it a hypothesis is played, in a program of
    ours that `rehearse` makes of the solution's files. `names` are those that have a value in a submitted function,
    `arguments` those of the function around a line of a submitted file, `line` is its text.
    """

    assignment: Assignment
    group: Group
    plays: Plays
    results: Mapping[str, FunctionResult]
    rehearse: Rehearse
    natural: Group
    ways: tuple[Group, ...]
    accepted: frozenset[str] = frozenset()
    turned: tuple[tuple[Group, Plays], ...] = ()
    names: Callable[[str], frozenset[str]] = _unknown
    arguments: Callable[[str, int], tuple[str, ...]] = _untold
    line: Callable[[str, int], str] = _unread

    def outputs(self, function: str) -> tuple[Output, ...]:
        """The outputs that `function` is answerable for."""
        return tuple(output for output in self.group.outputs if output.function == function)


def wrong(plays: Plays, output: Output) -> list[Played]:
    """The cases in which `output` counts and is wrong."""
    return [one for one in plays if one.case.grades(output) and output.name not in one.right]
