"""`grader grade` that is ended in the middle: at once, and no process of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.harness import ROOT, command_line, descendants, gone, wait_for

SLOW = "import time\ndef svm_loss_naive(W, X, y, reg):\n    time.sleep(100)\nsvm_loss_vectorized = svm_loss_naive\n"
PATIENCE = 60.0
EACH = ("--each", "--jobs", "2")


@contextmanager
def grading(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """The command, in a session of its own as in a terminal, while a box computes; and every process below it."""
    names = [str(folder / f"{name}.py") for name in ("one", "two", "three")]
    for name in names:
        Path(name).write_text(SLOW)
    command = [sys.executable, "-m", "grader.cli", "grade", "svm", *options, *names[: 3 if options else 1]]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, cwd=ROOT, stderr=said, text=True, start_new_session=True)
    try:
        wait_for(lambda: zygotes(process.pid) >= 3, PATIENCE)  # the outer one, the inner one, a box of it
        yield process, descendants(process.pid)
    finally:
        for pid in (process.pid, *descendants(process.pid)):
            if not gone(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def zygotes(pid: int) -> int:
    """How many processes below were forked from a zygote: all have its command line."""
    return sum("zygote.py" in command_line(below) for below in descendants(pid))


@pytest.mark.parametrize("options", [(), EACH], ids=["one", "each"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_a_grading_that_is_ended_leaves_no_process(
    tmp_path: Path, options: tuple[str, ...], number: signal.Signals
) -> None:
    """Ctrl-C reaches every process of the terminal's foreground, but none of a zygote, which has its own session."""
    with grading(tmp_path, *options) as (process, below):
        if number is signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        code = process.wait(PATIENCE)
        wait_for(lambda: all(gone(pid) for pid in below), PATIENCE)
    assert code == (130 if number is signal.SIGINT else -number)
    assert "Traceback" not in (tmp_path / "said").read_text()
