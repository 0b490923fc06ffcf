"""Processes side by side, and how many threads of BLAS each of them has."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from grader.cli.processes import processes

ROOT = Path(__file__).resolve().parents[2]
LARGE = 400  # rows of a product that BLAS shares out among its threads


def threads_of_a_product(rows: int) -> int:
    """How many threads there are in this process once it has multiplied two matrices."""
    table = np.ones((rows, rows))
    assert (table @ table)[0, 0] == rows
    names = [task.joinpath("comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
    return len(names)


def threads_by_number() -> dict[int, int]:
    """How many threads a process has that was asked for with one thread of BLAS, and with two."""
    counted = {}
    for threads in (1, 2):
        with processes(1, preload=threads_of_a_product.__module__, threads=threads) as pool:
            counted[threads] = pool.submit(threads_of_a_product, LARGE).result()
    return counted


def test_the_processes_have_one_thread_of_blas_or_as_many_as_is_asked_for() -> None:
    """Asked in an interpreter of its own, as the shell's: whose fork server runs already keeps its environment."""
    command = "from tests.cli.test_processes import threads_by_number; print(threads_by_number())"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    counted = ast.literal_eval(done.stdout)
    assert counted[2] == counted[1] + 1
