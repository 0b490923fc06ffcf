"""The syntax trees of submitted texts: read, never run."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from grader.core import Submission

CACHED_CHARACTERS = 100_000  # a tree takes about a hundred times its text; larger texts are parsed anew


def tree_of(text: str) -> ast.Module:
    """The tree of a file, empty where it does not parse (the box converts what it can; this side only reads)."""
    return _cached(text) if len(text) <= CACHED_CHARACTERS else _parsed(text)


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


_cached = lru_cache(maxsize=8)(_parsed)


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module or class, also those inside its `if`, `try` and `with`; not inside what it defines."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            yield from statements([*node.body, *getattr(node, "orelse", ())])


def names_in(submission: Submission, function: str) -> frozenset[str]:
    """The names that `function` (or `Class.method`) gives a value, its arguments among them, and those that the modules
    of the submission define."""
    name = function.rpartition(".")[2]
    found: set[str] = set()
    for tree in (tree_of(file.text) for file in submission.files):
        found.update(given for statement in statements(tree.body) for given in _given(statement))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == name:
                found.update(given for inner in ast.walk(node) for given in _given(inner))
    return frozenset(found)


def arguments_at(submission: Submission, path: str, line: int) -> tuple[str, ...]:
    """The arguments of the innermost function around a line of a file; none where there is no such function."""
    trees = (tree_of(file.text) for file in submission.files if file.path == path)
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    around = [node for node in nodes if node.lineno <= line <= (node.end_lineno or node.lineno)]
    innermost = max(around, key=lambda node: node.lineno, default=None)
    if innermost is None:
        return ()
    given = innermost.args
    return tuple(argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs))


def line_of(submission: Submission, path: str, line: int) -> str:
    """A line of a file, counted from 1; empty where there is none."""
    text = next((file.text for file in submission.files if file.path == path), "")
    return next(iter(text.splitlines()[line - 1 : line] if line > 0 else ()), "")


def _given(node: ast.AST) -> Iterator[str]:
    """The names that a node gives a value by itself."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (alias.asname or alias.name for alias in names)


def last_name(node: ast.expr) -> str | None:
    """`Net` of `Net`, of `layers.Net` and of `Net(...)`."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def is_dataclass(owner: ast.ClassDef) -> bool:
    return any(last_name(decorator) == "dataclass" for decorator in owner.decorator_list)


def same_code(one: object, other: object) -> bool:
    """Whether two pieces of a tree are the same code, wherever they stand. Ends at the first difference."""
    if isinstance(one, ast.AST) and type(one) is type(other):
        return all(same_code(getattr(one, name, None), getattr(other, name, None)) for name in one._fields)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_code, one, other))
    return type(one) is type(other) and one == other
