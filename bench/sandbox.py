"""What isolation costs: a box's whole life, the grading in it, its memory, a call, and a numeric gradient.

Every pair of figures is taken in turns, so that a slow moment of the machine meets both, and is the tenth that is
fastest: what else runs on a machine adds to a time and never takes from it, and most to what needs two processes. The
peer of a grading is the same grading in boxes of a zygote that takes no step of confinement; the peer of a box is a
bare `import numpy`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import Row
from bench.grading import grade_once
from grader import intake
from grader.core import Limits, Program, Sandbox, SourceFile, Submission
from grader.grading import registry
from grader.sandbox import open_sandbox
from grader.sandbox.box import Box
from grader.sandbox.keeper import Keeper
from grader.sandbox.limits import cpu_clock
from grader.sandbox.tiers import BoxSandbox, tiers

LOOSE = str(Path("tests/sandbox/loose.py").resolve())
STEPS = (
    "namespaces", "scratch", "descriptors", "rlimits", "stack", "rules", "identity", "privileges", "landlock", "scrub",
    "seccomp",
)  # fmt: skip
SAMPLES = {
    "svm": "right_einsum.py",
    "softmax": "right_class_and_alias.py",
    "layers": "right_compact.py",
    "two-layer-net": "right_first_edition.py",
}
SOURCE = "import numpy as np\ndef dot(x):\n    return np.dot(x, x)\n"
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
BARE = [sys.executable, "-c", "import numpy"]
CYCLES, GRADINGS, CALLS, GRADIENTS, BOXES = 40, 30, 1000, 100, 200
STEP = 1e-5

Array = NDArray[np.float64]


Clock = Callable[[], float]


def seconds(action: Callable[[], object], clock: Clock = time.perf_counter) -> float:
    start = clock()
    action()
    return clock() - start


def both(pid: int) -> float:
    """Processor seconds of this process and of a box."""
    return time.process_time() + cpu_clock(pid)


def in_turns(
    actions: Mapping[str, Callable[[], object]], rounds: int, clock: Clock = time.perf_counter
) -> dict[str, float]:
    """The seconds of each, after one that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(rounds + 1):
        for name, action in actions.items():
            took = seconds(action, clock)
            if turn:
                taken[name].append(took)
    return {name: quick(times) for name, times in taken.items()}


