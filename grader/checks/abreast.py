"""Many cases side by side: step by step, each step of all cases in one frame.

Where a case takes several calls that depend on each other (make an object, teach it, ask it; one step of an optimiser
after another), `each` sends a frame for every call. Here the k-th calls of all cases travel together; a case that a
fault ended takes no further step, and keeps its fault.
"""

from collections.abc import Callable, Collection, Sequence

from grader.checks.faults import Unusable
from grader.checks.playing import at_once
from grader.core import Inputs, Play, Program, StudentFault, Value

Step = Value | StudentFault  # what a case has come to
Arguments = tuple[Value, ...]


def abreast(
    program: Program,
    function: str,
    steps: Sequence[Step],
    batch: Sequence[Inputs],
    arguments: Callable[[Value, Inputs], Arguments],
    *,
    named: Sequence[str] = (),
    hold: Collection[int] = (),
) -> list[Step]:
    """Call `function` (or `Class.method`, with the object first) for every case that is still going, with
    `arguments(what it has come to, its inputs)`, the last of them by the names `named`. Of what it
    returns the elements `hold` stay in the box.

    Gives what was returned, or the fault that ended the case: now, earlier, or in `arguments`, where what was returned
    before is of no use.
    """
    given = [_given(step, inputs, arguments) for step, inputs in zip(steps, batch, strict=True)]
    going = [one for one in given if not isinstance(one, StudentFault)]
    results = iter(at_once(program, function, going, named=named, hold=hold))
    came = [one if isinstance(one, StudentFault) else next(results) for one in given]
    return [one if isinstance(one, StudentFault) else one.value for one in came]


def _given(step: Step, inputs: Inputs, arguments: Callable[[Value, Inputs], Arguments]) -> Arguments | StudentFault:
    if isinstance(step, StudentFault):
        return step
    try:
        return arguments(step, inputs)
    except Unusable as fault:
        return fault


def ended(function: str, step: Step, name: str) -> Play:
    """The play of a case whose last call returned the output `name` of `function`."""
    return Play({}, {function: step}) if isinstance(step, StudentFault) else Play({name: step})
