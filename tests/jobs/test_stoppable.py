"""One thread ends what another one grades: its box dies in the middle of a call, and it gets no other."""

from __future__ import annotations

import threading

import pytest

from grader.core import BoxFault, Limits, SourceFile, Submission
from grader.jobs.stoppable import Stoppable, Stopped
from grader.sandbox import open_sandbox

ENDLESS = "def f():\n    while True:\n        pass\n"
LIMITS = Limits(call_cpu_seconds=300, call_wall_seconds=600, box_cpu_seconds=600)
PATIENCE = 60


def work(text: str) -> Submission:
    return Submission((SourceFile("work.py", text.encode(), text),))


@pytest.fixture
def sandbox() -> Stoppable:
    return Stoppable(open_sandbox())


def test_a_call_that_runs_ends_when_it_is_stopped_long_before_its_limits(sandbox: Stoppable) -> None:
    calling, ended = threading.Event(), list[BaseException]()

    def grade() -> None:
        try:
            with sandbox.open(work(ENDLESS), ["f"], LIMITS) as program:
                calling.set()
                program.call("f")
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=grade)
    thread.start()
    assert calling.wait(PATIENCE)
    sandbox.stop()
    thread.join(PATIENCE)
    assert [type(error) for error in ended] == [Stopped]


def test_no_box_is_opened_any_more(sandbox: Stoppable) -> None:
    sandbox.stop()
    with pytest.raises(Stopped), sandbox.open(work(ENDLESS), ["f"], LIMITS):
        pass


def test_whoever_is_not_stopped_sees_the_box_as_it_is(sandbox: Stoppable) -> None:
    assert sandbox.isolation == open_sandbox().isolation
    with sandbox.open(work("def f(x):\n    return x + 1\n"), ["f"], LIMITS) as program:
        assert program.call("f", 1).value == 2
    with pytest.raises(BoxFault), sandbox.open(work(ENDLESS), ["f"], LIMITS):
        raise BoxFault("ours")
