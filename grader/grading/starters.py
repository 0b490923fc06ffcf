"""Which functions are not written yet: their text says so, whatever they return and whether or not they can be called.

A body is still the starter's where the syntax trees are the same, docstrings and comments apart: ours, or one that
courses have handed out, which is known by its fingerprint alone. It is empty where it names nothing but None and
returns only that.
"""

import ast
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from grader.checks.source import same_code, tree_of
from grader.core import Submission

PLACE = frozenset(("ctx", "kind", "type_comment"))  # fields of a tree that change nothing of what it does

Prints = Mapping[str, Collection[str]]  # function (`Class.method`) -> fingerprints


def untouched(starters: Iterable[str], known: Prints, submission: Submission) -> frozenset[str]:
    """The functions (`Class.method`) of which every definition in the submission is the starter's, or empty.

    `starters` are the texts of ours, `known` the fingerprints of bodies in public ones."""
    starter = {name: node for text in starters for name, node in _of_ours(text)}
    submitted = [(name, node) for file in submission.files for name, node in _functions(file.text)]
    written = {
        name
        for name, node in submitted
        if not (_same(node, starter.get(name)) or _empty(node) or _public(node, known.get(name, ())))
    }
    return frozenset(name for name, _ in submitted) - written


def fingerprints(text: str) -> dict[str, str]:
    """The fingerprint of every function and method in a file: what a line of the list of public starters holds."""
    return {name: fingerprint(node) for name, node in _functions(text)}


def fingerprint(node: ast.FunctionDef) -> str:
    """`STATEMENTS:SHA-256` of the arguments and the body without its docstring: how many statements it has, and a hash
    over its syntax tree, the same on every Python. Names, comments and spacing of the function itself are no part."""
    body, digest = _body(node), hashlib.sha256()
    waiting: list[object] = [body, node.args]
    while waiting:  # no recursion: a sum of thousands of terms is a tree as deep
        match waiting.pop():
            case ast.AST() as one:
                fields = [(name, value) for name, value in ast.iter_fields(one) if not _idle(name, value)]
                digest.update(f"{type(one).__name__} {' '.join(name for name, _ in fields)}\n".encode())
                waiting.extend(value for _, value in fields)
            case list() as many:
                digest.update(f"{len(many)}\n".encode())
                waiting.extend(many)
            case int() as number:  # as text it could have more digits than Python writes
                digest.update(f"{type(number).__name__} {number:x}\n".encode())
            case other:
                digest.update(f"{other!r}\n".encode())
    return f"{len(body)}:{digest.hexdigest()}"


def _idle(name: str, value: object) -> bool:
    """A field that is empty, or says nothing: newer Pythons have more of these."""
    return name in PLACE or value is None or value == []


def _public(node: ast.FunctionDef, known: Collection[str]) -> bool:
    """The statements are counted first: most of what students write is longer than any starter."""
    statements = f"{len(_body(node))}:"
    return any(one.startswith(statements) for one in known) and fingerprint(node) in known


@lru_cache(maxsize=64)
def _of_ours(text: str) -> tuple[tuple[str, ast.FunctionDef], ...]:
    """The functions of a starter of ours, which is asked for with every submission."""
    return tuple(_functions(text))


def _functions(text: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree_of(text).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            methods = (member for member in node.body if isinstance(member, ast.FunctionDef))
            yield from ((f"{node.name}.{method.name}", method) for method in methods)


def _body(node: ast.FunctionDef) -> list[ast.stmt]:
    return node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body


def _same(one: ast.FunctionDef, other: ast.FunctionDef | None) -> bool:
    return other is not None and same_code(_body(one), _body(other)) and same_code(one.args, other.args)


def _empty(node: ast.FunctionDef) -> bool:
    """Only `pass`, names for None (or for other names: `x, w = cache`), and a return of nothing else."""
    nothing: set[str] = set()
    for statement in _body(node):
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Return(value=None):
                continue
            case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
                continue
            case ast.Assign(targets=[target], value=value):
                names, values = _elements(target), _elements(value)
                if not all(isinstance(one, ast.Name) or _is_none(one) for one in (*names, *values)):
                    return False
                pairs = zip(names, values, strict=False)
                nothing |= {name.id for name, one in pairs if isinstance(name, ast.Name) and _is_none(one)}
            case ast.Return(value=ast.expr() as value):
                return all(
                    _is_none(one) or (isinstance(one, ast.Name) and one.id in nothing) for one in _elements(value)
                )
            case _:
                return False
    return True


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
