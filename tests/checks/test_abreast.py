"""Many cases side by side, on a program that answers by itself."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, cast

import pytest

from grader.checks.abreast import abreast, ended
from grader.checks.faults import Unusable
from grader.core import Inputs, Message, Program, Raised, Returned, StudentFault, Value


class Answering:
    """A program whose functions are ours; `frames` keeps what was asked for together."""

    def __init__(self, **functions: Callable[..., Value]) -> None:
        self.functions = functions
        self.frames: list[tuple[str, list[tuple[Value, ...]]]] = []

    def map(
        self,
        target: str,
        batch: Sequence[tuple[Value, ...]],
        *,
        named: Sequence[str] = (),
        hold: Collection[int] = (),
        **settings: Any,
    ) -> list[Returned | Raised]:
        self.frames.append((target, list(batch)))
        return [self._one(target, args, named) for args in batch]

    def _one(self, target: str, args: tuple[Value, ...], named: Sequence[str]) -> Returned | Raised:
        places = len(args) - len(named)
        try:
            further = dict(zip(named, args[places:], strict=True))
            return Returned(self.functions[target](*args[:places], **further))
        except Raised as fault:
            return fault


def of(program: Answering) -> Program:
    return cast(Program, program)


def odd(x: int) -> int:
    if x % 2 == 0:
        raise Raised("ValueError", f"{x} is even")
    return x + 2


CASES: list[Inputs] = [{"start": start} for start in (1, 2, 3)]


def first(_: Value, inputs: Inputs) -> tuple[Value, ...]:
    return (inputs["start"],)


def test_one_step_of_all_cases_is_one_frame() -> None:
    program = Answering(odd=odd)
    steps = abreast(of(program), "odd", [None] * 3, CASES, first)
    assert program.frames == [("odd", [(1,), (2,), (3,)])]
    assert (steps[0], steps[2]) == (3, 5)
    assert isinstance(steps[1], Raised)


def test_a_case_that_a_fault_ended_takes_no_further_step_and_keeps_its_fault() -> None:
    program = Answering(odd=odd)
    steps = abreast(of(program), "odd", [None] * 3, CASES, first)
    further = abreast(of(program), "odd", steps, CASES, lambda come, inputs: (come,))
    assert program.frames[1] == ("odd", [(3,), (5,)])
    assert further == [5, steps[1], 7]


def test_a_result_that_is_of_no_use_for_the_next_step_ends_its_case() -> None:
    def next_step(come: Value, inputs: Inputs) -> tuple[Value, ...]:
        if come == 3:
            raise Unusable(Message("checks.unusable"))
        return (come,)

    program = Answering(odd=odd)
    steps = abreast(of(program), "odd", [3, 5, 7], CASES, next_step)
    assert isinstance(steps[0], Unusable)
    assert steps[1:] == [7, 9]


def test_nothing_is_asked_where_no_case_is_left() -> None:
    program, faults = Answering(odd=odd), [Raised("ValueError", "x")] * 3
    assert abreast(of(program), "odd", faults, CASES, first) == faults
    assert program.frames == []


def test_the_last_arguments_may_go_by_their_names() -> None:
    program = Answering(power=lambda base, exponent: base**exponent)
    steps = abreast(of(program), "power", [None] * 3, CASES, lambda _, one: (one["start"], 2), named=("exponent",))
    assert steps == [1, 4, 9]


@pytest.mark.parametrize("fault", [Raised("ValueError", "x"), Unusable(Message("checks.unusable"))])
def test_a_play_has_the_output_or_the_fault_of_its_function(fault: StudentFault) -> None:
    assert ended("f", 7, "out").outputs == {"out": 7}
    assert ended("f", fault, "out").faults == {"f": fault}
    assert ended("f", fault, "out").outputs == {}
