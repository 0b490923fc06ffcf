"""A box without isolation starts with nothing, shares nothing, and leaves nothing, whoever dies first.

What the other tiers keep from it stands in `test_isolation.py`, and their lives in `test_keeper.py`.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.core import BoxFault, LimitHit, Limits, SourceFile, StudentFault, Submission
from grader.errors import Unavailable
from grader.sandbox import open_sandbox
from grader.sandbox.box import Box
from grader.sandbox.plain import PlainProcess
from grader.sandbox.tiers import BoxSandbox, tiers
from tests.sandbox.conftest import CONFINED, REQUIRED, require
from tests.sandbox.processes import alive, gone

plain = pytest.mark.parametrize("tier", ["none"], indirect=True, scope="session")

LOOK = """
    import builtins, os, sys, time
    import numpy as np
    def fds():
        return sorted(int(name) for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}"))
    def surroundings():
        block = open("/proc/self/environ").read()
        return dict(os.environ), block, sys.argv, sys.path, os.listdir("."), os.getcwd()
    def read():
        return sys.stdin.read()
    def leave_a_mark():
        builtins.mark = np.mark = 1
        open("mark", "w").close()
        np.random.seed(5)
    def marks():
        return hasattr(builtins, "mark"), hasattr(np, "mark"), os.path.exists("mark")
    def modules():
        return [name for name in ("grader", "wire", "loading", "guest", "fastapi", "sqlalchemy") if name in sys.modules]
    def imports(name):
        try:
            return __import__(name).__file__
        except Exception as error:
            return type(error).__name__
    def session():
        return os.getsid(0) == os.getpid() == os.getpgid(0)
    def sleep():
        time.sleep(600)
    def child():
        if os.fork() == 0:
            time.sleep(600)
        return 1
"""
NAMES = "fds surroundings read leave_a_mark marks modules imports session sleep child"


@pytest.fixture(scope="module")
def program(open_box: Any) -> Any:
    os.environ["GRADER_SECRET"] = "planted-in-the-environment"
    try:
        with open_box(LOOK, NAMES) as program:
            yield program
    finally:
        del os.environ["GRADER_SECRET"]


@plain
def test_four_descriptors_are_open(program: Any) -> None:
    assert program.call("fds").value == [0, 1, 2, 3]


@plain
def test_the_environment_and_the_folder_are_empty_and_no_secret_is_seen(program: Any) -> None:
    environ, block, argv, path, files, folder = program.call("surroundings").value
    assert (environ, argv, files) == ({}, [""], [])
    assert "planted" not in block
    assert not any("site-packages" in place for place in path)
    assert Path(folder).name.startswith("grader-box-")


@plain
def test_standard_input_is_empty(program: Any) -> None:
    assert program.call("read").value == ""


@plain
def test_of_our_own_code_and_packages_nothing_can_be_imported(program: Any) -> None:
    assert program.call("modules").value == []
    for name in ("grader", "grader.core", "fastapi", "sqlalchemy", "pytest"):
        assert program.call("imports", name).value in ("AttributeError", "ModuleNotFoundError", None)


@plain
def test_it_is_a_session_of_its_own(program: Any) -> None:
    assert program.call("session").value is True


@plain
def test_two_boxes_share_nothing(open_box: Any) -> None:
    with open_box(LOOK, NAMES) as one, open_box(LOOK, NAMES) as other:
        one.call("leave_a_mark")
        assert one.call("marks").value == (True, True, True)
        assert other.call("marks").value == (False, False, False)


@plain
def test_nothing_is_left_when_a_box_is_closed(open_box: Any) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with open_box(LOOK, NAMES) as box:
        pid, folder = box.process.pid, box.process.folder
        assert alive(pid)
        assert Path(folder).is_dir()
    assert not alive(pid)
    assert not Path(folder).exists()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@plain
def test_what_a_dead_box_leaves_behind_is_ended_too(open_box: Any) -> None:
    source = """
        import os, time
        def f():
            child = os.fork()
            if child == 0:
                time.sleep(600)
            print(child, flush=True)
            os._exit(0)
    """
    with open_box(source) as box:
        with pytest.raises(StudentFault) as caught:
            box.call("f")
        if os.geteuid() == 0:  # for anyone else the process limit refuses the fork
            assert getattr(caught.value, "kind", None) == "exited"
            assert gone(int(box.output))
        else:
            assert getattr(caught.value, "type", None) == "BlockingIOError"


@plain
def test_a_limit_leaves_no_process(open_box: Any) -> None:
    with open_box(LOOK, NAMES, call_wall_seconds=0.2) as box:
        with pytest.raises(LimitHit):
            box.call("sleep")
        assert not alive(box.process.pid)


GRADER = """
import os, sys
from grader.core import Limits, SourceFile, Submission
from grader.sandbox import open_sandbox
text = "import time\\ndef f():\\n    while True:\\n        time.sleep(0.001)\\n"
work = Submission((SourceFile("a.py", text.encode(), text),))
with open_sandbox("none", unsafe=True).open(work, ["f"], Limits()) as box:
    print(box.process.pid, box.process.folder, flush=True)
    box.call("f", cpu_seconds=1000)
"""


def test_a_killed_grader_leaves_no_box() -> None:
    with subprocess.Popen([sys.executable, "-c", GRADER], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout
        pid, folder = grader.stdout.readline().split()
        assert alive(int(pid))
        grader.send_signal(signal.SIGKILL)
    assert gone(int(pid))
    Path(folder).rmdir()


def test_the_required_tier_is_there_and_the_best_one_is_taken() -> None:
    require("landlock" if REQUIRED == "none" else REQUIRED)
    assert tiers() == tuple(tier for tier in (*CONFINED, "none") if tier in tiers())
    assert open_sandbox().isolation == tiers()[0]
    for tier in tiers():
        assert open_sandbox(tier, unsafe=True).isolation == tier


def test_no_isolation_is_refused_by_name_unless_it_is_wanted() -> None:
    with pytest.raises(Unavailable) as caught:
        open_sandbox("none")
    assert caught.value.message.id == "sandbox.tier.unconfirmed"


EMPTY = Submission((SourceFile("a.py", b"", ""),))


class DeadOnArrival(PlainProcess):
    """A guest that is killed before it says anything."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.signal(signal.SIGKILL)


def test_a_guest_that_does_not_start_is_our_fault() -> None:
    sandbox = BoxSandbox("none", DeadOnArrival)
    with pytest.raises(BoxFault), sandbox.open(EMPTY, [], Limits()):
        pytest.fail("it must not open")


def test_limits_that_cannot_be_set_are_our_fault() -> None:
    limits = Limits(open_files=-5)
    box = Box(PlainProcess(limits), limits)
    try:
        with pytest.raises(BoxFault, match="the guest did not start"):
            box.load(EMPTY, [], {})
    finally:
        box.close()
