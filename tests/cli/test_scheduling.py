"""`grader admin settings, extend, override, late-days`, run as a person runs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.cli import main
from grader.course.database import Database, migrate
from grader.course.tables import Course, CourseAssignment, Extension, Override
from grader.settings import Settings
from tests.cast import Cast, assemble

Admin = Callable[..., int]


@pytest.fixture
def cast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    url = f"sqlite:///{tmp_path / 'grader.db'}"
    monkeypatch.setenv("GRADER_DATABASE_URL", url)
    monkeypatch.setenv("GRADER_CONFIG", "/dev/null")
    monkeypatch.setenv("LC_ALL", "C")
    migrate(url)
    return assemble(Database(Settings(database_url=url)))


def admin(*words: str) -> int:
    return main(["admin", *words])


def test_settings_are_changed_and_shown_in_the_form_that_changes_them(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [
        "due=2027-03-01T23:59",
        "grace_minutes=5",
        "late_policy.kind=late-days",
        "late_policy.days=2",
        "weight=0.5",
    ]
    assert admin("settings", "ml", "svm", *given, "teams=true", "released=true", "title=Support vectors") == 0
    with cast.database.read() as session:
        one = session.get_one(CourseAssignment, cast.svm)
    assert (one.grace_minutes, one.weight, one.teams, one.title) == (5, 0.5, True, "Support vectors")
    assert one.late_policy == {"kind": "late-days", "days": 2}
    assert one.released_at is not None
    shown = capsys.readouterr().out.splitlines()
    assert "due=2027-03-01T23:59:00+09:00" in shown
    assert admin("settings", "ml", "svm", *shown) == 0
    assert capsys.readouterr().out.splitlines() == shown


def test_a_setting_that_is_left_empty_is_none(cast: Cast) -> None:
    admin("settings", "ml", "svm", "due=2027-03-01T23:59")
    assert admin("settings", "ml", "svm", "due=") == 0
    with cast.database.read() as session:
        assert session.get_one(CourseAssignment, cast.svm).due is None


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("grace_minutes", "write NAME=VALUE"),
        ("grace_minutes=-1", "grace_minutes: "),
        ("late_policy.kind=never", "late_policy.kind: "),
        ("due=soon", "is not a time"),
        ("colour=red", "colour: "),
        ("closes=2020-01-01", "The closing is before the due time."),
    ],
)
def test_what_cannot_be_set_is_told(cast: Cast, capsys: pytest.CaptureFixture[str], pair: str, said: str) -> None:
    admin("settings", "ml", "svm", "due=2027-03-01T23:59")
    assert admin("settings", "ml", "svm", pair) == 2
    assert said in capsys.readouterr().err


def test_an_extension_and_a_decision_are_made_and_taken_back(cast: Cast) -> None:
    admin("settings", "ml", "svm", "due=2027-03-01T23:59")
    who = ("ml", "svm", "ada@example.org")
    assert admin("extend", *who, "--due", "2027-03-04T23:59", "--reason", "ill") == 0
    assert admin("override", *who, "--score", "17.5", "--withheld") == 0
    with cast.database.read() as session:
        extension = session.get_one(Extension, (cast.svm, cast.ada))
        override = session.get_one(Override, (cast.svm, cast.ada))
    assert (extension.due.isoformat(), extension.reason) == ("2027-03-04T14:59:00+00:00", "ill")
    assert (override.score, override.withheld, override.by_id) == (17.5, True, None)
    assert admin("extend", *who, "--remove") == 0
    assert admin("override", *who, "--remove") == 0
    with cast.database.read() as session:
        assert session.get(Extension, (cast.svm, cast.ada)) is None
        assert session.get(Override, (cast.svm, cast.ada)) is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("override", "ml", "svm", "ada@example.org", "--score", "21"), "from 0 to 20"),
        (("override", "ml", "svm", "ada@example.org"), "This decides nothing"),
        (("override", "ml", "svm", "ines@example.org", "--score", "1"), "ines@example.org"),
        (("override", "ml", "svm", "stan@example.org", "--score", "1"), "stan@example.org"),
        (("extend", "ml", "svm", "ada@example.org", "--due", "soon"), "is not a time"),
        (("extend", "ml", "svm", "ada@example.org", "--due", "2027-02-30T23:59"), "no such day or hour"),
        (("extend", "ml", "svm", "ada@example.org", "--remove"), "no extension"),
        (("late-days", "ml", "1001"), "late_days: "),
    ],
)
def test_what_cannot_hold_for_a_student_is_told(
    cast: Cast, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert cast.course
    assert admin(*words) == 2
    assert said in capsys.readouterr().err


def test_an_extension_that_gives_no_more_time_is_told_on_the_courses_clocks(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin("settings", "ml", "svm", "due=2027-03-01T24:00") == 0
    assert admin("extend", "ml", "svm", "ada@example.org", "--due", "2027-03-01T23:59") == 2
    said = capsys.readouterr().err
    assert "until 2027-03-01T23:59:00+09:00 gives no more time: everyone has until 2027-03-02T00:00:00+09:00" in said
    with cast.database.read() as session:
        assert session.get(Extension, (cast.svm, cast.ada)) is None


def test_late_days_are_the_courses(cast: Cast) -> None:
    assert admin("late-days", "ml", "5") == 0
    with cast.database.read() as session:
        assert session.get_one(Course, cast.course).late_days == 5
