"""A Program that writes down, as Python, every call that is made through it, and finds in what came back the outputs.

A player (`grader.checks.playing`) knows how a function is called: objects are made, parameters set, a cache handed on.
Played through a transcript, one case becomes a few lines that do the same with nothing but NumPy and the student's
file.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.core import (
    Events,
    Handle,
    Inputs,
    Loaded,
    Message,
    Program,
    Raised,
    Returned,
    Swept,
    Target,
    Value,
)
from grader.diagnosis.written import Unwritable, bracketed, written

RESULT = "result_"
MOST_PARTS = 64  # of one container that came back: outputs stand in front


class Transcript:
    """Implements `Program` on top of another one, for one case with these `inputs`.

    `lines` are the calls so far; `defined` the names of the student's that they begin with. `used` counts how often
    the value at a place is handed over. Arrays at the places `copied` are handed over as copies, as the box has them.
    """

    def __init__(self, program: Program, inputs: Inputs, copied: Collection[str] = ()) -> None:
        self._program, self._copied = program, copied
        self.lines: list[str] = []
        self.defined: list[str] = []
        self.used: Counter[str] = Counter()
        self._objects: dict[int, str] = {}
        self._given: list[tuple[Value, str]] = [pair for name, value in inputs.items() for pair in _parts(value, name)]
        self._came: list[tuple[Value, str]] = []
        self._results: list[list[tuple[Value, str]]] = []
        self._here: set[str] = set()  # places that stand in the call that is being written

    # ----------------------------------------------------------------- the program

    @property
    def loaded(self) -> Loaded:
        return self._program.loaded

    @property
    def noted(self) -> tuple[Message, ...]:
        return self._program.noted

    @property
    def output(self) -> str:
        return self._program.output

    @property
    def output_dropped(self) -> int:
        return self._program.output_dropped

    def stop(self) -> None:
        self._program.stop()

    def call(self, target: Target, *args: Value, bring: Sequence[int] = (), **how: Any) -> Returned:
        seeded = {name: how.pop(name) for name in ("seed", "hold", "cpu_seconds") if name in how}
        returned = self._program.call(target, *args, bring=bring, **seeded, **how)
        self._write(target, args, how, returned)
        return returned

    def map(
        self, target: Target, batch: Sequence[tuple[Value, ...]], *, named: Sequence[str] = (), **how: Any
    ) -> list[Returned | Raised]:
        results = self._program.map(target, batch, named=named, **how)
        for args, result in zip(batch, results, strict=True):
            places = len(args) - len(named)
            if isinstance(result, Returned):
                self._write(target, args[:places], dict(zip(named, args[places:], strict=True)), result)
        return results

    def sweep(self, *args: Any, **how: Any) -> Swept:
        raise Unwritable("a sweep")

    def trace(self, *args: Any, **how: Any) -> Events:
        raise Unwritable("a trace")

    def get(self, handle: Handle, attribute: str) -> Value:
        value = self._program.get(handle, attribute)
        self._keep(value, f"{self._object(handle)}.{attribute}")
        return value

    def set(self, handle: Handle, attribute: str, value: Value) -> None:
        self.put(attribute, [(handle, value)])

    def put(self, attribute: str, values: Sequence[tuple[Handle, Value]]) -> None:
        self._program.put(attribute, values)
        self.lines += [f"{self._object(held)}.{attribute} = {self._written(value)}" for held, value in values]

    # ----------------------------------------------------------------- writing

    def _write(self, target: Target, args: Sequence[Value], named: Mapping[str, Value], returned: Returned) -> None:
        self._here.clear()
        given = [self._written(arg) for arg in args]
        keywords = [f"{name}={self._written(value)}" for name, value in named.items()]
        function, own = self._function(target, given)
        result = f"{RESULT}{len(self._results) + 1}"
        self.lines.append(f"{result} = {function}({', '.join([*own, *keywords])})")
        self._results.append(list(_parts(returned.value, result)))
        self._keep(returned.value, result)
        for place, left in returned.brought.items():
            self._keep(left, given[place])

    def _function(self, target: Target, given: list[str]) -> tuple[str, list[str]]:
        """What is called, with which arguments: a method by its object."""
        if isinstance(target, tuple):
            return f"{self._object(target[0])}.{target[1]}", given
        owner, _, method = target.partition(".")
        if method and given and given[0] in self._objects.values():
            return f"{given[0]}.{method}", given[1:]
        self.defined += [owner] if owner not in self.defined else []
        return target, given

    def _object(self, handle: Handle) -> str:
        if handle.id not in self._objects:
            raise Unwritable("an object that came among many others")
        return self._objects[handle.id]

    def _keep(self, value: Value, expression: str) -> None:
        for part, place in _parts(value, expression):
            if isinstance(part, Handle):
                self._objects.setdefault(part.id, place)
            self._came.append((part, place))

    def _written(self, value: Value) -> str:
        """An argument: an input by its name, an object by its own, anything else as it is."""
        if isinstance(value, Handle):
            return self._object(value)
        places = [place for known, place in (*self._given, *self._came) if _same(known, value)]
        free = [place for place in places if place not in self._here]
        if free and (not isinstance(value, (bool, int, str)) or len(places) == 1):
            return self._handed(free[0], value)
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{written(key)}: {self._written(item)}" for key, item in value.items()) + "}"
        if isinstance(value, (list, tuple)):
            return bracketed(value, map(self._written, value))
        return written(value)

    def _handed(self, place: str, value: Value) -> str:
        """A known value as an argument. One number may be two inputs: the first is not meant twice in a call."""
        self._here.add(place)
        self.used[place] += 1
        return f"{place}.copy()" if place in self._copied and isinstance(value, np.ndarray) else place

    # ----------------------------------------------------------------- reading

    def needed(self, places: Collection[str]) -> list[str]:
        """The lines without calls of functions that nothing at `places` follows from; what a method does to its object
        may matter to what comes after."""
        kept = list[str]()
        for line in reversed(self.lines):
            result, _, call = line.partition(" = ")
            owner = (result if "." in result else call).partition(".")[0]
            if any(mentions(later, result) for later in (*kept, *places)):
                kept.append(line)
            elif owner.startswith(RESULT) and (kept or any(place.startswith(f"{owner}.") for place in places)):
                kept.append(line if "." in result else call)
        return kept[::-1]

    def place(self, value: Value) -> str:
        """The expression of an output. Raises Unwritable where it was made of what came back in a way that is not
        known."""
        same = [place for part, place in self._came if part is value and part is not None]
        if same:
            return same[0]
        if not isinstance(value, np.ndarray):
            raise Unwritable(type(value).__name__)
        return next(self._made(value), None) or self._column(value)

    def _made(self, value: NDArray[Any]) -> Iterator[str]:
        """Lists that became an array, matrices that were turned, and rows that came call by call."""
        for part, place in self._came:
            if _equal(part, value):
                yield place if isinstance(part, np.ndarray) else f"np.array({place})"
            if isinstance(part, np.ndarray) and part.ndim > 1 and _equal(part.T, value):
                yield f"{place}.T"
        for rows in zip(*self._results, strict=False):
            if len(rows) == len(value) and all(_equal(row, one) for (row, _), one in zip(rows, value, strict=True)):
                yield f"np.array([{', '.join(place for _, place in rows)}])"

    def _column(self, value: NDArray[Any]) -> str:
        """One number of each row of a table that came back."""
        for part, place in self._came:
            table = _table(part)
            if table is not None and len(table) == len(value):
                for column in range(table.shape[1]):
                    if _equal(table[:, column], value):
                        return f"np.array({place})[:, {column}]"
        raise Unwritable("an array that was made of something else")


def _same(known: Value, value: Value) -> bool:
    """The same object; of dictionaries, also one with the same objects in it."""
    if isinstance(known, dict) and isinstance(value, dict):
        return known.keys() == value.keys() and all(known[key] is item for key, item in value.items())
    return known is value


def mentions(line: str, name: str) -> bool:
    """Does the name stand in a line of Python?"""
    return re.search(rf"\b{re.escape(name)}\b", line) is not None


def _parts(value: Value, expression: str) -> Iterator[tuple[Value, str]]:
    """A value and all values in it, each with its expression."""
    yield value, expression
    if isinstance(value, Mapping):
        for key, item in islice(value.items(), MOST_PARTS):
            yield from _parts(item, f"{expression}[{key!a}]")
    elif isinstance(value, (list, tuple)):
        for place, item in enumerate(value[:MOST_PARTS]):
            yield from _parts(item, f"{expression}[{place}]")


def _equal(part: Value, value: Value) -> bool:
    array = _numbers(part)
    return array is not None and array.shape == np.shape(value) and np.array_equal(array, value, equal_nan=True)


def _table(part: Value) -> NDArray[Any] | None:
    array = _numbers(part)
    return array if array is not None and array.ndim == 2 else None


def _numbers(part: Value) -> NDArray[Any] | None:
    if not isinstance(part, (np.ndarray, list, tuple)):
        return None
    try:
        array = np.asarray(part)
    except (ValueError, TypeError):  # rows of different lengths, an object among them
        return None
    return array if array.dtype.kind in "biuf" else None
