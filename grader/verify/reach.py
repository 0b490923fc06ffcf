"""Which functions an edit can reach: those that are edited, and whatever mentions them, by name and all the way up.

Only their groups are graded with a mistake: the others run the very text that the solution is graded with.
"""

import ast
from collections.abc import Collection, Iterator, Mapping


def reached(solution: Mapping[str, str], edited: Collection[str]) -> set[str]:
    """The top-level names of `solution` that are edited (`Class.method` counts as the class) or mention one that is."""
    mentions = dict(_mentions(solution))
    found = {name.partition(".")[0] for name in edited}
    names = found | {name.rpartition(".")[2] for name in edited}
    while fresh := {name for name, said in mentions.items() if said & names} - found:
        found |= fresh
        names |= fresh
    return found


def _mentions(solution: Mapping[str, str]) -> Iterator[tuple[str, set[str]]]:
    """Every top-level definition or assigned name, and the names and attributes that stand in it."""
    for text in solution.values():
        for node in ast.parse(text).body:
            said = set(_names(node))
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield node.name, said
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                yield from ((name, said) for name in said)


def _names(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
