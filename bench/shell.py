"""Start of the shell: `grader --help` and `import grader.cli`, beside importing all halves."""

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from bench import Row

ROUNDS = 15
GOAL_SECONDS = 0.2
COMMANDS = {
    "bare": [sys.executable, "-c", "pass"],
    "help": [sys.executable, "-m", "grader.cli", "--help"],
    "import": [sys.executable, "-c", "import grader.cli"],
    "all": [sys.executable, "-c", "import numpy, sqlalchemy, fastapi, dbos"],
}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure() -> Iterator[Row]:
    """Interleaved rounds, so that a slow moment of the machine meets all of them; medians."""
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            taken[name].append(seconds(command))
    middle = {name: median(times) for name, times in taken.items()}
    for name, what in (("help", "grader --help"), ("import", "import grader.cli")):
        goal = f"<= {GOAL_SECONDS:g} s, bare start {middle['bare']:.3f} s"
        against = "importing NumPy, SQLAlchemy, FastAPI and DBOS"
        yield Row(what, middle[name], "s", against, middle[name] / middle["all"], goal, middle[name] <= GOAL_SECONDS)
