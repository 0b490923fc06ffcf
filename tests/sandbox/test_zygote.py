"""What a zygote is once it has locked itself up, looked at from outside: the boxes get no more than it has."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.core import BoxFault, Limits
from grader.sandbox.box import Box
from grader.sandbox.keeper import Keeper
from grader.sandbox.users import unused_users
from tests.sandbox.conftest import each_tier, submission
from tests.sandbox.processes import PROC, children, descriptors, gone, idle, own_memory, status

pytestmark = each_tier
SECRET = "planted-for-the-zygote"
NUMPY = Path(np.__file__).resolve().parent
RUNTIME = (Path(sysconfig.get_path("stdlib")).resolve(), NUMPY, Path(f"{NUMPY}.libs"))


@pytest.fixture(scope="module")
def keeper(tier: Any) -> Iterator[Keeper]:
    """One that was started with a secret in the environment, and has made a box."""
    os.environ["GRADER_SECRET"] = SECRET
    try:
        with closing(Keeper(tier)) as keeper:
            keeper.start(Limits()).close()
            yield keeper
    finally:
        del os.environ["GRADER_SECRET"]


@pytest.fixture
def serving(keeper: Keeper) -> int:
    """The process that forks; where there are namespaces it is the only child of the one that was started."""
    assert keeper.pid
    below = children(keeper.pid)
    assert len(below) == (1 if keeper.tier == "ns" else 0)
    pid = below[0] if below else keeper.pid
    assert idle(pid)
    return pid


def test_it_has_one_thread_and_cannot_be_looked_into(serving: int) -> None:
    assert status(serving)["Threads"] == "1"
    assert (PROC / str(serving) / "maps").stat().st_uid == 0, "it is not dumpable"


def test_with_namespaces_it_is_no_user_of_the_host(serving: int, tier: str) -> None:
    users = set(status(serving)["Uid"].split()) | set(status(serving)["Gid"].split())
    if tier == "ns" and os.geteuid() == 0:
        assert users == {str(unused_users())}
        assert status(serving)["Groups"] == ""
    elif os.geteuid() != 0:
        assert users == {str(os.geteuid()), str(os.getegid())}
    else:
        assert users == {"0"}, "it needs root to give each box a user"


@pytest.mark.parametrize("pid", ["self", "serving"])
def test_it_is_in_namespaces_of_its_own(serving: int, tier: str, pid: str) -> None:
    """Its own process namespace shows in the last number of `NSpid`; only root may compare the others."""
    numbers = status(serving if pid == "serving" else os.getpid())["NSpid"].split()
    assert (
        len(numbers) == (2 if (pid, tier) == ("serving", "ns") else 1) + len(status(os.getpid())["NSpid"].split()) - 1
    )
    if tier == "ns" and pid == "serving":
        assert numbers[-1] == "1"
        if os.geteuid() == 0:
            for name in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup"):
                assert (PROC / f"{serving}/ns/{name}").readlink() != (PROC / f"self/ns/{name}").readlink(), name


def test_its_root_is_read_only_and_holds_the_runtime(serving: int, tier: str) -> None:
    mounts = [line.split() for line in (PROC / str(serving) / "mountinfo").read_text().splitlines()]
    if tier == "landlock":
        assert len(mounts) == (PROC / "self/mountinfo").read_text().count("\n")
        return
    assert all({"ro", "nosuid", "nodev"} <= set(fields[5].split(",")) for fields in mounts)
    places = [Path(fields[4]) for fields in mounts]
    assert [place for place in places if not any(place.is_relative_to(path) for path in RUNTIME)] == [Path("/")]


def test_its_environment_says_nothing_any_more(keeper: Keeper) -> None:
    """Only root may read it, so root looks; anyone else sees that he may not."""
    pids = [keeper.pid, *children(keeper.pid or 0)]
    for pid in pids:
        try:
            block = (PROC / str(pid) / "environ").read_bytes()
        except PermissionError:
            assert os.geteuid() != 0
        else:
            assert SECRET.encode() not in block
            assert pid != pids[-1] or block.strip(b"\0") == b""


def test_where_memory_is_short_the_kernel_takes_a_box_first(keeper: Keeper, serving: int) -> None:
    with closing(keeper.start(Limits())) as box:
        assert [(PROC / str(pid) / "oom_score_adj").read_text() for pid in (serving, box.pid)] == ["1000\n"] * 2


def test_it_is_small(serving: int) -> None:
    """What it holds is shared with every box: NumPy and the library, no more."""
    assert own_memory(serving) < 64 << 20


def test_no_two_boxes_at_once_are_one_user_whatever_zygote_made_them(tier: Any) -> None:
    with closing(Keeper(tier, most=1)) as keeper, ExitStack() as stack:
        boxes = [stack.enter_context(closing(Box(keeper.start(Limits()), Limits()))) for _ in range(3)]
        for box in boxes:
            box.load(submission({}), [], {})
        users = {status(box.process.pid)["Uid"].split()[0] for box in boxes}
        assert len(users) == (3 if os.geteuid() == 0 else 1), "an ordinary user has no other"


def test_a_grader_that_can_start_no_thread_gets_a_fault_and_loses_no_descriptor(tier: Any) -> None:
    usual, before = threading.stack_size(1 << 46), descriptors(os.getpid())
    try:
        with closing(Keeper(tier)) as keeper, pytest.raises(BoxFault, match="thread"):
            keeper.start(Limits())
    finally:
        threading.stack_size(usual)
    assert descriptors(os.getpid()) == before


def test_a_zygote_that_is_stopped_is_our_fault_and_ends_when_another_one_follows(tier: Any) -> None:
    with closing(Keeper(tier, fork_seconds=5)) as keeper:
        keeper.start(Limits()).close()
        first = keeper.pid or 0
        inner = (children(first) or [first])[0]
        os.kill(inner, signal.SIGSTOP)
        with pytest.raises(BoxFault, match="no box for 5 s"):
            keeper.start(Limits())
        keeper.start(Limits()).close()
        assert keeper.pid != first
        assert gone(first, inner)


@pytest.mark.parametrize("burden", ["deaf", "masked", *(["powerless"] if os.geteuid() == 0 else [])])
def test_a_grader_with_a_burden_ends_a_spinning_box_and_names_its_line(tier: str, burden: str) -> None:
    """An exec keeps ignored and blocked signals; and root need not be allowed to kill another user's process."""
    command = [sys.executable, str(Path(__file__).with_name("burdened.py")), tier, burden]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    kind, line, is_gone = json.loads(said)
    assert (kind, is_gone) == ("cpu_time", True)
    assert line in (2, 3)
