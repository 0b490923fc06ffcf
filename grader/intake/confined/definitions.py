"""What a module defines at its top level, read from its syntax tree."""

import ast
from collections.abc import Iterable, Iterator

from .caps import OTHER_LENGTH, OTHER_NAMES

# Name, line, kind (function, class or value), and whether it is always defined: inside an `if`, a `try` or a loop
# a name may well be defined twice.
Found = tuple[str, int, str, bool]


def definitions(tree: ast.Module, names: Iterable[str]) -> list[Found]:
    """Functions, classes and assigned names in the order of the file; of those nobody asks for, the first few."""
    asked, kept, others = frozenset(names), [], 0
    for found in _definitions(tree):
        name = found[0]
        others += name not in asked
        if name in asked or (others <= OTHER_NAMES and len(name) <= OTHER_LENGTH):
            kept.append(found)
    return kept


def _definitions(tree: ast.Module) -> Iterator[Found]:
    stack: list[tuple[ast.AST, bool]] = [(node, True) for node in reversed(tree.body)]
    while stack:
        node, always = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, "function", always
        elif isinstance(node, ast.ClassDef):
            yield node.name, node.lineno, "class", always
        elif isinstance(node, ast.ImportFrom):
            renamed = (alias.asname for alias in node.names if alias.asname and alias.asname != alias.name)
            yield from ((name, node.lineno, "value", always) for name in renamed)
        elif isinstance(node, ast.Assign):
            names = (name for target in node.targets for name in _names(target))
            yield from ((name, node.lineno, "value", always) for name in names)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from ((name, node.lineno, "value", always) for name in _names(node.target))
        else:
            stack += [(inner, False) for inner in reversed(list(_blocks(node)))]


def _names(target: ast.expr) -> Iterator[str]:
    """The names that an assignment to `target` binds."""
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def _blocks(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements of a compound statement's blocks; what stands under `if __name__ == "__main__"` does not run."""
    if not (isinstance(node, ast.If) and _asks_for_main(node.test)):
        yield from getattr(node, "body", ())
    for handler in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield from handler.body
    yield from getattr(node, "orelse", ())
    yield from getattr(node, "finalbody", ())


def _asks_for_main(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.Eq)
        and {getattr(side, "id", getattr(side, "value", None)) for side in (test.left, test.comparators[0])}
        == {"__name__", "__main__"}
    )
