"""The figures of a run stand in the documents as it found them."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.verify import published

FOUND: dict[str, Any] = {
    "seeds": 200,
    "seconds": 1230.0,
    "environment": {"grader": "1.0", "python": "3.11.7", "numpy": "2.4.6", "cpu": "a processor"},
    "total": {
        "right_runs": 123456,
        "false_fails": 0,
        "wrong_runs": 7890,
        "false_passes": 1,
        "mistakes": 400,
        "caught": 399,
        "mutation_score": 0.9975,
    },
    "names": {
        "mistakes": 1000,
        "named": 990,
        "named_share": 0.99,
        "pairs": 200,
        "both": 180,
        "both_share": 0.9,
        "one": 7,
        "held_out": 500,
        "held_out_named_as_equal": 20,
        "wrong": 0,
    },
    "audit": {"pairs": 12, "numbers": 3456, "failures": 0, "other_last_bits_on_two_threads": 7},
    "assignments": [
        {
            "slug": "twice",
            "functions": 2,
            "programs": 7,
            "right_runs": 123456,
            "false_fails": 0,
            "wrong_runs": 7890,
            "false_passes": 1,
            "mistakes": 400,
            "caught": 399,
        }
    ],
    "spread": [
        {"assignment": "twice", "check": "", "tolerance": 1e-6, "worst": 2.5e-12},
        {"assignment": "thrice", "check": "", "tolerance": 1e-6, "worst": 4.5e-11},
        {"assignment": "twice", "check": "numeric-gradient", "tolerance": 1e-5, "worst": 3e-9},
    ],
    "mildest": [{"assignment": "twice", "check": "", "tolerance": 1e-6, "error": 0.02, "mistake": "halved"}],
}
HEAD = "| tolerance | stands in | value | worst of right code | mildest mistake | why |\n|---|---|---|---|---|---|\n"


def test_the_summary_stands_between_its_marks_and_nothing_else_changes() -> None:
    text = f"# Title\n{published.BEGIN}old figures\n{published.END}what follows\n"
    written = published.with_summary(text, FOUND)
    assert written.startswith(f"# Title\n{published.BEGIN}`grader verify --seeds 200` with grader 1.0, Python 3.11.7")
    assert written.endswith(f"{published.END}what follows\n")
    assert "old figures" not in written
    assert "- **0** false fails in **123,456** runs of right functions\n" in written
    assert "- **1** false passes in **7,890** runs of wrong ones\n" in written
    assert "mutation score **99.8%**: 399 of 400 mistakes caught" in written
    assert (
        "- **0** wrong names; 990 of 1,000 runs of mistakes named (99.0%); of 200 pairs of mistakes both in 180"
        in written
    )
    assert "| `twice` | 2 | 7 | 123,456 | 0 | 7,890 | 1 | 399 / 400 |\n" in written
    assert published.with_summary(written, FOUND) == written


def test_of_a_run_that_asked_for_no_names_nothing_is_said_of_them() -> None:
    assert "wrong names" not in published.summary({**FOUND, "names": None})


def test_a_document_without_a_place_is_told() -> None:
    with pytest.raises(ValueError, match="no place"):
        published.with_summary("# Title\n", FOUND)


@pytest.mark.parametrize(
    ("row", "written"),
    [
        (
            "| `cases` of all | `grader/core.py: Case.tolerance` | 1e-6 | - | - | why |",
            "| `cases` of all | `grader/core.py: Case.tolerance` | 1e-6 | 4.5e-11 (thrice) | 2.0e-02 (twice) | why |",
        ),
        (
            "| `cases` of one | `reference/twice.py: tolerance` | 1e-06 | ? | ? | why |",
            "| `cases` of one | `reference/twice.py: tolerance` | 1e-06 | 2.5e-12 (twice) | 2.0e-02 (twice) | why |",
        ),
        (
            "| `numeric-gradient` | `grader/checks/derivative.py: ACCEPTED` | 1e-5 | 1 | 1 | why |",
            "| `numeric-gradient` | `grader/checks/derivative.py: ACCEPTED` | 1e-5 | 3.0e-09 (twice) | 1 | why |",
        ),
        (
            "| by construction | `reference/twice.py: AWAY` | 1e-2 | never | never | why |",
            "| by construction | `reference/twice.py: AWAY` | 1e-2 | never | never | why |",
        ),
    ],
)
def test_the_measured_columns_of_a_row_are_written(row: str, written: str) -> None:
    assert published.with_figures(f"words\n\n{HEAD}{row}\n", FOUND) == f"words\n\n{HEAD}{written}\n"


def test_both_documents_are_written_from_one_file(tmp_path: Path) -> None:
    (tmp_path / "verify.json").write_text(json.dumps(FOUND))
    (tmp_path / "verify.md").write_text(published.BEGIN + published.END)
    (tmp_path / "tolerances.md").write_text(f"{HEAD}| `cases` | `grader/core.py: x` | 1e-6 | - | - | why |\n")
    published.main(tmp_path / "verify.json", tmp_path)
    assert "123,456" in (tmp_path / "verify.md").read_text()
    assert "4.5e-11 (thrice)" in (tmp_path / "tolerances.md").read_text()
