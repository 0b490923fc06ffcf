"""What a constructor takes, read from the trees of the submitted files: never from comments or strings about it."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.checks.source import is_dataclass, last_name, statements, tree_of
from grader.core import Submission

Made = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
CLASSES = re.compile(r"^class\b[^\n]*\n(?:(?!\S)[^\n]*\n?)*", re.MULTILINE)

FURTHEST = 50  # classes and functions that are read for one constructor


@dataclass(frozen=True, slots=True)
class Constructor:
    """The `names` of the arguments of a constructor; `anything`: it takes others too (`**options`, of which its strings
    spell the names), or nothing is known of it. `owners` are the classes and functions that were read to find it."""

    names: frozenset[str] = frozenset()
    anything: bool = True
    owners: tuple[Made, ...] = ()

    def takes(self, name: str) -> bool:
        return self.anything or name in self.names


def constructor_of(submission: Submission, name: str, handout: Sequence[str]) -> Constructor:
    """The constructor of the class `name`: its own, inherited, of a dataclass, of the class that it is another name
    of, or the arguments of a function that makes objects. Of several files the one called like a file of `handout` is
    asked first."""
    files = sorted(submission.files, key=lambda file: _rank(file.path.rpartition("/")[2], handout))
    reader = _Reader({found: node for file in reversed(files) for found, node in _defined(file.text)})
    return reader.made_by(name) or Constructor(owners=tuple(reader.read))


def _rank(name: str, handout: Sequence[str]) -> int:
    return handout.index(name) if name in handout else len(handout)


def _defined(text: str) -> Iterator[tuple[str, Made | str]]:
    """Classes and functions by name, and other names of them by the name that they stand for."""
    for node in statements(_top(text)):
        if isinstance(node, Made):
            yield node.name, node
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            yield from ((target.id, node.value.id) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)


def _top(text: str) -> Iterable[ast.stmt]:
    """The statements of a file; of one that does not parse the classes that do."""
    return tree_of(text).body or (node for piece in CLASSES.findall(text) for node in tree_of(piece).body)


@dataclass(slots=True)
class _Reader:
    known: Mapping[str, Made | str]
    read: list[Made] = field(default_factory=list)

    def made_by(self, name: str) -> Constructor | None:
        """The constructor of what `name` stands for, None where no text says it."""
        node: Made | str | None = name
        for _ in self.known:  # names may stand for each other in a ring
            node = self.known.get(node) if isinstance(node, str) else node
        if node is None or isinstance(node, str) or node in self.read or len(self.read) == FURTHEST:
            return None
        self.read.append(node)
        return self._of_class(node) if isinstance(node, ast.ClassDef) else self._of_function(node, ())

    def _of_class(self, owner: ast.ClassDef) -> Constructor | None:
        bases = [base for expression in owner.bases if (base := last_name(expression))]
        body = list(statements(owner.body))
        for node in reversed(body):
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                return self._of_function(node, bases)
        if is_dataclass(owner):
            inherited = [made.names for base in bases if (made := self.made_by(base))]
            return Constructor(frozenset(_fields(body)).union(*inherited), anything=False, owners=tuple(self.read))
        return next(filter(None, map(self.made_by, bases)), None)

    def _of_function(self, function: ast.FunctionDef | ast.AsyncFunctionDef, bases: Iterable[str]) -> Constructor:
        """Of one that takes anything: what is taken by whatever it hands that on to, else what its strings spell."""
        given = function.args
        names = frozenset(argument.arg for argument in (*given.args, *given.kwonlyargs)) - {"self"}
        further = [made for name in _handed_on(function, bases) if (made := self.made_by(name))] if given.kwarg else []
        if given.kwarg and not further:
            names |= frozenset(_strings(function))
        anything = all(made.anything for made in further) if further else given.kwarg is not None
        return Constructor(names.union(*(made.names for made in further)), anything, tuple(self.read))


def _fields(body: Iterable[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _strings(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _handed_on(function: ast.AST, bases: Iterable[str]) -> Iterator[str]:
    """The names of what a function calls with `**`; of `super().__init__` the bases."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and any(keyword.arg is None for keyword in node.keywords):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
                yield from bases
            elif name := last_name(node.func):
                yield name
