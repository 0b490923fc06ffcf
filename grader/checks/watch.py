"""A Program that watches itself for one function group: who runs, what changed, and until when."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from grader.core import Events, Handle, LimitHit, Loaded, Program, Raised, Returned, StudentFault, Target, Value

T = TypeVar("T")


class Watch:
    """The program in the box as one function group sees it. Implements `Program`.

    `running` is the graded function of the last call; `mutated` and `drew` collect what calls did besides returning;
    `dead` is true once a limit has ended the box. Every call is seeded with `seed` unless it names its own. A function
    of `barred` is not called, its fault is raised instead. After `deadline` (on `clock`, seconds) every call is a
    LimitHit.
    """

    def __init__(
        self,
        program: Program,
        functions: Sequence[str],
        *,
        seed: int = 0,
        barred: Mapping[str, StudentFault] | None = None,
        deadline: float = float("inf"),
        allowed: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._program, self._functions, self._seed = program, tuple(functions), seed
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
    def output_dropped(self) -> int:
        return self._program.output_dropped

    def call(
        self,
        target: Target,
        *args: Value,
        seed: int | None = None,
        hold: Collection[int] = (),
        cpu_seconds: float | None = None,
        **kwargs: Value,
    ) -> Returned:
        self._enter(target)
        seed = self._seed if seed is None else seed
        return self._note(
            self._guarded(
                lambda: self._program.call(target, *args, seed=seed, hold=hold, cpu_seconds=cpu_seconds, **kwargs)
            )
        )

    def map(
        self, target: Target, batch: Sequence[tuple[Value, ...]], *, seed: int | None = None
    ) -> list[Returned | Raised]:
        self._enter(target)
        seed = self._seed if seed is None else seed
        results = self._guarded(lambda: self._program.map(target, batch, seed=seed))
        for result in results:
            if isinstance(result, Returned):
                self._note(result)
        return results

    def trace(self, target: Target, *args: Value, seed: int | None = None, budget: int = 1_000_000) -> Events:
        self._enter(target)
        seed = self._seed if seed is None else seed
        return self._guarded(lambda: self._program.trace(target, *args, seed=seed, budget=budget))

    def get(self, handle: Handle, attribute: str) -> Value:
        return self._guarded(lambda: self._program.get(handle, attribute))

    def set(self, handle: Handle, attribute: str, value: Value) -> None:
        self._guarded(lambda: self._program.set(handle, attribute, value))

    def _enter(self, target: Target) -> None:
        self.running = self._function_of(target)
        if self.running in self._barred:
            raise self._barred[self.running]

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

    def _note(self, returned: Returned) -> Returned:
        if returned.mutated:
            self.mutated.setdefault(self.running, set()).update(returned.mutated)
        if returned.drew:
            self.drew.add(self.running)
        return returned
