"""Our solutions as programs, right or with one of their listed mistakes, called in a box."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from grader.core import Limits, Program, Value
from grader.diagnosis.edits import edited
from grader.grading import registry
from tests.students import handed_in, sandbox


def said(slug: str, id: str, function: str, *args: Value) -> Any:
    """What `function` returns in the program that makes the mistake `id`."""
    assignment = registry.load(slug)
    mistake = next(m for m in assignment.mistakes if (m.id, m.function) == (id, function))
    with _opened(edited(assignment.solution, mistake), [function]) as program:
        return program.call(function, *args).value


def solved(slug: str, function: str, *args: Value) -> Any:
    """What `function` returns in our solution."""
    with solution(slug, function) as program:
        return program.call(function, *args).value


@contextmanager
def solution(slug: str, *names: str) -> Iterator[Program]:
    """Our solution, to be called as often as one likes."""
    with _opened(registry.load(slug).solution, names) as program:
        yield program


@contextmanager
def _opened(files: Mapping[str, str], names: Any) -> Iterator[Program]:
    ((path, text),) = files.items()
    with sandbox().open(handed_in(text, path), names, Limits()) as program:
        yield program
