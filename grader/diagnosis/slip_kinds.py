"""The small things that an expression, or a statement, can be off by.

A kind is asked of every place in a function's tree, and gives what may stand there instead. What it gives may hold the
nodes that stand there now, so it is written down before the next one is asked for.
"""

import ast
import difflib
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
CALLED = {
    one: tuple(other for other in family if other != one)
    for family in (
        ("max", "min", "maximum", "minimum"),
        ("argmax", "argmin", "max"),
        ("sum", "mean", "prod"),
        ("std", "var"),
        ("zeros", "ones"),
        ("zeros_like", "ones_like"),
        ("exp", "log", "sqrt", "square", "abs"),
        ("rand", "randn", "random"),
        ("hstack", "vstack"),
        ("floor", "ceil", "round"),
        ("argsort", "sort"),
        ("append", "extend"),
    )
    for one in family
}
ALONG = ("sum", "mean", "max", "min", "argmax", "argmin", "std", "var", "prod", "any", "all", "amax", "amin", "argsort")
NOT_NAMES = ("np", "numpy", "math", "self", "range", "len", "print", "int", "float", "True", "False")
MOST_ALIKE = 10  # other names that are tried for one
MOST_SIZES = 3
MOST_UNWRAPPED = 2  # arguments of a call in whose place one of them may stand
MOST_ARGUMENTS = 5


class Place(NamedTuple):
    """Where an expression hangs in a tree, and those that it hangs in, the innermost last."""

    node: ast.expr
    parents: tuple[ast.AST, ...]
    field: str
    number: int | None  # of those in a list

    @property
    def parent(self) -> ast.AST:
        return self.parents[-1]

    @property
    def line(self) -> int:
        """That of an operator is where what is in front of it ends."""
        if isinstance(self.node, ast.BinOp):
            return self.node.left.end_lineno or self.node.lineno
        return self.node.lineno

    def put(self, other: ast.expr) -> None:
        if self.number is None:
            setattr(self.parent, self.field, other)
        else:
            getattr(self.parent, self.field)[self.number] = other


class Scope(NamedTuple):
    """What a function has: names with a value, its arguments, keys that it takes things by, numbers of samples."""

    names: tuple[str, ...]
    arguments: tuple[str, ...]
    keys: tuple[str, ...]
    sizes: tuple[ast.expr, ...]


Kind = Callable[[Place, Scope], Iterator[ast.expr]]


def places(statement: ast.AST, head: str = "") -> list[Place]:
    """Those in a statement, or in its `head` alone."""
    return list(_below(statement, (), (head,) if head else statement._fields))


def _below(node: ast.AST, above: tuple[ast.AST, ...], fields: Sequence[str]) -> Iterator[Place]:
    parents = (*above, node)
    for field in fields:
        value = getattr(node, field, None)
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, ast.expr):
                yield Place(child, parents, field, index)
            if isinstance(child, ast.AST):
                yield from _below(child, parents, child._fields)


def scope_of(function: ast.FunctionDef) -> Scope:
    """What `function` has."""
    given, keys, sizes = dict[str, None](), dict[str, None](), dict[str, ast.expr]()
    for node in ast.walk(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                given[name] = None
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                keys[key] = None
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_size(value):
                sizes[name] = ast.Name(name, ast.Load())
            case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id=name), *_])], value=ast.Attribute(attr="shape")):
                sizes[name] = ast.Name(name, ast.Load())
    names = tuple(name for name in given if name not in NOT_NAMES)
    arguments = tuple(one.arg for one in function.args.args if one.arg not in NOT_NAMES)[:MOST_ARGUMENTS]
    return Scope(names, arguments, tuple(keys), (*sizes.values(), *map(_rows, arguments))[:MOST_SIZES])


def _is_size(value: ast.expr) -> bool:
    match value:
        case ast.Subscript(value=ast.Attribute(attr="shape")) | ast.Call(func=ast.Name(id="len")):
            return True
    return False


