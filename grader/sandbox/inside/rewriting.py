"""The same program by other rules: those of Python 2, or of a NumPy that let more pass.

A text becomes a tree, some of its nodes become calls of ours, and the tree becomes code; lines stay what they are. The
functions that are called stand in the module under names that no program can have. This file enters the box.
"""

from __future__ import annotations

import ast
import builtins
import copy
import functools
import itertools
import operator
import sys
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

import numpy as np

WHOLE = (int, np.integer, np.bool_)


def _whole(value: object) -> bool:
    return isinstance(value, WHOLE) or (type(value) is np.ndarray and value.dtype.kind in "iub")


def floored(one: Any, other: Any) -> Any:
    """`one / other` in Python 2: between whole numbers it is whole."""
    return one // other if _whole(one) and _whole(other) else one / other


def exact(one: Any, other: Any) -> Any:
    """`one / other`, a whole number where two whole numbers give one."""
    if isinstance(one, WHOLE) and isinstance(other, WHOLE) and other and not one % other:
        return one // other
    return one / other


def in_place(divide: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """What `/=` does by a rule: in place where an array is divided."""

    def divided(one: Any, other: Any) -> Any:
        if not (_whole(one) and _whole(other)):
            return OPERATORS["Div"](one, other)
        return OPERATORS["FloorDiv"](one, other) if type(one) is np.ndarray else divide(one, other)

    return divided


def listed(value: Any) -> Any:
    """What a method of dict gave in Python 2."""
    return list(value) if type(value) in VIEWS else value


VIEWS = tuple(map(type, ({}.keys(), {}.values(), {}.items())))


def _mapped(function: Any, *iterables: Any) -> list[Any]:
    if function is None:
        return list(iterables[0]) if len(iterables) == 1 else list(itertools.zip_longest(*iterables))
    return list(map(function, *iterables))


def _rounded(number: Any, digits: int = 0) -> float:
    """Away from zero, where Python 3 goes to the even neighbour."""
    scale = 10.0**digits
    return float(np.copysign(np.floor(abs(number) * scale + 0.5) / scale, number))


PYTHON2: dict[str, Any] = {
    "apply": lambda function, args=(), kwargs={}: function(*args, **kwargs),
    "cmp": lambda one, other: (one > other) - (one < other),
    "filter": lambda *args: list(filter(*args)),
    "intern": sys.intern,
    "map": _mapped,
    "range": lambda *args: list(range(*args)),
    "reduce": functools.reduce,
    "round": _rounded,
    "unichr": chr,
    "zip": lambda *args: list(zip(*args, strict=False)),
}


def furnish(module: ModuleType) -> None:
    """What a module of Python 2 finds besides."""
    module.__dict__.update(HELPERS, __builtins__={**vars(builtins), **PYTHON2})


def compiled(text: str, path: str, *, python2: bool, apart: bool) -> list[CodeType]:
    """The code of a file, of Python 2 for a module that has `HELPERS`; `apart`, of each of its statements. Raises
    SyntaxError as `compile` does."""
    tree = ast.parse(text, path)
    if python2:
        to_python2(tree)
    parts = [ast.Module([node], []) for node in tree.body] if apart else [tree]
    return [compile(ast.fix_missing_locations(part), path, "exec", dont_inherit=True) for part in parts]


def to_python2(tree: ast.Module) -> None:
    """Change a tree to mean what it means in Python 2."""
    Views().visit(tree)
    future = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__")
    if not any(alias.name == "division" for node in future for alias in node.names):
        Division("floor").visit(tree)


# --------------------------------------------------------------------------- changes of a tree


def _call(name: str, *args: ast.expr, at: ast.AST) -> ast.Call:
    """A call of one of ours: its name is none that a program can have."""
    return ast.copy_location(ast.Call(ast.Name(f"_<{name}>", ast.Load()), list(args), []), at)


class Views(ast.NodeTransformer):
    """`d.keys()` and its like are lists."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        method = isinstance(node.func, ast.Attribute) and node.func.attr in ("keys", "values", "items")
        return _call("listed", node, at=node) if method and not (node.args or node.keywords) else node


class Division(ast.NodeTransformer):
    """`/` is `floored`, or `exact`."""

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return _call(self.rule, node.left, node.right, at=node) if isinstance(node.op, ast.Div) else node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        now = copy.copy(node.target)  # a second one, to be read
        now.ctx = ast.Load()
        divided = _call(f"{self.rule} in place", now, node.value, at=node)
        return ast.copy_location(ast.Assign([node.target], divided), node)


class Single(ast.NodeTransformer):
    """Where a number is wanted, an array of one element is that number: in `a[i] = x`, `int(x)` and `float(x)`."""

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        if len(node.targets) != 1 or not isinstance(target := node.targets[0], ast.Subscript):
            return node
        return _statement(_call("store", node.value, target.value, _key(target), at=node))

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(target := node.target, ast.Subscript):
            return node
        kind = ast.copy_location(ast.Constant(type(node.op).__name__), node)
        return _statement(_call("change", target.value, _key(target), kind, node.value, at=node))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        named = isinstance(node.func, ast.Name) and node.func.id in ("int", "float")
        if not named or len(node.args) != 1 or node.keywords:
            return node
        return _call("number", node.func, node.args[0], at=node)


def _statement(call: ast.Call) -> ast.stmt:
    return ast.copy_location(ast.Expr(call), call)


def _key(target: ast.Subscript) -> ast.expr:
    """What stands between the brackets, slices and all, as a value."""
    taken = ast.Subscript(ast.Name("_<key>", ast.Load()), target.slice, ast.Load())
    return ast.copy_location(taken, target)


class Whole(ast.NodeTransformer):
    """What stands between brackets is whole where it comes out even."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        key = _call("whole", _key(node), at=node)
        self.generic_visit(node)
        node.slice = key
        return node


class Newshape(ast.NodeTransformer):
    """The argument of `reshape` has another name now."""

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        self.generic_visit(node)
        if node.arg == "newshape":
            node.arg = "shape"
        return node


class Key:
    def __getitem__(self, key: Any) -> Any:
        return key


def _one(value: Any) -> Any:
    """The one element of an array; anything else as it is."""
    return value.item() if isinstance(value, np.ndarray) and value.size == 1 else value


def _store(value: Any, owner: Any, key: Any) -> None:
    try:
        owner[key] = value
    except (TypeError, ValueError):
        owner[key] = _one(value)


def _change(owner: Any, key: Any, kind: str, value: Any) -> None:
    _store(OPERATORS[kind](owner[key], value), owner, key)


def _whole_key(key: Any) -> Any:
    """A key with whole numbers for floats that are whole."""
    if isinstance(key, tuple):
        return tuple(map(_whole_key, key))
    if isinstance(key, slice):
        return slice(*map(_whole_key, (key.start, key.stop, key.step)))
    if isinstance(key, float | np.floating):
        return int(key) if key.is_integer() else key
    if isinstance(key, np.ndarray) and key.dtype.kind == "f":
        return key.astype(int) if np.array_equal(key, np.floor(key)) else key
    return key


def _number(kind: Any, value: Any) -> Any:
    try:
        return kind(value)
    except TypeError:
        return kind(_one(value))


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.iadd, "Sub": operator.isub, "Mult": operator.imul, "Div": operator.itruediv, "Mod": operator.imod,
    "FloorDiv": operator.ifloordiv, "Pow": operator.ipow, "MatMult": operator.imatmul, "LShift": operator.ilshift,
    "RShift": operator.irshift, "BitOr": operator.ior, "BitXor": operator.ixor, "BitAnd": operator.iand,
}  # fmt: skip
HELPERS: dict[str, Any] = {
    "_<floor>": floored,
    "_<exact>": exact,
    "_<floor in place>": in_place(floored),
    "_<exact in place>": in_place(exact),
    "_<listed>": listed,
    "_<key>": Key(),
    "_<store>": _store,
    "_<change>": _change,
    "_<number>": _number,
    "_<whole>": _whole_key,
}
