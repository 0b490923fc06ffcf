"""The verdict on a box follows from what the kernel says of its end, and from this side's clocks; texts are cut."""

import os
import signal

import pytest

from grader.sandbox.limits import Budget, run_delay, running_line, verdict
from grader.sandbox.output import Output
from grader.sandbox.process import Ending


@pytest.mark.parametrize(
    ("ending", "kind", "detail"),
    [
        (Ending(None, 0, 0.0), "exited", "0"),
        (Ending(None, 7, 0.0), "exited", "7"),
        (Ending(signal.SIGSYS, 0, 0.0), "forbidden_syscall", "SIGSYS"),
        (Ending(signal.SIGSEGV, 0, 0.0), "crashed", "SIGSEGV"),
        (Ending(signal.SIGTERM, 0, 0.0), "crashed", "SIGTERM"),
        (Ending(40, 0, 0.0), "crashed", "signal 40"),
        (Ending(signal.SIGXCPU, 0, 64.0), "cpu_time", ""),
        (Ending(signal.SIGKILL, 0, 64.1), "cpu_time", ""),
    ],
)
def test_the_verdict_follows_from_how_the_kernel_says_it_ended(ending: Ending, kind: str, detail: str) -> None:
    hit = verdict(ending, Budget(os.getpid(), 2.0, 5.0))
    assert hit
    assert (hit.kind, hit.detail) == (kind, detail)
    assert (hit.allowed, hit.used) == ((2.0, ending.cpu_seconds) if kind == "cpu_time" else (None, None))


def test_a_kill_that_nobody_here_sent_is_no_verdict() -> None:
    assert verdict(Ending(signal.SIGKILL, 0, 1.0), Budget(os.getpid(), 2.0, 5.0)) is None


def test_waiting_for_a_processor_is_not_the_boxs_own_time() -> None:
    assert run_delay(os.getpid()) >= 0.0
    assert run_delay(-1) == 0.0


def test_the_line_is_believed_only_where_it_can_be_true() -> None:
    dump = b'File "/etc/passwd", line 1 in x\n  File "work.py", line 99 in f\n  File "work.py", line 3 in g\n'
    assert running_line(dump, {"work.py": 10}) == ("work.py", 3)
    assert running_line(dump, {"other.py": 10}) == (None, None)
    assert running_line(b'File "\\uacfc\\uc81c.py", line 2 in f', {"과제.py": 5}) == ("과제.py", 2)


def test_output_keeps_head_and_tail() -> None:
    kept = Output(8)
    for piece in (b"abc", b"defg", b"h" * 100, b"wxyz"):
        kept.add(piece)
    assert kept.text == "abcd\n…\nwxyz"
    assert kept.dropped == 111 - 8
