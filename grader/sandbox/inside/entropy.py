"""What generators seed themselves with where a program says no seed: bytes that follow from the seed of the call.

`np.random.default_rng()`, `RandomState()` and `SeedSequence()` ask `secrets`, which asks `random` for the kernel's
random bytes; `random.Random()` asks the kernel by itself. Here all of them are given ours, so that a submission graded
twice draws the same numbers, whatever generator it makes. `os.urandom` stays the kernel's. This file enters the box.
"""

from __future__ import annotations

import _random
import functools
import random
from typing import Any

OTHER_STREAM = 1 << 64  # added to a seed: not the numbers that Python's own generator draws under it
SEED_BYTES = 32


class Entropy:
    """Bytes that look like the kernel's and are the same in every call with the same seed. `used` is 1 once some were
    asked for since `begin`, and 0 before."""

    def __init__(self) -> None:
        self.used = bytearray(1)
        self._seed, self._source = 0, _random.Random()

    def begin(self, seed: int) -> None:
        """Start over, with what follows from `seed`."""
        self._seed, self.used[0] = seed, 0

    def take(self, size: int) -> bytes:
        """The next `size` bytes. Raises ValueError and TypeError as `os.urandom` does."""
        if not self.used[0]:
            self._source.seed(self._seed + OTHER_STREAM)
            self.used[0] = 1
        return self._source.getrandbits(8 * size).to_bytes(size, "little")

    def serve(self) -> None:
        """Be what every generator of this process takes its seed from; the global ones as well, where they are seeded
        without a seed."""
        seed = random.Random.seed

        @functools.wraps(seed)
        def seeded(self_: Any, a: Any = None, version: int = 2) -> None:
            seed(self_, int.from_bytes(self.take(SEED_BYTES), "little") if a is None else a, version)

        random._urandom = self.take  # type: ignore[attr-defined]
        random.Random.seed = seeded  # type: ignore[assignment, method-assign]
        random.seed = random.seed.__self__.seed  # type: ignore[attr-defined]
