"""A Program that watches itself for one function group: who runs, what changed, and until when."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from numpy.typing import NDArray

from grader.core import (
    Events,
    Handle,
    LimitHit,
    Loaded,
    Message,
    Program,
    Raised,
    Returned,
    StudentFault,
    Swept,
    Target,
    Value,
)

T = TypeVar("T")
Did = TypeVar("Did", Returned, Swept)


class Watch:
    """The program in the box as one function group sees it. Implements `Program`.

    `running` is the graded function of the last call; `mutated` and `drew` collect what calls did besides returning;
    `dead` is true once a limit has ended the box. Every call is seeded with `seed` and limited to `cpu_seconds` unless
    it names its own. A function of `barred` is not called, its fault is raised instead. After `deadline` (on `clock`,
    seconds) every call is a LimitHit.
    """

    def __init__(
        self,
        program: Program,
        functions: Sequence[str],
        *,
        seed: int = 0,
        cpu_seconds: float | None = None,
        barred: Mapping[str, StudentFault] | None = None,
        deadline: float = float("inf"),
        allowed: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._program, self._functions = program, tuple(functions)
        self._seed, self._cpu_seconds = seed, cpu_seconds
        self._barred = dict(barred or {})
        self._deadline, self._allowed, self._clock = deadline, allowed, clock
        self.running = self._functions[0]
        self.mutated: dict[str, set[str]] = {}
        self.drew: set[str] = set()
        self.dead = False

    @property
    def loaded(self) -> Loaded:
        return self._program.loaded

    @property
    def output(self) -> str:
        return self._program.output

    @property
    def noted(self) -> tuple[Message, ...]:
        return self._program.noted

    @property
    def output_dropped(self) -> int:
        return self._program.output_dropped

    def stop(self) -> None:
        self._program.stop()

    def call(
        self,
        target: Target,
        *args: Value,
        seed: int | None = None,
        hold: Collection[int] = (),
        bring: Sequence[int] = (),
        cpu_seconds: float | None = None,
        **kwargs: Value,
    ) -> Returned:
        how = self._enter(target, seed, cpu_seconds)
        return self._note(
            self._guarded(lambda: self._program.call(target, *args, hold=hold, bring=bring, **how, **kwargs))
        )

    def map(
        self,
        target: Target,
        batch: Sequence[tuple[Value, ...]],
        *,
        named: Sequence[str] = (),
        seed: int | None = None,
        hold: Collection[int] = (),
        bring: Sequence[int] = (),
        cpu_seconds: float | None = None,
    ) -> list[Returned | Raised]:
        how = self._enter(target, seed, cpu_seconds)
        results = self._guarded(lambda: self._program.map(target, batch, named=named, hold=hold, bring=bring, **how))
        for args, result in zip(batch, results, strict=True):
            if isinstance(result, Returned):
                self._note(_without_self(result) if "." in target and isinstance(args[0], Handle) else result)
        return results

    def sweep(
        self,
        target: Target,
        args: Sequence[Value],
        place: int,
        values: NDArray[Any],
        *,
        at: NDArray[Any] | Sequence[int] | None = None,
        first: bool = False,
        seed: int | None = None,
        cpu_seconds: float | None = None,
    ) -> Swept:
        how = self._enter(target, seed, cpu_seconds)
        return self._note(
            self._guarded(lambda: self._program.sweep(target, args, place, values, at=at, first=first, **how))
        )

    def trace(
        self,
        target: Target,
        *args: Value,
        seed: int | None = None,
        budget: int = 1_000_000,
        cpu_seconds: float | None = None,
    ) -> Events:
        how = self._enter(target, seed, cpu_seconds)
        return self._guarded(lambda: self._program.trace(target, *args, budget=budget, **how))

    def get(self, handle: Handle, attribute: str) -> Value:
        return self._guarded(lambda: self._program.get(handle, attribute))

    def set(self, handle: Handle, attribute: str, value: Value) -> None:
        self._guarded(lambda: self._program.set(handle, attribute, value))

    def put(self, attribute: str, values: Sequence[tuple[Handle, Value]]) -> None:
        self._guarded(lambda: self._program.put(attribute, values))

    def _enter(self, target: Target, seed: int | None, cpu_seconds: float | None) -> dict[str, Any]:
        """Note who runs from now on; the seed and the limit of the call."""
        self.running = self._function_of(target)
        if self.running in self._barred:
            raise self._barred[self.running]
        return {"seed": self._seed if seed is None else seed, "cpu_seconds": cpu_seconds or self._cpu_seconds}

    def _function_of(self, target: Target) -> str:
        """The graded function that a call is made for: itself, the method by its name, else the group's first."""
        name = target if isinstance(target, str) else f"{target[0].type}.{target[1]}"
        for candidate in (name, f"{name}.__init__"):
            if candidate in self._functions:
                return candidate
        method = "." + name.rpartition(".")[2]
        return next((known for known in self._functions if known.endswith(method)), self._functions[0])

    def _guarded(self, action: Callable[[], T]) -> T:
        try:
            if self._clock() > self._deadline:
                raise LimitHit("wall_time", allowed=self._allowed, used=self._allowed)
            return action()
        except LimitHit:
            self.dead = True
            raise

    def _note(self, returned: Did) -> Did:
        if returned.mutated:
            self.mutated.setdefault(self.running, set()).update(returned.mutated)
        if returned.drew:
            self.drew.add(self.running)
        return returned


def _without_self(returned: Returned) -> Returned:
    """What a method did that was called by its class: the places of its arguments are those behind the object."""
    places = (str(int(place) - 1) if place.isdecimal() else place for place in returned.mutated)
    return replace(returned, mutated=tuple(places))
