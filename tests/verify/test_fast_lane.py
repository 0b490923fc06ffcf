"""The fast lane: `grader verify` over every assignment, as it stands, with nothing left out. Its JSON is kept."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.grading import registry

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "verify.json"
pytestmark = pytest.mark.timeout(1800)  # two minutes on two idle cores; the rest is patience

LEAST_MISTAKES = 250
LEAST_SAMPLES = {"right_": 5, "wrong_": 6}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def verified() -> Json:
    """What it found; where a claim failed, the tests stop here with its words."""
    KEPT.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "grader.cli", "verify", "--json", str(KEPT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found: Json = json.loads(KEPT.read_text("utf-8"))
    return found


def test_no_right_program_fails_and_no_wrong_one_passes(verified: Json) -> None:
    total = verified["total"]
    assert (total["false_fails"], total["false_passes"], verified["failures"]) == (0, 0, [])
    assert total["right_runs"] > 1000


def test_every_known_mistake_is_caught(verified: Json) -> None:
    total = verified["total"]
    assert total["mutation_score"] == 1.0
    assert total["caught"] == total["mistakes"] >= LEAST_MISTAKES


def test_every_grading_that_must_be_equal_is(verified: Json) -> None:
    audit = verified["audit"]
    assert audit["failures"] == 0
    assert audit["pairs"] >= 2 * len(registry.slugs())


@pytest.mark.parametrize("slug", registry.slugs())
def test_an_assignment_lacks_nothing(verified: Json, slug: str) -> None:
    (unit,) = (unit for unit in verified["assignments"] if unit["slug"] == slug)
    assert unit["lacks"] == []
    assert unit["survivors"] == []
    names = [path.name for path in (ROOT / "submissions" / slug).iterdir()]
    for prefix, least in LEAST_SAMPLES.items():
        assert sum(name.startswith(prefix) for name in names) >= least
