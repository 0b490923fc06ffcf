"""Two things that Python 3 and NumPy once let pass: a quotient as a size, and an array of one element as a number.

A function is changed only when it has raised the very exception that tells of it; then it is compiled anew from its
submitted text, in place, and called again with its arguments as they were. What does not help is taken back, and code
that raises nothing of the kind pays nothing. This file enters the box.
"""

from __future__ import annotations

import ast
import gc
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import CodeType, FrameType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.sandbox.inside import older, rewriting
else:
    import older
    import rewriting

Place = tuple[str, int]  # a function: its file and first line
Change = tuple[str, tuple[ast.NodeTransformer, ...]]  # what is noted, and what is done to the tree
MOST_FAILURES = 3  # repairs of one function that did not help
# What an exception tells: its type and text -> the changes to try, one instead of the other.
SIZE: tuple[Change, ...] = (
    ("division", (rewriting.Division("exact"),)),
    ("division", (rewriting.Division("floor"),)),
    ("index", (rewriting.Division("exact"), rewriting.Whole())),
)
SINGLE: tuple[Change, ...] = (("single", (rewriting.Single(),)),)
NEWSHAPE: tuple[Change, ...] = (("newshape", (rewriting.Newshape(),)),)
TOLD: tuple[tuple[type[Exception], str, tuple[Change, ...]], ...] = (
    (TypeError, r"'(?:numpy\.)?float(?:\d+)?' object cannot be interpreted as an integer", SIZE),
    (TypeError, r"slice indices must be integers", SIZE),
    (TypeError, r"(?:list|tuple|string) indices must be integers or slices, not (?:numpy\.)?float", SIZE),
    (TypeError, r"expected a sequence of integers or a single integer, got", SIZE),
    (TypeError, r"can't multiply sequence by non-int of type '(?:numpy\.)?float", SIZE),
    (TypeError, r"`pad_width` must be of integral type", SIZE),
    (IndexError, r"only integers, slices \(`:`\)", SIZE),
    (IndexError, r"arrays used as indices must be of integer", SIZE),
    (TypeError, r"only 0-dimensional arrays can be converted|only (?:size|length)-1 arrays can be", SINGLE),
    (ValueError, r"setting an array element with a sequence", SINGLE),
    (TypeError, r".*got an unexpected keyword argument 'newshape'", NEWSHAPE),
)


class Repairs:
    """The functions of one submission that were compiled anew. `texts` are its files, `python2` those of Python 2."""

    def __init__(self, texts: Mapping[str, str], python2: Collection[str] = ()) -> None:
        self.texts, self.python2 = texts, python2
        self.tried: dict[Place, list[Change]] = {}
        self.failed: Counter[Place] = Counter()

    def run(self, call: Callable[[], Any], again: Callable[[], bool]) -> Any:
        """What `call` returns; where it raises what is known, once more after a repair. `again` makes everything as it
        was before, and says whether it could. Repairs that did not help are taken back."""
        told, before = dict[tuple[str, int], str](), list[tuple[FunctionType, CodeType]]()
        while True:
            try:
                value = call()
                break
            except (TypeError, ValueError, IndexError) as error:
                repaired = self._repair(error, before)
                if repaired is None or not again():
                    self._take_back(before)
                    raise
                kind, path, line = repaired
                told[path, line] = kind  # the last that was tried there is the one that helped
        for (path, line), kind in told.items():
            older.NOTES.add(kind, "", path, line)
        return value

    def _repair(self, error: Exception, before: list[tuple[FunctionType, CodeType]]) -> tuple[str, str, int] | None:
        """Change the function that raised: what was changed, and the line that raised; None where nothing is known."""
        changes = _told(error)
        frame, line = _innermost(error, self.texts)
        if frame is None or not changes:
            return None
        path = frame.f_code.co_filename
        tree = ast.parse(self.texts[path], path)
        function = _function_at(tree, line)
        if function is None or self.failed[path, function.lineno] >= MOST_FAILURES:
            return None
        tried = self.tried.setdefault((path, function.lineno), [])
        if path in self.python2:  # it divides as it should already
            changes = tuple(change for change in changes if change[0] != "division")
        change = next((change for change in changes if change not in tried), None)
        if change is None:
            return None
        tried.append(change)
        made = [other for other in tried if other is change or other not in changes]
        self._compile(tree, path, function, made, before)
        return change[0], path, line

    def _compile(
        self,
        tree: ast.Module,
        path: str,
        function: ast.FunctionDef,
        changes: Sequence[Change],
        before: list[tuple[FunctionType, CodeType]],
    ) -> None:
        first, last = function.lineno, function.end_lineno or 0
        if path in self.python2:
            rewriting.to_python2(tree)
        for _, transformers in changes:
            for transformer in transformers:
                transformer.visit(function)
        code = compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)
        before += _put(path, code, first, last)

    def _take_back(self, before: Sequence[tuple[FunctionType, CodeType]]) -> None:
        for function, code in reversed(before):
            function.__code__ = code
        for place in {(code.co_filename, code.co_firstlineno) for _, code in before} & self.tried.keys():
            self.failed[place] += 1
            del self.tried[place]


def _told(error: Exception) -> tuple[Change, ...]:
    """The changes to try for what an exception tells."""
    text = str(error.args[0]) if error.args and type(error.args[0]) is str else ""
    return next((changes for kind, known, changes in TOLD if type(error) is kind and re.match(known, text)), ())


def _innermost(error: Exception, texts: Mapping[str, str]) -> tuple[FrameType | None, int]:
    """The innermost frame of submitted code, and its line."""
    found, line, trace = None, 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in texts:
            found, line = trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
    return found, line


def _function_at(tree: ast.Module, line: int) -> ast.FunctionDef | None:
    """The function of the file, or of a class in it, that holds a line."""
    for node in tree.body:
        for inner in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(inner, ast.FunctionDef) and inner.lineno <= line <= (inner.end_lineno or 0):
                return inner
    return None


def _put(path: str, code: CodeType, first: int, last: int) -> list[tuple[FunctionType, CodeType]]:
    """Give the functions that stand in these lines their new code; returns what they had."""
    new = {(one.co_qualname, one.co_firstlineno): one for one in _codes(code)}
    before = []
    for function in [one for one in gc.get_objects() if type(one) is FunctionType]:
        old = function.__code__
        there = old.co_filename == path and first <= _last_line(old) and old.co_firstlineno <= last
        replacement = new.get((old.co_qualname, old.co_firstlineno)) if there else None
        if replacement is not None and len(replacement.co_freevars) == len(old.co_freevars):
            function.__code__ = replacement
            function.__globals__.update(rewriting.HELPERS)
            before.append((function, old))
    return before


def _last_line(code: CodeType) -> int:
    return max((line for _, _, line in code.co_lines() if line), default=code.co_firstlineno)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """All code in a piece of code."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)
