"""What a submission defines, what it lacks and why, read from its text: nothing is run here."""

import ast
import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.checks.faults import error_text
from grader.checks.source import is_dataclass, last_name, statements, tree_of
from grader.core import Definition, Function, Loaded, Message, Param, Raised, Submission

SPELT_ALIKE = 0.75  # difflib's ratio from which a name may be a misspelling of another


@dataclass(slots=True)
class Class:
    """A class of the submission: where its methods stand, and the names of its bases."""

    path: str
    methods: dict[str, int] = field(default_factory=dict)  # name -> line
    bases: tuple[str, ...] = ()


def top_names(functions: Sequence[Function]) -> tuple[str, ...]:
    """What to look for in the box: functions by name, methods by their class."""
    return tuple(dict.fromkeys(function.name.partition(".")[0] for function in functions))


def located(functions: Sequence[Function], submission: Submission, loaded: Loaded) -> dict[str, Definition]:
    """Where each function that is there is defined; what is not in the result is missing.

    A method is there when its class is, and the class or one of its submitted bases defines it. A class that was made
    without a `class` statement is taken to have what is asked of it.
    """
    classes = _classes(submission) if any("." in function.name for function in functions) else {}
    there: dict[str, Definition] = {}
    for function in functions:
        owner, _, method = function.name.partition(".")
        definition = loaded.definitions.get(owner)
        if definition is None:
            continue
        if not method:
            there[function.name] = definition
        elif owner not in classes:
            there[function.name] = Definition(function.name, definition.path, definition.line, "function")
        elif place := _method(owner, method, classes):
            there[function.name] = Definition(function.name, *place, "function")
    return there


def why_missing(function: Function, asked: Sequence[Function], submission: Submission, loaded: Loaded) -> Message:
    """Why `function` is not there: the error of the file that should define it, a misspelling (of a name that nobody
    else asks for), or nothing known."""
    owner = function.name.partition(".")[0]
    homes = [definition.path for definition in submission.definitions if definition.name == owner]
    errors = {**_load_errors(loaded), **submission.broken}
    if homes and owner not in loaded.definitions and homes[-1] in errors:
        return errors[homes[-1]]
    if spelt := _spelt_alike(function.name, {other.name for other in asked}, submission):
        return Message("checks.missing.spelling", {"function": function.name, "spelt": spelt})
    if owner not in loaded.definitions and errors:
        return next(iter(errors.values()))
    return Message("checks.missing.absent", {"function": function.name})


def _load_errors(loaded: Loaded) -> Mapping[str, Message]:
    return {path: _load_error(path, error) for path, error in loaded.errors.items()}


def _load_error(path: str, error: Raised) -> Message:
    where: dict[str, Param] = {"file": path, "line": error.line or 0}
    if error.type == "SystemExit":
        return Message("checks.missing.load-exit", where)
    return Message("checks.missing.load-error", {**where, "error": error_text(error)})


def _spelt_alike(name: str, asked: Collection[str], submission: Submission) -> str | None:
    known = [definition.name for definition in submission.definitions]
    known += [f"{owner}.{method}" for owner, found in _classes(submission).items() for method in found.methods]
    taken = {*asked, *(other.partition(".")[0] for other in asked)}
    by_lower = {candidate.lower(): candidate for candidate in known if candidate not in taken}
    match = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=SPELT_ALIKE)
    return by_lower[match[0]] if match else None


def _method(owner: str, method: str, classes: Mapping[str, Class]) -> tuple[str, int] | None:
    """File and line of `method` in `owner` or its submitted bases."""
    waiting, seen = [owner], set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in classes:
            continue
        seen.add(name)
        if method in classes[name].methods:
            return classes[name].path, classes[name].methods[method]
        waiting.extend(classes[name].bases)
    return None


def _classes(submission: Submission) -> dict[str, Class]:
    """The top-level classes, the last of a name, with methods that are assigned to them later (`Net.loss = loss`)."""
    found: dict[str, Class] = {}
    for file in submission.files:
        top = list(statements(tree_of(file.text).body))
        for node in top:
            if isinstance(node, ast.ClassDef):
                bases = tuple(name for base in node.bases if (name := last_name(base)))
                found[node.name] = Class(file.path, dict(_members(node)), bases)
        for owner, method, line in _assigned(top):
            if owner in found:
                found[owner].methods[method] = line
    return found


def _members(owner: ast.ClassDef) -> Iterator[tuple[str, int]]:
    """The names that the body of a class defines, with their lines; a dataclass has a constructor without it."""
    if is_dataclass(owner):
        yield "__init__", owner.lineno
    for node in statements(owner.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node.lineno) for target in node.targets if isinstance(target, ast.Name))


def _assigned(top: Sequence[ast.stmt]) -> Iterator[tuple[str, str, int]]:
    """`Owner.method = ...`: owner, method, line."""
    for node in top:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                    yield target.value.id, target.attr, node.lineno