def quick(times: Sequence[float]) -> float:
    """The fastest tenth."""
    return sorted(times)[len(times) // 10]


def work() -> Submission:
    return Submission((SourceFile("work.py", SOURCE.encode(), SOURCE),))


def cycle(sandbox: Sandbox) -> None:
    """Start, confine, load, call, kill, reap."""
    with sandbox.open(work(), ["dot"], Limits()) as program:
        program.call("dot", np.arange(10.0))


def bare() -> None:
    subprocess.run(BARE, env=os.environ | ONE_THREAD, check=True)


def lives(sandboxes: Mapping[str, Sandbox]) -> Iterator[Row]:
    """Each tier's box from start to end, and how many a second two threads get."""
    taken = in_turns({"bare": bare} | {name: partial(cycle, box) for name, box in sandboxes.items()}, CYCLES)
    for name in sandboxes:
        most = 0.15 if name != "none" else 2.0
        yield row(f"a box of tier {name}: life", 1000 * taken[name], "ms", taken[name] / taken["bare"], most=most)
    best = next(iter(sandboxes))
    with ThreadPoolExecutor(2) as pool:
        took = seconds(lambda: list(pool.map(lambda _: cycle(sandboxes[best]), range(BOXES))))
    share = took / BOXES / taken["bare"]
    yield row(f"boxes of tier {best} by two threads", BOXES / took, "/s", share, most=0.15)


def row(
    what: str, figure: float, unit: str, ratio: float, *, most: float, against: str = "a bare `import numpy`"
) -> Row:
    return Row(what, figure, unit, against, ratio, f"<= {most:g}x", ratio <= most)


def gradings(best: Sandbox) -> Iterator[Row]:
    """Right submissions of four units in the best tier, beside boxes that are not confined."""
    program = (LOOSE, *[part for step in STEPS for part in ("--without", step)])
    with closing(Keeper("landlock", program=program)) as keeper:
        loose = BoxSandbox("none", keeper.start)
        for unit, sample in SAMPLES.items():
            assignment = registry.load(unit)
            submission = intake.read([Path("submissions") / unit / sample], [f.name for f in assignment.functions])
            taken: dict[str, list[tuple[float, float]]] = {"loose": [], "confined": []}
            for turn in range(GRADINGS + 1):
                for name, sandbox in (("loose", loose), ("confined", best)):
                    taken[name].append(grade_once(assignment, submission, sandbox, turn))
            middle = {name: [quick(column) for column in zip(*rows[1:], strict=True)] for name, rows in taken.items()}
            (cpu, wall), (_, wall_loose) = middle["confined"], middle["loose"]
            ratio = wall / wall_loose
            goal = f"<= 1.15x, {cpu:.1f} ms of CPU on the trusted side"
            yield Row(f"{unit}, right, warm: wall", wall, "ms", "boxes without confinement", ratio, goal, ratio <= 1.15)


def private_mib(pid: int) -> float:
    """Memory that a process shares with nobody."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def bare_private_mib() -> float:
    code = "import numpy, time; print(flush=True); time.sleep(60)"
    with subprocess.Popen([*BARE[:2], code], env=os.environ | ONE_THREAD, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        used = private_mib(process.pid)
        process.kill()
    return used


def dot(x: Array) -> Any:
    return np.dot(x, x)


def in_process(f: Callable[[Array], Any], x: Array) -> Array:
    """The numeric gradient of `f` as courses hand it out: two evaluations a parameter, in one process."""
    gradient = np.zeros_like(x)
    places = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not places.finished:
        place = places.multi_index
        kept = x[place]
        x[place] = kept + STEP
        up = f(x)
        x[place] = kept - STEP
        gradient[place] = (up - f(x)) / (2 * STEP)
        x[place] = kept
        places.iternext()
    return gradient


def in_box(program: Program, x: Array) -> Array:
    """The same by one sweep in a box."""
    at = np.repeat(np.arange(x.size), 2)
    values = x[at] + np.tile([STEP, -STEP], x.size)
    losses = np.asarray(program.sweep("dot", (x,), 0, values, at=at).values)
    return np.asarray((losses[::2] - losses[1::2]) / (2 * STEP))


def calls(sandboxes: Mapping[str, Sandbox]) -> Iterator[Row]:
    """One box of the best tier beside one of none: memory after a call, small calls, a numeric gradient."""
    best, ten, many = next(iter(sandboxes)), np.arange(10.0), np.random.RandomState(0).standard_normal(1000)
    open_ = [sandboxes[name].open(work(), ["dot"], Limits()) for name in (best, "none")]
    with open_[0] as confined, open_[1] as free:
        assert isinstance(confined, Box)
        taken = in_turns({"confined": lambda: confined.call("dot", ten), "free": lambda: free.call("dot", ten)}, CALLS)
        used, bare_used = private_mib(confined.process.pid), bare_private_mib()
        against, goal = "a bare `import numpy`", "<= 6 MiB"
        yield Row(f"a warm box of tier {best}: private", used, "MiB", against, used / bare_used, goal, used <= 6)
        figure, ratio = 1e6 * taken["confined"], taken["confined"] / taken["free"]
        yield row("a call with ten numbers", figure, "us", ratio, most=2, against="the call without isolation")
        assert np.array_equal(in_box(confined, many), in_process(dot, many))
        actions: dict[str, Callable[[], Any]] = {
            "box": lambda: in_box(confined, many),
            "process": lambda: in_process(dot, many),
        }
        for clock, name in ((time.perf_counter, "wall"), (partial(both, confined.process.pid), "CPU of both sides")):
            taken = in_turns(actions, GRADIENTS, clock)
            figure, ratio = 1000 * taken["box"], taken["box"] / taken["process"]
            what = f"a numeric gradient of 1,000: {name}"
            yield row(what, figure, "ms", ratio, most=2, against="the loop in one process")


def measure() -> Iterator[Row]:
    sandboxes: dict[str, Sandbox] = {tier: open_sandbox(tier, unsafe=True) for tier in tiers()}
    yield from lives(sandboxes)
    yield from gradings(sandboxes[next(iter(sandboxes))])
    yield from calls(sandboxes)
