"""Whoever is killed, at whatever moment: the grader's processes leave nothing, and nothing hangs."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from grader.core import BoxFault, Limits
from grader.sandbox.keeper import Keeper
from grader.sandbox.tiers import BoxSandbox, Tier
from tests.sandbox.conftest import each_tier, submission
from tests.sandbox.processes import alive, children, descendants, descriptors, gone

HERE = Path(__file__).parent
WORK = submission({"work.py": "def f(x):\n    return x + 1\n"})


def answer(keeper: Keeper) -> int:
    """What a function gives in a box of its own."""
    with BoxSandbox(keeper.tier, keeper.start).open(WORK, ["f"], Limits()) as program:
        return int(program.call("f", 1).value)


@each_tier
def test_kills_at_any_moment_are_faults_and_nothing_hangs_or_is_left(tier: Any) -> None:
    before, others = descriptors(os.getpid()), set(descendants(os.getpid()))
    killing, kills = threading.Event(), random.Random(4)

    def work() -> list[object]:
        seen: list[object] = []
        while not killing.is_set() or not seen:
            try:
                seen.append(answer(keeper))
            except BoxFault as fault:
                seen.append(fault)
        return seen

    with closing(Keeper(tier, most=7)) as keeper, ThreadPoolExecutor(3) as pool:
        working = [pool.submit(work) for _ in range(3)]
        for _ in range(15):
            time.sleep(kills.uniform(0.0, 0.3))
            found = sorted(set(descendants(os.getpid())) - others)
            for pid in kills.sample(found, min(1, len(found))):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        killing.set()
        seen = [one for result in working for one in result.result(60)]
        assert {one if isinstance(one, int) else BoxFault for one in seen} <= {2, BoxFault}
        assert answer(keeper) == 2
    assert gone(*(set(descendants(os.getpid())) - others))
    assert descriptors(os.getpid()) == before


@each_tier
@pytest.mark.parametrize("how", ["main", "thread", "fork", "setup"])
def test_a_killed_grader_leaves_nothing(tier: Tier, how: str) -> None:
    """Also where the thread that opened the first box has ended, where it forked, or while a box is set up."""
    with holding(tier, how) as (grader, everyone):
        assert len(everyone) == (3 if tier == "ns" else 2)
        assert all(alive(pid) for pid in everyone)
        grader.kill()
        assert gone(*everyone)


@each_tier
def test_a_fork_of_the_grader_keeps_nothing_alive(tier: Tier) -> None:
    """It has copies of all descriptors, the zygote's control socket too."""
    with holding(tier, "closed") as (grader, everyone):
        assert gone(*everyone)
        assert len(children(grader.pid)) == 1


@each_tier
def test_a_fork_of_the_grader_has_boxes_of_its_own(tier: Tier) -> None:
    """What `multiprocessing` does: the child opens boxes by the keeper that it inherited, and the parent goes on."""
    command = [sys.executable, "-W", "ignore", str(HERE / "holding.py"), tier, "both"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    parent, child, later = map(json.loads, said.splitlines())
    assert parent == later, "the child took nothing from its parent"
    assert not set(parent) & set(child)
    assert gone(*parent, *child)


@contextmanager
def holding(tier: str, how: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A grader of its own, and the zygote's processes and boxes that it has."""
    command = [sys.executable, str(HERE / "holding.py"), tier, how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as grader:
        forked: list[int] = []
        try:
            assert grader.stdout
            everyone = json.loads(grader.stdout.readline())
            forked = [pid for pid in children(grader.pid) if pid not in everyone]
            yield grader, everyone
        finally:
            for pid in forked:
                os.kill(pid, signal.SIGKILL)
            grader.kill()
