"""What a call did besides returning: arguments that changed, numbers drawn from the global generators.

Both are told by comparing memory. An argument is compared with a copy of its bytes; a generator with what its
seed makes of it, read where it lies. So a call that leaves everything alone costs a microsecond, and the next one need
not be seeded anew. This file enters the box.
"""

from __future__ import annotations

import _random
import ctypes
import random
import struct
from collections.abc import Container
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.random

if TYPE_CHECKING:
    from grader.sandbox.inside import entropy, wire
else:
    import entropy
    import wire

# A Mersenne twister is 624 words of 32 bits, all of them other ones after as many draws, and the place of the next. The
# place and the three words beside it tell a draw and another seed (the very first word is the same for all of Python's
# seeds); Python keeps the place before its words, NumPy behind them.
WORDS = 624
WITNESS = 16  # bytes


def _memory(address: int) -> memoryview:
    return memoryview((ctypes.c_ubyte * WITNESS).from_address(address)).cast("B")


def _python_state() -> memoryview:
    """Of Python's own generator; where its words lie in the object is looked up, not known."""
    generator: Any = random.random.__self__  # type: ignore[attr-defined]
    words = struct.pack(f"={WORDS}I", *generator.getstate()[1][:WORDS])
    body = ctypes.string_at(id(generator), _random.Random.__basicsize__)
    return _memory(id(generator) + body.index(words) - 4)


def _numpy_state(generator: Any) -> memoryview:
    return _memory(generator.ctypes.state_address + 4 * WORDS + 4 - WITNESS)


BITS = np.random.get_bit_generator()  # type: ignore[attr-defined]  # kept, since its memory is read
STATES = _python_state(), _numpy_state(BITS)  # found once, by the zygote: a fork leaves them where they are


class Generators:
    """Python's and NumPy's global generators, and what all others seed themselves with. `seed` makes them what a seed
    makes them; `moved` tells whether the global ones still are."""

    def __init__(self) -> None:
        self._seed_python, self._seed_numpy = random.seed, np.random.seed
        self._entropy = entropy.Entropy()
        self._entropy.serve()
        self.states = (*STATES, memoryview(self._entropy.used))
        self.fresh = bytearray(), bytearray(), bytearray(1)  # what the seed made of them
        self._seed = -1

    def seed(self, seed: int) -> None:
        """Make all what `seed` makes them; nothing is done where they are that still."""
        self._entropy.begin(seed)
        if seed == self._seed and not self.moved():
            return
        self._seed_python(seed)
        self._seed_numpy(seed & 0xFFFFFFFF)
        self._seed, self.fresh = seed, (bytearray(self.states[0]), bytearray(self.states[1]), bytearray(1))

    def again(self) -> None:
        """Seed with the last seed."""
        self.seed(self._seed)

    def moved(self) -> bool:
        """Has a number been drawn, or another seed been set, since `seed`?"""
        return self.fresh[0] != self.states[0] or self.fresh[1] != self.states[1]


class Twin:
    """What an argument was: its bytes, to be compared with what it is."""

    __slots__ = ("_before", "value")

    def __init__(self, value: Any) -> None:
        self.value, self._before = value, contents(value)

    def changed(self) -> bool:
        return bool(contents(self.value) != self._before)

    def restore(self) -> bool:
        """Make an array again what it was; whether the value is what it was."""
        if self.changed() and type(self.value) is np.ndarray and self.value.shape == self._before[1]:
            _, shape, data = self._before
            np.copyto(self.value, np.frombuffer(data, self.value.dtype).reshape(shape))
        return not self.changed()


def contents(value: Any) -> Any:
    """What can be compared bit for bit: an array or a container with all that is in it; None for anything else."""
    if type(value) is np.ndarray:
        return value.dtype, value.shape, value.tobytes()
    if type(value) not in (list, dict, tuple):
        return None
    to = wire.Writer(lambda item: wire.Opaque("h", id(item), ""), wire.Caps())
    try:
        return wire.encode(value, to), b"".join(to.buffers)
    except wire.Unsendable:
        return None


class Watched:
    """One call: the arguments that may change, but for objects that were kept in the box, and the generators."""

    def __init__(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], seed: int, held: Container[int], generators: Generators
    ) -> None:
        named = {**{str(place): value for place, value in enumerate(args)}, **kwargs}
        self._twins = {name: Twin(value) for name, value in named.items() if id(value) not in held}
        self._generators = generators
        generators.seed(seed)

    def mutated(self) -> list[str]:
        return [name for name, twin in self._twins.items() if twin.changed()]

    def drew(self) -> bool:
        return self._generators.moved()

    def restore(self) -> bool:
        """Make arguments and generators what they were before the call; whether they are."""
        self._generators.again()
        return all(twin.restore() for twin in self._twins.values())
