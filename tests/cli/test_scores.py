"""`grader admin scores`, run as a person runs it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from grader.cli import main
from grader.course.database import Database, migrate
from grader.settings import Settings
from tests.cast import Cast, assemble


@pytest.fixture
def cast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    url = f"sqlite:///{tmp_path / 'grader.db'}"
    monkeypatch.setenv("GRADER_DATABASE_URL", url)
    monkeypatch.setenv("GRADER_CONFIG", "/dev/null")
    monkeypatch.setenv("LC_ALL", "C")
    migrate(url)
    made = assemble(Database(Settings(database_url=url)))
    made.graded(15)
    made.graded(12.5, user=made.ben)
    return made


def scores(*words: str) -> int:
    return main(["admin", "scores", *words])


@pytest.mark.usefixtures("cast")
def test_the_scores_are_printed_with_what_there_is_to_get(capsys: pytest.CaptureFixture[str]) -> None:
    assert scores("ml", "--sort", "-total") == 0
    head, ada, ben = csv.reader(io.StringIO(capsys.readouterr().out))
    assert head[0] == "user"
    assert head[6:] == ["softmax", "svm", "total", "softmax max", "svm max", "total max"]
    assert ada[1:3] + ada[6:] == ["Ada", "ada@example.org", "", "15.0", "15.0", "20.0", "20.0", "40.0"]
    assert (ben[1], ben[7]) == ("Ben", "12.5")


@pytest.mark.usefixtures("cast")
def test_a_section_and_an_assignment_are_written_to_a_file_for_spreadsheets(tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    assert scores("ml", "--section", "b", "--assignment", "svm", "--out", str(out)) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfuser,")
    head, ben = csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig")))
    assert head[6:] == ["svm", "total", "svm max", "total max"]
    assert ben[1] == "Ben"


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nothing"], "There is no course nothing"),
        (["ml", "--assignment", "nothing"], "hands out no assignment nothing"),
        (["ml", "--sort", "height"], "height"),
        (["ml", "--out", "/nothing/scores.csv"], "/nothing/scores.csv"),
    ],
)
def test_what_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str], words: list[str], says: str) -> None:
    assert scores(*words) == 2
    assert says in capsys.readouterr().err
