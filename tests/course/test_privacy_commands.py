"""`grader admin export, erase, retention`."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from grader.cli import main
from grader.course.erasure import pseudonym
from grader.course.tables import Course, StoredReport, User, now
from grader.jobs.keeping import Keeper
from tests.cast import Cast

Command = Callable[..., int]


@pytest.fixture
def admin(cast: Cast, url: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command on the cast's database; its exit code."""
    monkeypatch.setenv("GRADER_DATABASE_URL", url)
    monkeypatch.setenv("GRADER_CONFIG", "/dev/null")
    monkeypatch.setenv("LC_ALL", "C")
    return lambda *words: main(["admin", *words])


def reports(cast: Cast) -> int:
    with cast.database.read() as session:
        return len(session.scalars(sa.select(StoredReport.id)).all())


def over(cast: Cast) -> None:
    with cast.database.write() as session:
        course = session.get_one(Course, cast.course)
        course.ends, course.retention_days = now() - timedelta(days=3), 1


def test_an_export_is_written_to_a_file(cast: Cast, admin: Command, tmp_path: Path) -> None:
    cast.graded(10)
    assert admin("export", "ada@example.org", str(tmp_path / "ada.zip")) == 0
    with zipfile.ZipFile(tmp_path / "ada.zip") as archive:
        assert {"account.json", "submissions/1/report.json", "submissions/1/files/svm.py"} <= set(archive.namelist())


def test_nobody_is_erased_by_mistake(cast: Cast, admin: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert admin("erase", "ada@example.org") == 2
    assert "--yes" in capsys.readouterr().err
    assert admin("erase", "nobody@example.org", "--yes") == 2
    assert cast.who("ada").id == cast.ada


def test_a_person_is_erased_and_the_pseudonym_is_said(
    cast: Cast, admin: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    cast.graded(10)
    assert admin("erase", "ada@example.org", "--yes") == 0
    assert pseudonym(cast.ada) in capsys.readouterr().out
    with cast.database.read() as session:
        assert session.get_one(User, cast.ada).erased_at is not None
    assert reports(cast) == 0


def test_a_dry_run_says_what_would_be_deleted_and_deletes_nothing(
    cast: Cast, admin: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    cast.graded(10)
    assert admin("retention") == 0
    assert capsys.readouterr().out.startswith("No course")
    over(cast)
    assert admin("retention", "--dry-run") == 0
    assert capsys.readouterr().out.startswith("ml: kept until ")
    assert reports(cast) == 1
    assert admin("retention") == 0
    assert "ml: deleted files 1, reports 1" in capsys.readouterr().out
    assert reports(cast) == 0


def test_a_worker_does_so_by_itself(cast: Cast) -> None:
    cast.graded(10)
    over(cast)
    stop = threading.Event()
    stop.set()
    Keeper(cast.database).run(stop)
    assert reports(cast) == 0
