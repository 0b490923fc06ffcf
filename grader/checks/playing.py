"""How a group is played: from inputs to calls of student code, and from what returns to outputs by name.

`calls` is for plain functions (all cases travel in one batch), `pair` for a forward and a backward pass whose cache
stays in the box, `each` for anything else: a generator that makes calls and yields `(output name, value)`.
Nothing here trusts the shape of what returns: an output that did not come is simply not there.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from grader.checks.describe import described
from grader.checks.faults import Unusable
from grader.checks.watch import Watch
from grader.core import Inputs, Message, Outputs, Play, Program, Raised, Returned, StudentFault, Value

Player = Callable[[Program, Sequence[Inputs]], list[Play]]
Steps = Callable[[Program, Inputs], Iterable[tuple[str, Value]]]


def parts(value: Value, *names: str) -> tuple[Value, ...]:
    """The first `len(names)` elements of a returned tuple or list; further ones are tolerated.

    Raises Unusable where there are fewer. For steps of `each` that cannot go on without all of them.
    """
    if isinstance(value, (tuple, list)) and len(value) >= len(names):
        return tuple(value[: len(names)])
    about = {"expected": ", ".join(names), "actual": described(value)}
    raise Unusable(Message("checks.unusable", about), empty=value is None)


def by_name(value: Value, names: Sequence[str]) -> Outputs:
    """Outputs from a returned value: one name takes it whole, several take the elements of a tuple or list, as far
    as they go, or of an array of as many numbers; where one value came for several names it is the first."""
    if len(names) == 1:
        return {names[0]: value}
    if value is None:
        return dict.fromkeys(names)
    if isinstance(value, (tuple, list)):
        return dict(zip(names, value, strict=False))
    if isinstance(value, np.ndarray) and value.shape == (len(names),):
        return dict(zip(names, value, strict=True))
    return {names[0]: value}


Moved = Sequence[tuple[str, NDArray[Any]]]  # an input by its name, and the value that it gets


@runtime_checkable
class Along(Protocol):
    """A player that can be asked for along many values of its `arguments`, in fewer calls than by playing."""

    @property
    def arguments(self) -> tuple[str, ...]: ...

    def along(self, program: Program, inputs: Inputs, moved: Moved) -> list[Outputs]:
        """The first output with every one of `moved` in place of that input; none where a call raised."""
        ...


@dataclass(frozen=True, slots=True)
class Straight:
    """A player whose first output comes from one call: `function(*arguments)`, or with `first` the first of what that
    returns. So it can be asked for along many values of one input in a frame, as a numeric gradient does. Two are equal
    that make the same calls."""

    play: Player = field(compare=False)
    function: str
    arguments: tuple[str, ...]
    output: str
    first: bool

    def __call__(self, program: Program, batch: Sequence[Inputs]) -> list[Play]:
        return self.play(program, batch)

    def along(self, program: Program, inputs: Inputs, moved: Moved) -> list[Outputs]:
        """The first output with every one of `moved` in place of that input; none where a call raised."""
        return [
            outputs
            for name, along in groupby(moved, lambda one: one[0])
            for outputs in self._swept(program, inputs, name, np.stack([value for _, value in along]))
        ]

    def _swept(self, program: Program, inputs: Inputs, name: str, values: NDArray[Any]) -> list[Outputs]:
        given = [inputs[argument] for argument in self.arguments]
        place = self.arguments.index(name)
        try:
            swept = program.sweep(self.function, given, place, values, first=self.first)
        except Raised:
            return [{} for _ in values]
        return [{self.output: value} for value in swept.values]


def calls(function: str, arguments: Sequence[str], returns: Sequence[str]) -> Straight:
    """Play `function(*arguments) -> returns`: the inputs and outputs by name, all cases in one batch."""

    def play(program: Program, batch: Sequence[Inputs]) -> list[Play]:
        tuples = [tuple(inputs[name] for name in arguments) for inputs in batch]
        return [_play_of(function, result, returns) for result in program.map(function, tuples)]

    return Straight(play, function, tuple(arguments), returns[0], first=len(returns) > 1)


def _play_of(function: str, result: Returned | Raised, returns: Sequence[str]) -> Play:
    if isinstance(result, Raised):
        return Play({}, {function: result})
    return Play(by_name(result.value, returns))


def pair(forward: str, backward: str, arguments: Sequence[str], gradients: Sequence[str]) -> Straight:
    """Play `forward(*arguments) -> (out, cache)` and `backward(dout, cache) -> gradients` on the student's own cache,
    each for all cases in one batch.

    The inputs hold `dout` besides the arguments; the outputs are `out` and the gradients.
    """

    def play(program: Program, batch: Sequence[Inputs]) -> list[Play]:
        tuples = [tuple(inputs[name] for name in arguments) for inputs in batch]
        plays, caches = taken_apart(forward, at_once(program, forward, tuples, hold=(1,)))
        continue_with(program, backward, batch, plays, caches=caches, gradients=gradients)
        return plays

    return Straight(play, forward, tuple(arguments), "out", first=True)


def taken_apart(forward: str, results: Sequence[Returned | StudentFault]) -> tuple[list[Play], dict[int, Value]]:
    """What forward passes returned, case by case, and the caches of those that have one."""
    plays, caches = list[Play](), dict[int, Value]()
    for number, came in enumerate(results):
        if isinstance(came, StudentFault):
            plays.append(Play({}, {forward: came}))
            continue
        try:
            out, caches[number] = parts(came.value, "out", "cache")
            plays.append(Play({"out": out}))
        except Unusable as fault:
            alone = {} if isinstance(came.value, (tuple, list)) else {"out": came.value}
            plays.append(Play(alone, {forward: fault}))
    return plays, caches


def continue_with(
    program: Program,
    backward: str,
    batch: Sequence[Inputs],
    plays: list[Play],
    *,
    caches: Mapping[int, Value],
    gradients: Sequence[str],
    seed: int | None = None,
) -> None:
    """Call `backward(dout, cache)` for the plays that have a cache, and put the gradients, or its fault, into them."""
    going = [(batch[number]["dout"], cache) for number, cache in caches.items()]
    for number, came in zip(caches, at_once(program, backward, going, seed=seed), strict=True):
        outputs, faults = plays[number].outputs, plays[number].faults
        plays[number] = (
            Play(outputs, {**faults, backward: came})
            if isinstance(came, StudentFault)
            else Play({**outputs, **by_name(came.value, gradients)}, faults)
        )


def at_once(
    program: Program,
    function: str,
    batch: Sequence[tuple[Value, ...]],
    *,
    named: Sequence[str] = (),
    hold: Collection[int] = (),
    bring: Sequence[int] = (),
    seed: int | None = None,
) -> Sequence[Returned | StudentFault]:
    """`function` called on every tuple of arguments in one frame; where it cannot be called at all, its fault for each
    of them. `seed` replaces that of all other calls."""
    if not batch:
        return ()
    seeded = {} if seed is None else {"seed": seed}
    try:
        return program.map(function, batch, named=named, hold=hold, bring=bring, **seeded)
    except StudentFault as fault:
        if not isinstance(program, Watch) or program.dead:
            raise
        return [fault] * len(batch)


def each(steps: Steps) -> Player:
    """Play case by case: `steps(program, inputs)` yields `(output name, value)` as they come.

    When student code raises, what was yielded before stays, and the fault is that of the function that was running.
    """

    def play(program: Program, batch: Sequence[Inputs]) -> list[Play]:
        return [played(steps, program, inputs) for inputs in batch]

    return play


def played(steps: Steps, program: Program, inputs: Inputs) -> Play:
    """One case, or a part of one, played step by step as `each` does."""
    outputs: dict[str, Value] = {}
    try:
        for name, value in steps(program, inputs):
            outputs[name] = value
    except StudentFault as fault:
        if not isinstance(program, Watch) or program.dead:
            raise
        return Play(outputs, {program.running: fault})
    return Play(outputs)
