"""What enters the box with every submission holds nothing that is graded, and works on its own."""

import ast

import pytest

from grader.grading import registry
from grader.sandbox.tiers import supplied

TEXTS = supplied(frozenset())


def defined(text: str) -> set[str]:
    """Every name that a text defines, anywhere."""
    nodes = list(ast.walk(ast.parse(text)))
    named = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return named | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_supplied_module_says_what_it_is_and_defines_nothing_graded(name: str) -> None:
    graded = {function.name.split(".")[0] for slug in registry.slugs() for function in registry.load(slug).functions}
    assert ast.get_docstring(ast.parse(TEXTS[name]))
    assert defined(TEXTS[name]) & graded == set()
    assert graded


def test_only_starter_modules_that_exist_are_supplied_by_name() -> None:
    assert supplied(frozenset({"../always/tqdm", "no_such_module"})).keys() == TEXTS.keys()
