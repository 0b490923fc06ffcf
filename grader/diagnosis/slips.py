"""Every function that differs from a submitted one in one small thing, as a text: what the search for the line that is
wrong tries. Nothing is run here. The kinds of small things are in `slip_kinds`.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from grader.core import Submission
from grader.diagnosis.slip_kinds import KINDS, Kind, is_docstring, places, restated, scope_of

MOST_LINES = 200  # of a function
MOST_DEPTH = 80  # of its tree: what follows goes down it by calling itself
MOST_CALLED = 4  # functions of theirs that it calls, and are looked at too
HEADS = {ast.If: "test", ast.While: "test", ast.For: "iter"}  # statement -> its expression
SIMPLE = (ast.Assign, ast.AugAssign, ast.Return, ast.Expr)


class Slip(NamedTuple):
    """The function `name` of the file `path` with `text` for its own, which differs on `line`. Kinds are numbered, the
    likelier ones first."""

    path: str
    name: str
    line: int
    kind: int
    text: str


def slips(submission: Submission, path: str, name: str, graded: Collection[str]) -> Iterator[Slip]:
    """Those of the function `name` in `path`, and of the functions that it calls and nobody grades; kind by kind."""
    text = next((file.text for file in submission.files if file.path == path), "")
    functions = list(_reached(_functions(text), name, graded))
    sources = [_Source(text, one, node) for one, node in functions if _lines(node) <= MOST_LINES and _is_flat(node)]
    seen = {(source.name, source.text) for source in sources}
    for number, kind in enumerate((*KINDS, None)):
        for source in sources:
            for line, other in source.changed(kind) if kind else source.restated():
                if (source.name, other) not in seen:
                    seen.add((source.name, other))
                    yield Slip(path, source.name, line, number, other)


def _lines(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _is_flat(node: ast.AST) -> bool:
    level = [node]
    for _ in range(MOST_DEPTH):
        level = [child for parent in level for child in ast.iter_child_nodes(parent)]
    return not level


def _functions(text: str) -> dict[str, ast.FunctionDef]:
    """Functions and methods (`Class.method`) of a file; of several with one name the last."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, ast.FunctionDef] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{one.name}": one for one in node.body if isinstance(one, ast.FunctionDef)}
    return found


def _reached(
    functions: Mapping[str, ast.FunctionDef], name: str, graded: Collection[str]
) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The function itself, then those that it calls, and those that these call."""
    waiting = [name]
    for one in waiting:
        if one in functions:
            yield one, functions[one]
            called = [other for other in _called(one, functions[one]) if other in functions and other not in graded]
            waiting += [other for other in dict.fromkeys(called) if other not in waiting]
            del waiting[MOST_CALLED + 1 :]


def _called(name: str, function: ast.FunctionDef) -> Iterator[str]:
    """The functions that are called, and the methods of the same class."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Name(id=called)):
                yield called
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=called)):
                yield f"{name.rpartition('.')[0]}.{called}"


class _Source:
    """One function: its text, which has a line of ours in front where it is indented, and its tree. Places in the text
    are counted in bytes, as those of a tree are."""

    def __init__(self, text: str, name: str, node: ast.FunctionDef) -> None:
        self.name, self._first = name, node.lineno
        lines = text.split("\n")[node.lineno - 1 : node.end_lineno]
        self.text = ("if True:\n" if node.col_offset else "") + "\n".join(lines)
        self._bytes = self.text.encode()
        starts = [0]
        for line in self._bytes.split(b"\n"):
            starts.append(starts[-1] + len(line) + 1)
        self._starts = starts[bool(node.col_offset) :]
        self._scope = scope_of(node)
        self._body = [inner for inner in ast.walk(node) if isinstance(inner, ast.stmt) and inner is not node]

    def changed(self, kind: Kind) -> Iterator[tuple[int, str]]:
        """The texts in which one expression is another of this kind, each with its line."""
        for statement in self._body:
            head = HEADS.get(type(statement), "")
            if not (head or isinstance(statement, SIMPLE)) or is_docstring(statement):
                continue
            whole = getattr(statement, head, statement)
            for place in places(statement, head):
                for other in kind(place, self._scope):
                    place.put(other)
                    written = ast.unparse(getattr(statement, head, statement))
                    place.put(place.node)
                    yield place.line, self._with(whole, f"({written})" if head else written)

    def restated(self) -> Iterator[tuple[int, str]]:
        """The texts in which one statement is another, or none."""
        for statement in self._body:
            for other in restated(statement):
                yield statement.lineno, self._with(statement, ast.unparse(other))

    def _with(self, node: ast.stmt | ast.expr, written: str) -> str:
        """The text with `written` where `node` stands."""
        start, end = self._at(node.lineno, node.col_offset), self._at(node.end_lineno or 0, node.end_col_offset or 0)
        return (self._bytes[:start] + written.encode() + self._bytes[end:]).decode()

    def _at(self, line: int, column: int) -> int:
        return self._starts[line - self._first] + column
