"""Report <-> plain data, as the database keeps it: no language, nothing rounded, nothing lost.

The shape follows the nouns of `grader.core`, field by field; a field that has its default value is left out, so that
reports stored before a field existed can be read. Exact points are integers or texts `"n/d"`. Free data (parameters
of messages, inputs and outputs of counterexamples) is JSON where JSON has it, and an object with one key, its tag,
where it has not: `{"tuple": [...]}`, `{"dict": [[key, value], ...]}`, `{"float": "nan"}`, `{"hex": "0x..."}` for
integers beyond 64 bits, `{"escaped": "..."}` for text with NUL or lone surrogates, which databases refuse. Arrays
become nested lists.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache, partial, singledispatch
from types import UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from grader.core import Counterexample, Message, Report, Script
from grader.report.shown import PLAIN_INTEGER

VERSION = 1
EXAMPLE = ("inputs", "expected", "actual")


def encode(report: Report) -> dict[str, Any]:
    """`report` as plain data that `json.dumps(..., allow_nan=False)` takes."""
    return {"stored": VERSION, **_encode_fields(report)}


def decode(stored: Mapping[str, Any]) -> Report:
    """The report that `encode` was given (arrays come back as nested lists). Raises ValueError for another version."""
    if stored.get("stored") != VERSION:
        raise ValueError(f"a stored report of version {stored.get('stored')!r}; this program reads {VERSION}")
    report: Report = _decode_fields(Report, stored)
    return report


# --------------------------------------------------------------------------- the nouns


def _encode_fields(noun: Any) -> dict[str, Any]:
    return {f.name: _encode(value) for f in fields(noun) if (value := getattr(noun, f.name)) != _default(f)}


def _default(field: "Field[Any]") -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


@singledispatch
def _encode(value: Any) -> Any:
    return _encode_fields(value) if is_dataclass(value) else _free(value)


@_encode.register
def _(value: Message) -> Any:
    return [value.id, _free_fields(value.params)] if value.params else [value.id]


@_encode.register
def _(value: Counterexample) -> Any:
    script = {"script": _encode(value.script)} if value.script else {}
    return {**{name: _free_fields(getattr(value, name)) for name in EXAMPLE}, **script}


@_encode.register
def _(value: Fraction) -> Any:
    return value.numerator if value.denominator == 1 else str(value)


@_encode.register
def _(value: StrEnum) -> Any:
    return value.value


@_encode.register(tuple)
def _(value: tuple[Any, ...]) -> Any:
    return [_encode(item) for item in value]


@_encode.register(Mapping)
def _(value: Mapping[str, Any]) -> Any:
    return _free_fields(value)


Reader = Callable[[Any], Any]


def _decode_fields(noun: type, stored: Mapping[str, Any]) -> Any:
    readers = _readers(noun)
    return noun(**{name: readers[name](value) for name, value in stored.items() if name in readers})


@cache
def _readers(noun: type) -> dict[str, Reader]:
    return {name: _reader(hint) for name, hint in get_type_hints(noun).items()}


@cache
def _reader(hint: Any) -> Reader:
    """What reads back a value of this hint; a page of a report asks for thousands of them."""
    arguments = get_args(hint)
    if get_origin(hint) is UnionType:  # only `X | None` stands in the nouns
        some = _reader(arguments[0])
        return lambda value: None if value is None else some(value)
    if get_origin(hint) is tuple:
        item = _reader(arguments[0])
        return lambda values: tuple(map(item, values))
    return _noun_reader(hint)


def _noun_reader(hint: Any) -> Reader:
    if hint is Message:
        return _decode_message
    if hint is Counterexample:
        return _decode_example
    if is_dataclass(hint):
        return partial(_decode_fields, cast("type", hint))
    if isinstance(hint, type) and issubclass(hint, (Fraction, StrEnum)):
        return hint
    return _freed_fields if get_origin(hint) is Mapping else _freed


def _decode_message(stored: Sequence[Any]) -> Message:
    return Message(stored[0], _freed_fields(stored[1]) if len(stored) > 1 else {})


def _decode_example(stored: Mapping[str, Any]) -> Counterexample:
    parts = {name: _freed_fields(stored[name]) for name in EXAMPLE}
    script = stored.get("script")
    return Counterexample(**parts, script=script and _decode_fields(Script, script))


# --------------------------------------------------------------------------- free data


def _free_fields(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _free(value) for name, value in mapping.items()}


def _freed_fields(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _freed(value) for name, value in stored.items()}


@singledispatch
def _free(value: Any) -> Any:
    return _free(value.tolist()) if hasattr(value, "tolist") else _free(str(value))


@_free.register
def _(value: None) -> Any:
    return value


@_free.register
def _(value: bool) -> Any:
    return value


@_free.register
def _(value: str) -> Any:
    storable = not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value)
    return value if storable else {"escaped": value.encode("unicode_escape").decode("ascii")}


@_free.register
def _(value: int) -> Any:
    return value if abs(value) < PLAIN_INTEGER else {"hex": hex(value)}


@_free.register
def _(value: float) -> Any:
    return float(value) if math.isfinite(value) else {"float": str(float(value))}


@_free.register(list)
def _(value: list[Any]) -> Any:
    return [_free(item) for item in value]


@_free.register(tuple)
def _(value: tuple[Any, ...]) -> Any:
    return {"tuple": [_free(item) for item in value]}


@_free.register(Mapping)
def _(value: Mapping[Any, Any]) -> Any:
    return {"dict": [[_free(key), _free(item)] for key, item in value.items()]}


def _freed(stored: Any) -> Any:
    if isinstance(stored, list):
        return [_freed(item) for item in stored]
    if not isinstance(stored, dict):
        return stored
    ((tag, value),) = stored.items()
    return _TAGS[tag](value)


_TAGS: Mapping[str, Any] = {
    "tuple": lambda items: tuple(_freed(item) for item in items),
    "dict": lambda pairs: {_freed(key): _freed(item) for key, item in pairs},
    "float": float,
    "hex": lambda digits: int(digits, 16),
    "escaped": lambda text: text.encode("ascii").decode("unicode_escape"),
}
