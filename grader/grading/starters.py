"""Which functions are still the starter's: their text says so, whatever they return.

Two bodies are the same when their syntax trees are, docstrings and comments apart. A body that does nothing (`pass`,
`return None`, `raise NotImplementedError`) is as good as the starter's: it may stand where it is never called.
"""

import ast
from collections.abc import Iterator

from grader.checks.source import same_code, tree_of
from grader.core import Assignment, Submission

Code = tuple[ast.arguments, list[ast.stmt]]


def untouched(assignment: Assignment, submission: Submission) -> frozenset[str]:
    """The functions (`Class.method`) of which every definition in the submission is that of the starter, or empty."""
    starter = {name: code for text in assignment.starter.values() for name, code in _functions(text)}
    submitted = [(name, code) for file in submission.files for name, code in _functions(file.text) if name in starter]
    changed = {name for name, code in submitted if not (_same(code, starter[name]) or _empty(code[1]))}
    return frozenset(name for name, _ in submitted) - changed


def _functions(text: str) -> Iterator[tuple[str, Code]]:
    for node in tree_of(text).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, _code(node)
        elif isinstance(node, ast.ClassDef):
            methods = (member for member in node.body if isinstance(member, ast.FunctionDef))
            yield from ((f"{node.name}.{method.name}", _code(method)) for method in methods)


def _code(node: ast.FunctionDef) -> Code:
    documented = ast.get_docstring(node, clean=False) is not None
    return node.args, node.body[1:] if documented else node.body


def _same(one: Code, other: Code) -> bool:
    return same_code(one[1], other[1]) and same_code(one[0], other[0])


def _empty(body: list[ast.stmt]) -> bool:
    """Is there nothing but `pass`, `...`, `return`, `return None` and `raise NotImplementedError`?"""
    return all(isinstance(one, ast.Pass) or _says_nothing(one) for one in body)


def _says_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Return):
        return statement.value is None or (isinstance(statement.value, ast.Constant) and statement.value.value is None)
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return False
