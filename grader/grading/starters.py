"""Which functions are still the starter's: their text says so, whatever they return.

Two bodies are the same when their syntax trees are, docstrings and comments apart.
"""

import ast
from collections.abc import Iterator

from grader.core import Assignment, Submission


def untouched(assignment: Assignment, submission: Submission) -> frozenset[str]:
    """The functions (`Class.method`) whose last definition in the submission is that of the starter."""
    starter = {name: body for text in assignment.starter.values() for name, body in _bodies(text)}
    submitted: dict[str, set[str]] = {}
    for file in submission.files:
        for name, body in dict(_bodies(file.text)).items():
            submitted.setdefault(name, set()).add(body)
    return frozenset(name for name, bodies in submitted.items() if bodies == {starter.get(name)})


def _bodies(text: str) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, _dump(node)
        elif isinstance(node, ast.ClassDef):
            methods = (member for member in node.body if isinstance(member, ast.FunctionDef))
            yield from ((f"{node.name}.{method.name}", _dump(method)) for method in methods)


def _dump(node: ast.FunctionDef) -> str:
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return "\n".join(ast.dump(statement) for statement in (node.args, *body))
