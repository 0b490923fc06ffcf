"""One function on many values of one of its arguments, as a numeric gradient asks for it.

Each value is a call of its own, in its order, on one value: nothing is computed over all of them at once, so the bits
are those of single calls. What single calls have made anew is lent here: an argument that is the same in every call is
the same object, and is made anew once a call has changed it. This file enters the box.
"""

from __future__ import annotations

import time
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from grader.sandbox.inside import watching, wire
else:
    import watching
    import wire

MUTABLE = (np.ndarray, list, dict, tuple)
Array = np.ndarray[Any, Any]


class Common:
    """An argument that is the same in every call, and no array that lies row by row. It travels once more within the
    box to be made anew."""

    def __init__(self, value: Any) -> None:
        self._objects: dict[int, object] = {}
        to = wire.Writer(self._mark, wire.Caps())
        self._node = wire.encode(value, to)
        self._bytes = b"".join(to.buffers)
        self.value = value
        self._twin = watching.Twin(value)

    def _mark(self, value: object) -> wire.Opaque:
        self._objects[id(value)] = value
        return wire.Opaque("h", id(value), "")

    def changed(self) -> bool:
        """Did a call change it? Then `value` is another one."""
        if not self._twin.changed():
            return False
        source = wire.Reader(bytearray(self._bytes), lambda mark: self._objects[mark.number], scalars=True)
        self.value = wire.decode(self._node, source)
        self._twin = watching.Twin(self.value)
        return True


class Results:
    """What calls returned, or with `first` the first element of it, as long as it is numbers of one type and shape,
    and of `room` bytes in all. The first value that is not is the `odd` one, and the last."""

    def __init__(self, first: bool, room: int) -> None:
        self.first, self._room = first, room
        self.values: list[Any] = []
        self.kind: Any = None  # a type; of arrays their dtype and shape
        self.odd: list[Any] = []

    def add(self, value: Any) -> bool:
        """Whether there may be another."""
        if self.first:
            value = first_of(value)
        kind: Any = type(value)
        if kind is np.ndarray:
            kind, value = self._owned(value)
        if self.kind is None and (kind is float or kind in wire.SCALARS or type(kind) is tuple):
            self.kind = kind
        alike = kind is not None and kind == self.kind
        (self.values if alike else self.odd).append(value)
        return alike

    def _owned(self, value: Array) -> tuple[Any, Array]:
        """What kind of array it is, None for one that does not fit here, and a copy: the next call may write into
        the array of this one."""
        if value.dtype.str not in wire.DTYPES or value.ndim >= wire.MAX_DIMS or value.nbytes > self._room:
            return None, value
        self._room -= value.nbytes
        return (value.dtype, value.shape), value.copy()

    def stacked(self) -> Any:
        """Arrays along a new first axis, NumPy's numbers as an array, Python's as a list."""
        return self.values if not self.values or self.kind is float else np.array(self.values)


class Sweep:
    """The calls. Which arguments they have `mutated` by now, and whether one `drew` a number.

    Objects of `held` stay in the box, and may change there. All memory that no call may change is compared at once: the
    arrays that are the same in every call, and the generators.
    """

    def __init__(
        self,
        function: Any,
        args: Sequence[Any],
        results: Results,
        *,
        held: Container[int],
        generators: watching.Generators,
        seconds: float,
    ) -> None:
        self.mutated, self.drew = set[str](), False
        self._function, self._given, self._results, self._generators = function, list(args), results, generators
        self._held, self._stop = held, time.monotonic() + seconds
        self._memory: dict[int, tuple[bytearray, memoryview]] = {}
        self._arrays: dict[int, Array] = {}
        self._others: dict[int, Common] = {}

    def run(self, place: int, values: Array, at: Array | None) -> None:
        """Call until the values are over, the results are full, or so much time has gone by. Raises what a call raises.

        Without `at` the argument at `place` is one of `values` after the other, stacked along their first axis; with
        it, the array that stands there, with another element in each call: number `at[k]` in C order is `values[k]`.
        """
        for number, value in enumerate(self._given):
            if number != place and type(value) in MUTABLE and id(value) not in self._held:
                self._share(number, value)
        if at is None:
            self._rows(place, values)
        else:
            self._nudges(place, at, values)

    def _share(self, number: int, value: Any) -> None:
        if type(value) is np.ndarray and value.flags.c_contiguous:
            self._arrays[number] = value
            self._watch(number, value)
        else:
            self._others[number] = Common(value)

    def _watch(self, number: int, array: Array) -> None:
        self._memory[number] = bytearray(array), array.reshape(-1).view(np.uint8).data

    def _compared(self) -> tuple[tuple[bytearray, ...], tuple[memoryview, ...]]:
        """What memory was, and where it is."""
        before, now = zip(*self._memory.values(), strict=True) if self._memory else ((), ())
        return (*self._generators.fresh, *before), (*self._generators.states, *now)

    def _rows(self, place: int, values: Array) -> None:
        rows, size = values.tobytes(), values.nbytes // max(1, len(values))
        before, now = self._compared()
        for number, row in enumerate(values):
            self._lend(place, row)
            more = self._results.add(self._function(*self._given))
            if row.tobytes() != rows[number * size : (number + 1) * size]:
                self.mutated.add(str(place))
            if before != now:
                self._note(bring_back=more)
            self._look()
            if not more or time.monotonic() > self._stop:
                break

    def _nudges(self, its_place: int, at: Array, values: Array) -> None:
        """This loop is what a numeric gradient costs; so it does by itself what is mostly to be done."""
        array = np.array(self._given[its_place], order="C")
        self._watch(its_place, array)
        before, now = self._compared()
        flat: Any = array.reshape(-1)
        flat = flat.data if array.dtype.char == "d" else flat  # twice as fast
        function, given, results, stop = self._function, self._given, self._results, self._stop
        add, kind = results.values.append, None
        for place, value in zip(at.tolist(), values.astype(array.dtype).tolist(), strict=True):
            kept = flat[place]
            flat[place] = value
            given[its_place] = array[...]
            if self._arrays:
                self._lend(its_place, given[its_place])
            result = function(*given)
            if type(result) is kind:
                add(result)
            elif results.add(result):
                kind = None if results.first else results.kind
            else:  # the last one: it may hold what it was given, which stays as the call left it
                left, flat[place] = flat[place], kept
                self._note(bring_back=False)
                flat[place] = left
                self._look()
                break
            flat[place] = kept
            if before != now:
                self._note(bring_back=True)
            if self._others:
                self._look()
            if time.monotonic() > stop:
                break

    def _lend(self, place: int, value: Any) -> None:
        """Views of one's own for each call: a call may give another shape to what it gets."""
        self._given[place] = value
        for number, array in self._arrays.items():
            self._given[number] = array[...]

    def _note(self, *, bring_back: bool) -> None:
        """Note what memory a call has changed, and make it what it was."""
        for number, (before, now) in self._memory.items():
            if before != now:
                self.mutated.add(str(number))
                if bring_back:
                    now[:] = before
        self.drew = self.drew or self._generators.moved()
        self._generators.again()

    def _look(self) -> None:
        """The same for what is no memory."""
        for number, common in self._others.items():
            if common.changed():
                self.mutated.add(str(number))
                self._given[number] = common.value


def first_of(value: Any) -> Any:
    """The first element of a tuple or list that is not empty; anything else is itself."""
    if type(value) is list:
        return value[0] if value else value
    if issubclass(type(value), tuple) and tuple.__len__(value):
        return tuple.__getitem__(value, 0)
    return value
