"""A mistake -> the text of a program that makes it: edits of the solution, each at the one place where it fits."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from grader.core import Message, Mistake


class Unfit(Exception):
    """A subject that cannot be made; the message tells an author why. `claim` is the one that it breaks."""

    def __init__(self, claim: str, message: Message) -> None:
        super().__init__(message.id)
        self.claim, self.message = claim, message


class Place(NamedTuple):
    """Characters `start` to `end` of a file."""

    file: str
    start: int
    end: int


class Draft(NamedTuple):
    """Files, name -> text, and where each function, method (`Class.method`) and class stands in them."""

    texts: Mapping[str, str]
    places: Mapping[str, Place]

    def edited(self, mistake: Mistake) -> "Draft":
        """With the edits of `mistake`. Raises Unfit where a function is not there, or an edit does not stand exactly
        once within the functions that it names."""
        spans = [self._function(name) for name in mistake.where or (mistake.function,)]
        found = sorted((_only(self.texts, spans, old), new) for old, new in mistake.edits)
        for (one, _), (other, _) in pairwise(found):
            if one.file == other.file and other.start < one.end:
                raise _unfit("overlap", text=self.texts[other.file][other.start : other.end])
        texts = dict(self.texts)
        for place, new in reversed(found):
            text = texts[place.file]
            texts[place.file] = text[: place.start] + new + text[place.end :]
        if texts == self.texts:
            raise _unfit("nothing", text=mistake.id)
        return Draft(texts, {name: _moved(place, found) for name, place in self.places.items()})

    def _function(self, name: str) -> Place:
        if name not in self.places:
            raise _unfit("function", function=name)
        return self.places[name]


def _moved(place: Place, edits: Iterable[tuple[Place, str]]) -> Place:
    """Where `place` is after the edits."""
    grown = [(at.end, len(new) - (at.end - at.start)) for at, new in edits if at.file == place.file]
    start, end = (edge + sum(more for after, more in grown if after <= edge) for edge in (place.start, place.end))
    return Place(place.file, start, end)


def edited(solution: Mapping[str, str], mistake: Mistake) -> dict[str, str]:
    """The files of `solution` with the edits of `mistake`. Raises Unfit where these do not fit."""
    return dict(draft(solution).edited(mistake).texts)


def draft(solution: Mapping[str, str]) -> Draft:
    """The files as they are."""
    return _draft(tuple(solution.items()))


@lru_cache(maxsize=64)
def _draft(files: tuple[tuple[str, str], ...]) -> Draft:
    """Of several functions with one name, the last."""
    return Draft(dict(files), {name: place for file, text in files for name, place in definitions(file, text)})


def definitions(file: str, text: str) -> Iterator[tuple[str, Place]]:
    """The functions, classes and methods of a file by name, with their decorators."""
    starts = _line_starts(text)
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name, _place(file, node, starts)
        if isinstance(node, ast.ClassDef):
            methods = (member for member in node.body if isinstance(member, ast.FunctionDef))
            yield from ((f"{node.name}.{method.name}", _place(file, method, starts)) for method in methods)


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _place(file: str, node: ast.FunctionDef | ast.ClassDef, starts: list[int]) -> Place:
    """Whole lines, so that an edit may name the indentation."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return Place(file, starts[first - 1], starts[node.end_lineno or node.lineno])


def _only(solution: Mapping[str, str], spans: list[Place], old: str) -> Place:
    """The one place of `old` within `spans`."""
    found = {place for span in spans for place in _all(solution[span.file], span, old)}
    if len(found) != 1:
        raise _unfit("edit", text=old, times=len(found))
    return found.pop()


def _all(text: str, span: Place, old: str) -> Iterator[Place]:
    at = text.find(old, span.start, span.end) if old else -1
    while at >= 0:
        yield Place(span.file, at, at + len(old))
        at = text.find(old, at + 1, span.end)


def _unfit(what: str, **about: str | int) -> Unfit:
    return Unfit("edits-fit", Message(f"verify.edits.{what}", dict(about)))
