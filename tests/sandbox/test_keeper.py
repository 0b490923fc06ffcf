"""The life of a zygote and its boxes, seen by its keeper: what they leave, who dies with whom, and what comes next."""

import os
import resource
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from grader.core import BoxFault, Limits, Program
from grader.sandbox.box import Box
from grader.sandbox.keeper import Keeper
from grader.sandbox.tiers import BoxSandbox
from grader.sandbox.users import SLOTS
from tests.sandbox.conftest import each_tier, submission
from tests.sandbox.processes import alive, children, descendants, descriptors, gone, idle, mounts, own_memory, status

HERE = Path(__file__).parent
OTHERWISE = str(HERE / "otherwise.py")
BOXES = int(os.environ.get("GRADER_BOXES", "300"))  # `make long` says more
WORK = submission({"work.py": "import numpy as np\ndef f(x):\n    return float(np.ones((x, x)).sum())\n"})
LEAST_SHARED_STEPS = {"ns": ("namespaces", "rlimits", "seccomp"), "landlock": ("scrub", "seccomp")}


@pytest.fixture
def keeper(tier: Any) -> Iterator[Keeper]:
    with closing(Keeper(tier, most=1_000_000)) as keeper:
        yield keeper


@contextmanager
def opened(keeper: Keeper) -> Iterator[Program]:
    sandbox = BoxSandbox(keeper.tier, keeper.start)
    with sandbox.open(WORK, ["f"], Limits()) as program:
        yield program


def use(keeper: Keeper) -> float:
    with opened(keeper) as program:
        return float(program.call("f", 8).value)


def serving(keeper: Keeper) -> int:
    """The process that forks: the inner one where there are namespaces."""
    assert keeper.pid
    return children(keeper.pid)[0] if keeper.tier == "ns" else keeper.pid


# --------------------------------------------------------------------------- what boxes leave


@each_tier
def test_hundreds_of_boxes_leave_nothing(keeper: Keeper) -> None:
    """No descriptor, mount, process, thread or memory, here or in the zygote."""
    for _ in range(20):
        use(keeper)
    zygote, first = serving(keeper), keeper.pid

    def state() -> dict[str, object]:
        assert idle(zygote), "it has put the last box away"
        return {
            "descriptors": (descriptors(os.getpid()), descriptors(zygote)),
            "mounts": (mounts(os.getpid()), mounts(zygote)),
            "boxes": children(zygote),
            "threads": (status(os.getpid())["Threads"], status(zygote)["Threads"]),
        }

    before, memory = state(), own_memory(zygote)
    assert [use(keeper) for _ in range(BOXES)] == [64.0] * BOXES
    assert state() == before
    assert own_memory(zygote) - memory < 400 << 10
    assert keeper.pid == first


@each_tier
def test_many_boxes_run_at_once_for_several_threads(keeper: Keeper) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: use(keeper), range(48))) == [64.0] * 48
    assert children(serving(keeper)) == []


@each_tier
def test_there_are_only_so_many_boxes_at_once(keeper: Keeper) -> None:
    with ExitStack() as stack:
        boxes = [stack.enter_context(closing(keeper.start(Limits()))) for _ in range(SLOTS)]
        with pytest.raises(BoxFault, match=f"{SLOTS} boxes"):
            keeper.start(Limits())
        boxes[0].close()
        assert alive(stack.enter_context(closing(keeper.start(Limits()))).pid)


@each_tier
def test_closing_twice_is_closing_once(keeper: Keeper) -> None:
    before = descriptors(os.getpid())
    with opened(keeper) as program:
        box: Any = program
        box.close()
        box.close()
        assert gone(box.process.pid)
    keeper.close()
    keeper.close()
    assert descriptors(os.getpid()) == before
    assert use(keeper) == 64.0, "one that is closed starts anew where it is asked"


