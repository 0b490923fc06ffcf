"""What the body of a reply means. It is plain data that hostile code may have chosen: each function raises ValueError,
TypeError, KeyError, AttributeError or OverflowError for a body of another form, and takes nothing at its word but the
numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from grader.core import Definition, Events, Handle, Loaded, Message, Param, Raised, Returned, Submission, Swept
from grader.sandbox.inside import spellings, wire

MOST_TYPE, MOST_TEXT = 100, 2000  # characters of an exception's type and text
MOST_MUTATED = 64  # arguments of a call that are named, and characters of a name
# What a box may note, and the sentence for it.
KINDS = {
    "numpy": "removed-numpy-name",
    "newshape": "removed-numpy-argument",
    "division": "division-gives-float-size",
    "single": "array-for-a-number",
    "index": "float-index",
}
Lengths = Mapping[str, int]  # submitted paths, and how many lines each has


def as_handle(opaque: wire.Opaque) -> object:
    """What an object of a reply is: one that stays in the box."""
    if opaque.kind != "h":
        raise wire.WireError("a callable from the box")
    return Handle(opaque.number, type_name(opaque.name, "object"))


def as_nothing(opaque: wire.Opaque) -> object:
    """The same before there can be objects."""
    raise wire.WireError("an object where there can be none")


def loaded(body: Any, lengths: Lengths, submission: Submission, names: Collection[str]) -> Loaded:
    if type(body) is not dict:  # an array would answer with IndexError
        raise TypeError(type(body))
    definitions, notes = {}, []
    for name, path, line, kind, others in _listed(body["found"]):
        kinds = str, str, int, str, tuple
        if tuple(map(type, (name, path, line, kind, others))) != kinds or name not in names:
            raise ValueError(name)
        if path not in lengths or kind not in ("function", "class", "value"):
            raise ValueError(name)
        seen = [item for item in submission.definitions if item.name == name and item.path == path]
        definitions[name] = seen[-1] if seen else Definition(name, path, line, kind)
        if others:
            also = ", ".join(other for other in others if other in lengths)
            notes.append(Message("sandbox.note.defined-in-several", {"name": name, "file": path, "others": also}))
    homes = {definition.path for definition in definitions.values()}
    for package, path in _listed(body["absent"]):
        if path in homes:
            notes.append(Message("sandbox.note.package-absent", {"package": str(package)[:50], "file": path}))
    errors = {path: raised(fault, lengths) for path, fault in _listed(body["errors"]) if path in lengths}
    return Loaded(definitions, errors, tuple(notes))


def noted(body: Any, lengths: Lengths) -> Message:
    """Something old that the code needed, and where: the words for it are ours."""
    kind, name, path, line = body
    if kind not in KINDS or path not in lengths or type(line) is not int or not 1 <= line <= lengths[path]:
        raise ValueError(body)
    place: dict[str, Param] = {"file": path, "line": line}
    if kind == "numpy":
        return Message("sandbox.note.removed-numpy-name", {**place, "name": f"np.{name}", "new": spellings.NUMPY[name]})
    return Message(f"sandbox.note.{KINDS[kind]}", place)


def raised(body: Any, lengths: Lengths) -> Raised:
    type_, text, path, line = body
    if path not in lengths or type(line) is not int or not 1 <= line <= lengths[path]:
        path = line = None
    return Raised(type_name(str(type_), "exception"), str(text)[:MOST_TEXT], path, line)


def type_name(claimed: str, otherwise: str) -> str:
    """The name of a class, `otherwise` where it is none: a class may be called by a whole sentence, which would stand
    where the grader's own do. An array that stays in the box is called by its elements."""
    name = claimed[:MOST_TYPE]
    words = name.removeprefix("ndarray of ").split(".")
    return name if all(word.isidentifier() for word in words) else otherwise


def returned(body: Any, cpu_seconds: float, bring: Sequence[int] = ()) -> Returned:
    """What a call returned, with the arguments at the places `bring` as it left them: these were meant to change."""
    value, mutated, drew, brought = body if bring else (*body, [])
    changed = tuple(name for name in _names(mutated) if name not in map(str, bring))
    return Returned(value, changed, drew is True, cpu_seconds, dict(zip(bring, _listed(brought), strict=True)))


def mapped(
    body: Any, lengths: Lengths, count: int, cpu_seconds: float, bring: Sequence[int] = ()
) -> list[Returned | Raised]:
    """The results of the first tuples of a batch of `count`. What a call returned says third whether it drew."""
    if not 0 < len(_listed(body)) <= count:
        raise ValueError(count)
    share = cpu_seconds / len(body)
    return [returned(item, share, bring) if _flagged(item) else raised(item, lengths) for item in body]


def _flagged(item: Any) -> bool:
    return len(item) > 2 and type(item[2]) is bool


def swept(body: Any, lengths: Lengths, count: int, cpu_seconds: float) -> Swept:
    """The results of the first values of a sweep over `count`. Raises what the call behind them raised."""
    (fault, mutated, drew), values, odd = body
    if type(values) is not np.ndarray:
        _listed(values)
    if fault is not None:
        raise raised(fault, lengths)
    if not 0 < len(values) + len(_listed(odd)) <= count:
        raise ValueError(count)
    return Swept([*values, *odd] if odd else values, _names(mutated), drew is True, cpu_seconds)


def joined(parts: Sequence[Swept]) -> Swept:
    """The parts of one sweep, stacked as one where all of them are."""
    if len(parts) == 1:
        return parts[0]
    arrays = [part.values for part in parts if isinstance(part.values, np.ndarray)]
    alike = len(arrays) == len(parts) > 0 and len({(array.dtype, array.shape[1:]) for array in arrays}) == 1
    values = np.concatenate(arrays) if alike else [value for part in parts for value in part.values]
    mutated = dict.fromkeys(name for part in parts for name in part.mutated)
    return Swept(values, tuple(mutated), any(part.drew for part in parts), sum(part.cpu_seconds for part in parts))


def traced(body: Any) -> Events:
    lines, calls, exhausted, value = body
    if type(lines) is not int or type(calls) is not int or min(lines, calls) < 0:
        raise ValueError(body)
    return Events(lines, calls, exhausted is True, value)


def _names(value: Any) -> tuple[str, ...]:
    return tuple(str(name)[:MOST_MUTATED] for name in _listed(value)[:MOST_MUTATED])


def _listed(value: Any) -> list[Any]:
    """A list of a reply. An array in its place would be taken apart here, number by number, and may have millions."""
    if type(value) is not list:
        raise ValueError(type(value))
    return value