def _rows(name: str) -> ast.expr:
    return ast.parse(f"{name}.shape[0]", mode="eval").body


# --------------------------------------------------------------------------- kinds of expressions


def operators(place: Place, scope: Scope) -> Iterator[ast.expr]:
    """Another operator, another sign, another order, other parentheses."""
    match place.node:
        case ast.BinOp(left=left, op=op, right=right):
            yield from (ast.BinOp(left, other(), right) for other in ARITHMETIC.get(type(op), ()))
            if isinstance(op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
                yield ast.BinOp(right, op, left)
            if isinstance(left, ast.BinOp):
                yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right))
            if isinstance(right, ast.BinOp):
                yield ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right)
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            yield from (ast.Compare(left, [other()], [right]) for other in COMPARED.get(type(op), ()))
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)


def numbers(place: Place, scope: Scope) -> Iterator[ast.expr]:
    """Another number, one more or one less; another truth."""
    match place.node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield from (ast.Constant(other) for other in (1 - value, value + 1, value - 1, 2 * value) if other != value)
        case ast.Constant(value=float(value)):
            yield from (ast.Constant(other) for other in (1 - value, 2 * value, value / 2, 0.0, 1.0) if other != value)
        case ast.Name() | ast.BinOp() | ast.Subscript() | ast.Attribute() | ast.Call() as whole if _counts(place):
            yield ast.BinOp(whole, ast.Add(), ast.Constant(1))
            yield ast.BinOp(whole, ast.Sub(), ast.Constant(1))


def _counts(place: Place) -> bool:
    """Does it stand where a whole number is: in an index, a slice or a range?"""
    match place.parent:
        case ast.Slice():
            return True
        case ast.Subscript(slice=index) if index is place.node:
            return True
        case ast.Tuple() if len(place.parents) > 1 and isinstance(place.parents[-2], ast.Subscript):
            return place.parents[-2].slice is place.parent
        case ast.Call(func=ast.Name(id="range" | "xrange")):
            return place.field == "args"
    return False


def calls(place: Place, scope: Scope) -> Iterator[ast.expr]:
    """Another function of the same family, other or further axes, arguments in another order, turned matrices."""
    match place.node:
        case ast.Call(func=func, args=args, keywords=keywords) as call:
            yield from _called_otherwise(call)
            for at in range(len(keywords)):
                yield ast.Call(func, args, keywords[:at] + keywords[at + 1 :])
            yield from (ast.Call(func, turned, keywords) for turned in _turned(args))
            if len(args) <= MOST_UNWRAPPED and isinstance(func, ast.Attribute):
                yield from args
        case ast.Tuple(elts=elements, ctx=ctx):
            yield from (ast.Tuple(turned, ctx) for turned in _turned(elements))
        case ast.Attribute(value=value, attr="T"):
            yield value
    if _multiplied(place):
        yield ast.Attribute(place.node, "T", ast.Load())


def _turned(values: list[ast.expr]) -> Iterator[list[ast.expr]]:
    """With two neighbours in each other's place."""
    for at in range(len(values) - 1):
        yield [*values[:at], values[at + 1], values[at], *values[at + 2 :]]


def _called_otherwise(call: ast.Call) -> Iterator[ast.expr]:
    func, args, keywords = call.func, call.args, call.keywords
    name = _last_name(func)
    for other in CALLED.get(name, ()):
        yield ast.Call(_renamed(func, other), args, keywords)
    if name in ALONG:
        given = {keyword.arg for keyword in keywords}
        if "axis" not in given:
            for axis in (0, 1, -1):
                yield ast.Call(func, args, [*keywords, ast.keyword("axis", ast.Constant(axis))])
        elif "keepdims" not in given:
            yield ast.Call(func, args, [*keywords, ast.keyword("keepdims", ast.Constant(True))])
    if name == "dot" and isinstance(func, ast.Attribute) and len(args) == 1:
        yield ast.Call(ast.Attribute(args[0], "dot", ast.Load()), [func.value], [])


