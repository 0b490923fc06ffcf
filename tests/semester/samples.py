"""What the students of the simulated course hand in: sample programs, and the scores that they are known to have.

The scores are those of the samples' own reports, by `grader grade`, before there is any course.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.harness import GRADER, ROOT

SAMPLES = ROOT / "submissions"
CHEAP: Mapping[str, tuple[str, ...]] = {
    "svm": (
        "right_einsum", "right_loops", "wrong_half_reg", "wrong_misspelt_function", "wrong_eight_classes_at_most",
        "wrong_starter", "wrong_syntax_error",
    ),
    "softmax": ("right_einsum_transposed", "right_loops", "wrong_loop_in_vectorized", "wrong_starter"),
    "notes": ("right_lambdas", "right_note_backprop", "right_x_left_shifted", "wrong_log10", "wrong_starter"),
    "dropout": ("right_inverted", "right_in_place", "wrong_drops_with_p", "wrong_starter"),
    "optimizers": ("right_in_place_2016", "right_number_by_number", "right_decorated", "wrong_starter"),
    "initialization": ("right_table_of_scales", "right_single_precision_class", "wrong_starter"),
    "layers": ("right_compact", "right_loops_in_place", "right_row_biases", "wrong_starter"),
}  # fmt: skip
"""Programs whose score does not depend on the numbers drawn, and that are graded in a tenth of a second or so: right
ones, parts of right ones, some with a mistake, files with nothing done, one that is no Python."""
PROFILES: Mapping[str, tuple[str, ...]] = {"svm": ("2015",), "dropout": ("2016",), "softmax": ("2015",)}
"""Other conventions that the course changes to, and grades again by."""


@dataclass(frozen=True)
class Known:
    """The scores by profile, None for what is rejected; `maximum` of the assignment."""

    scores: Mapping[tuple[str, str], Decimal | None]
    maximum: Decimal

    def score(self, sample: str, profile: str) -> Decimal | None:
        return self.scores[sample, profile]


def known(unit: str) -> Known:
    """Grade the samples of a unit, each by each profile that is asked for."""
    scores: dict[tuple[str, str], Decimal | None] = {}
    maximum = Decimal(0)
    for profile in ("default", *PROFILES.get(unit, ())):
        for report in _reports(unit, profile):
            graded = report["state"] == "graded"
            scores[Path(report["path"]).stem, profile] = Decimal(str(report["score"])) if graded else None
            maximum = max(maximum, Decimal(str(report["max_score"])))
    return Known(scores, maximum)


def _reports(unit: str, profile: str) -> list[dict[str, str]]:
    paths = [str(path_of(unit, sample)) for sample in CHEAP[unit]]
    command = [*GRADER, "grade", unit, "--each", *paths, "--profile", profile, "--json", "-"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1, done.stderr  # not all have full marks
    return [json.loads(line) for line in done.stdout.splitlines()]


def path_of(unit: str, sample: str) -> Path:
    return SAMPLES / unit / f"{sample}.py"


def content(unit: str, sample: str, mark: int) -> bytes:
    """The file; every `mark` makes it another one that does the same."""
    return path_of(unit, sample).read_bytes() + f"\n# {mark}\n".encode()
