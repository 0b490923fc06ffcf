"""Processes side by side, and how many threads of BLAS each of them has."""

from pathlib import Path

import numpy as np
import pytest

from grader.cli.processes import processes

LARGE = 400  # rows of a product that BLAS shares out among its threads


def threads_of_a_product(rows: int) -> int:
    """How many threads there are in this process once it has multiplied two matrices."""
    table = np.ones((rows, rows))
    assert (table @ table)[0, 0] == rows
    names = [task.joinpath("comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
    return len(names)


def test_the_processes_have_one_thread_of_blas_or_as_many_as_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    counted = {}
    for threads in (1, 2):
        with processes(1, preload="tests.cli.test_processes", threads=threads) as pool:
            counted[threads] = pool.submit(threads_of_a_product, LARGE).result()
    assert counted[2] == counted[1] + 1