def _renamed(func: ast.expr, name: str) -> ast.expr:
    if isinstance(func, ast.Attribute):
        return ast.Attribute(func.value, name, ast.Load())
    return ast.Name(name, ast.Load())


def _multiplied(place: Place) -> bool:
    """Is it a factor of a product of matrices?"""
    if isinstance(place.node, ast.Attribute) and place.node.attr == "T":
        return False
    match place.parent:
        case ast.BinOp(op=ast.MatMult()):
            return True
        case ast.Call(func=func):
            return place.field == "args" and _last_name(func) in ("dot", "matmul")
        case ast.Attribute(attr="dot"):
            return not (isinstance(place.node, ast.Name) and place.node.id in NOT_NAMES)
    return False


def _last_name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def terms(place: Place, scope: Scope) -> Iterator[ast.expr]:
    """One term or factor less; a sign, a factor or a divisor more."""
    match place.node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
            yield left
            yield right
        case ast.BinOp(left=left, op=ast.Sub() | ast.Div() | ast.Pow() | ast.FloorDiv()):
            yield left
    if _is_term(place) and not isinstance(place.node, ast.Constant | ast.UnaryOp):
        yield ast.UnaryOp(ast.USub(), place.node)
        yield from (ast.BinOp(ast.Constant(factor), ast.Mult(), place.node) for factor in (2, 0.5))
        yield from (ast.BinOp(place.node, ast.Div(), size) for size in scope.sizes)
        yield from (ast.BinOp(place.node, ast.Mult(), ast.Name(one, ast.Load())) for one in scope.arguments)


def _is_term(place: Place) -> bool:
    """Is it a whole value, or one side of a sum?"""
    match place.parent:
        case ast.Assign() | ast.AugAssign() | ast.Return():
            return place.field == "value" and not _is_size(place.node) and not isinstance(place.node, ast.Tuple)
        case ast.Tuple(ctx=ast.Load()):
            return isinstance(place.parents[-2], ast.Assign | ast.Return)
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return True
    return False


def names(place: Place, scope: Scope) -> Iterator[ast.expr]:
    """Another name, or another key, of the same function, most alike in spelling first; a name for a number."""
    match place.node:
        case ast.Name(id=name, ctx=ast.Load()) if name not in NOT_NAMES and place.field != "func":
            yield from (ast.Name(other, ast.Load()) for other in _alike(name, scope.names))
        case ast.Constant(value=str(key)) if isinstance(place.parent, ast.Subscript):
            yield from (ast.Constant(other) for other in _alike(key, scope.keys))
        case ast.Constant(value=int() | float()):
            yield from (ast.Name(other, ast.Load()) for other in (*scope.arguments, *scope.names)[:MOST_ALIKE])
            yield from scope.sizes


def _alike(name: str, others: Sequence[str]) -> list[str]:
    likeness = {one: difflib.SequenceMatcher(None, name, one).ratio() for one in others if one != name}
    return sorted(likeness, key=lambda one: -likeness[one])[:MOST_ALIKE]


KINDS: tuple[Kind, ...] = (operators, numbers, calls, terms, names)


# --------------------------------------------------------------------------- kinds of statements


def restated(statement: ast.stmt) -> Iterator[ast.stmt]:
    """What may stand in place of a whole statement: its other form of assignment, or nothing."""
    match statement:
        case ast.AugAssign(target=target, op=op, value=value):
            yield from (ast.AugAssign(target, other(), value) for other in ARITHMETIC.get(type(op), ()))
            yield ast.Assign([target], value, lineno=statement.lineno)
        case ast.Assign(targets=[ast.Name() | ast.Subscript() | ast.Attribute() as target], value=value):
            yield from (ast.AugAssign(target, op(), value) for op in (ast.Add, ast.Sub, ast.Mult, ast.Div))
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr | ast.Continue) and not is_docstring(statement):
        yield ast.Pass()


def is_docstring(statement: ast.AST) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
