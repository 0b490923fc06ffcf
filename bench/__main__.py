"""Run the benchmarks, print a table, and write it as JSON to `bench/results/` with the machine and the date."""

import importlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench import Row

HERE = Path(__file__).parent
MODULES = ("shell", "grading", "examples", "catalogue", "naming", "sandbox", "reports", "web", "dashboard", "regrading")


def rows(names: list[str]) -> Iterator[Row]:
    for name in names:
        yield from importlib.import_module(f"bench.{name}").measure()


def main(argv: list[str]) -> int:
    """Exit 0; 1 where a goal was missed; 2 for a benchmark that does not exist. NumPy has one BLAS thread, as in every
    process of `grader`."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if unknown := [name for name in argv if name not in MODULES]:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(MODULES)}", file=sys.stderr)
        return 2
    found = []
    print(f"{'what':<52} {'figure':>10}       {'ratio':>7}  against; goal")
    for row in rows(argv or list(MODULES)):
        found.append(row)
        mark = "met" if row.met else "MISSED"
        print(f"{row.what:<52} {row.figure:>10.2f} {row.unit:<5} {row.ratio:>7.2f}  {row.against}; {row.goal}: {mark}")
    machine = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.release()}
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "latest.json").write_text(
        json.dumps({"at": stamp, "machine": machine, "rows": [asdict(row) for row in found]}, indent=1) + "\n"
    )
    return int(not all(row.met for row in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
