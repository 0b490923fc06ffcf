"""Whether an instructor's own assignment file may be loaded by a service: asked in a process of its own.

The file is trusted, and may be wrong: it may end the process that loads it, or never return. So it is loaded here
first, every case of it is drawn and its reference computes each, under a limit of time that its author meets and no
student. `python -m grader.verify.vetting FILE` prints the fault, if there is one, as a stored message.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from grader.core import Assignment, Case, Group, Message, Param
from grader.grading import registry

SECONDS = 60.0
SEEDS = (0, 1)


def fault_of(file: Path, *, seconds: float = SECONDS) -> Message | None:
    """What is wrong with an assignment file, None where nothing is to be found without student code."""
    command = [sys.executable, "-m", "grader.verify.vetting", str(file.absolute())]
    about: dict[str, Param] = {"file": file.name, "seconds": seconds}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False, cwd=registry.ROOT)
    except subprocess.TimeoutExpired:
        return Message("verify.vetting.time", about)
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return Message("verify.vetting.ended", {**about, "code": done.returncode, "text": last[:500]})
    fault: dict[str, Any] | None = json.loads(lines[-1])
    return None if fault is None else Message(fault["id"], fault["params"])


def main(file: Path) -> Message | None:
    """The fault, found in this process."""
    if (fault := registry.fault_of(file)) is not None:
        return fault.message
    assignment = registry.load(file.stem, (file.parent,))
    return next(_of_cases(file, assignment), None)


def _of_cases(file: Path, assignment: Assignment) -> Iterator[Message]:
    for group in assignment.groups:
        for way in (group, *group.otherwise):
            for case in way.cases:
                if fault := _of_case(way, case):
                    yield Message(
                        "verify.vetting.case", {"file": file.name, "group": group.name, "case": case.name, **fault}
                    )


def _of_case(group: Group, case: Case) -> dict[str, str] | None:
    """The exception that a case raises on our side, or the output that its reference does not compute."""
    try:
        for seed in SEEDS:
            outputs = group.reference(case.draw(np.random.RandomState(seed)))
            if missing := [output.name for output in group.outputs if output.name not in outputs]:
                return {"text": f"no output {missing[0]}"}
            for name in case.graded or [output.name for output in group.outputs]:
                if not np.all(np.isfinite(np.asarray(outputs[name], dtype=float))):
                    return {"text": f"{name} is not finite"}
    except Exception as error:  # whatever an instructor's own reference raises, its author is told where
        return {"text": f"{type(error).__name__}: {error}"}
    return None


if __name__ == "__main__":
    found = main(Path(sys.argv[1]))
    print("\n" + json.dumps(found and {"id": found.id, "params": dict(found.params)}))