@each_tier
def test_a_grader_without_descriptors_gets_a_fault_and_loses_none(keeper: Keeper) -> None:
    use(keeper)
    before, (soft, hard) = descriptors(os.getpid()), resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        filled = [os.dup(0) for _ in range(100)]
        stack.callback(lambda: [os.close(number) for number in filled])
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(filled) + 1, hard))
        for _ in range(8):  # two pairs of sockets and two pipes
            with pytest.raises(BoxFault):
                keeper.start(Limits())
            os.close(filled.pop())
        keeper.start(Limits()).close()
    assert descriptors(os.getpid()) == before
    assert use(keeper) == 64.0


# --------------------------------------------------------------------------- who dies with whom


@pytest.mark.parametrize(
    ("tier", "which"), [("ns", "outer"), ("ns", "inner"), ("landlock", "outer")], indirect=["tier"], scope="session"
)
def test_a_killed_zygote_takes_its_boxes_along_and_another_one_follows(keeper: Keeper, which: str) -> None:
    with opened(keeper) as program, opened(keeper) as other:
        first = keeper.pid
        assert first
        everyone = [first, *descendants(first)]
        assert len(everyone) == (4 if keeper.tier == "ns" else 3)
        os.kill(first if which == "outer" else serving(keeper), signal.SIGKILL)
        assert gone(*everyone)
        for box in (program, other, program):
            with pytest.raises(BoxFault):
                box.call("f", 8)
        assert use(keeper) == 64.0
        assert keeper.pid != first
    assert use(keeper) == 64.0


@each_tier
def test_a_closed_keeper_takes_its_boxes_along(keeper: Keeper) -> None:
    with opened(keeper) as program:
        assert keeper.pid
        everyone = [keeper.pid, *descendants(keeper.pid)]
        keeper.close()
        assert gone(*everyone)
        with pytest.raises(BoxFault):
            program.call("f", 8)


@each_tier
def test_a_zygote_is_replaced_after_so_many_boxes_and_lives_until_its_last_one_ends(tier: Any) -> None:
    with closing(Keeper(tier, most=5)) as keeper:
        with opened(keeper) as oldest:
            first = keeper.pid
            assert first
            seen = set[Any]()
            for _ in range(11):
                use(keeper)
                seen.add(keeper.pid)
            assert len(seen) == 3
            assert alive(first)
            assert oldest.call("f", 3).value == 9.0
            assert gone(*(seen - {first, keeper.pid})), "one without boxes ends at once"
        assert gone(first)
        assert use(keeper) == 64.0


# --------------------------------------------------------------------------- set-up


@pytest.mark.parametrize(
    ("tier", "step"), [(tier, step) for tier, steps in LEAST_SHARED_STEPS.items() for step in steps], indirect=["tier"]
)
def test_a_box_that_is_killed_or_whose_zygote_is_killed_during_set_up_is_our_fault(tier: Any, step: str) -> None:
    with closing(Keeper(tier, program=(OTHERWISE, "wait", step))) as keeper:
        for victim in ("box", "zygote"):
            with closing(Box(keeper.start(Limits()), Limits())) as box:
                pid = box.process.pid
                assert alive(pid)
                assert keeper.pid
                os.kill(pid if victim == "box" else keeper.pid, signal.SIGKILL)
                assert gone(pid)
                with pytest.raises(BoxFault):
                    box.load(WORK, ["f"], {})


@each_tier
@pytest.mark.parametrize("program", [("/nowhere/zygote.py",), ("-c", "pass"), ("-c", "import time; time.sleep(0.2)")])
def test_a_zygote_that_does_not_start_is_our_fault(tier: Any, program: tuple[str, ...]) -> None:
    before = descriptors(os.getpid())
    with closing(Keeper(tier, program=program)) as keeper:
        for _ in range(2):
            with pytest.raises(BoxFault, match="ended"):
                keeper.start(Limits())
    assert descriptors(os.getpid()) == before
