"""`grader admin`, run as a person runs it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from grader.cli import main
from grader.course import access
from grader.course.database import Database
from grader.course.people import find_user
from grader.course.tables import AuditEntry, Course, CourseAssignment, Membership, Unit, User
from grader.settings import Settings

Admin = Callable[..., int]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path / 'grader.db'}")


@pytest.fixture
def admin(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Admin:
    """Run one command on a database of its own; its exit code."""
    monkeypatch.setenv("GRADER_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("GRADER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("GRADER_CONFIG", "/dev/null")
    monkeypatch.setenv("LC_ALL", "C")
    return lambda *words: main(["admin", *words])


@pytest.fixture
def course(admin: Admin, capsys: pytest.CaptureFixture[str]) -> None:
    assert admin("create-course", "ml", "--title", "Machine learning", "--timezone", "Asia/Seoul") == 0
    assert admin("create-user", "ines@example.org", "--name", "Ines") == 0
    assert admin("add-member", "ml", "ines@example.org", "--role", "instructor") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Course ml is there.",
        "User ines@example.org is there.",
        "ines@example.org is instructor in ml.",
    ]


@pytest.mark.usefixtures("course")
def test_a_roster_is_shown_first_and_then_imported(
    admin: Admin, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "roster.csv"
    table.write_text("email,name,role,group,external_id\nada@example.org,Ada,student,,\n")
    assert admin("import-roster", "ml", str(table), "--dry-run") == 0
    dry = capsys.readouterr().out
    with Database(settings) as database, database.read() as session:
        assert session.scalar(sa.select(sa.func.count(User.id))) == 1
    assert admin("import-roster", "ml", str(table)) == 0
    assert admin("import-roster", "ml", str(table)) == 0
    real = capsys.readouterr().out
    assert dry.splitlines()[0] == real.splitlines()[0] == "+ ada@example.org  name: 'Ada'"
    assert "Nothing was written" in dry
    assert real.splitlines()[1:] == ["New: 1. Changed: 0. As before: 0.", "New: 0. Changed: 0. As before: 1."]


@pytest.mark.usefixtures("course")
def test_a_roster_with_faults_names_file_and_line(
    admin: Admin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "roster.csv"
    table.write_text("email,role\nnobody,student\nben@example.org,king\n")
    assert admin("import-roster", "ml", str(table)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f"{table}:2: “nobody” is not an e-mail address")
    assert lines[1].startswith(f"{table}:3: There is no role “king”")
    assert lines[2] == "Nothing was imported. Lines to mend: 2."


@pytest.mark.usefixtures("course")
def test_enable_writes_the_unit_and_hands_it_out(
    admin: Admin, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin("enable", "ml", "svm", "--due", "2027-03-01T23:59") == 0
    assert "due 2027-03-01T23:59:00+09:00" in capsys.readouterr().out
    with Database(settings) as database, database.read() as session:
        unit = session.get_one(Unit, "svm")
        assignment = session.scalars(sa.select(CourseAssignment)).one()
    assert {one["name"] for one in unit.functions} == {"svm_loss_naive", "svm_loss_vectorized"}
    assert (unit.max_score, unit.files, unit.titles) == (20, ["linear_svm.py"], {})
    assert assignment.due is not None
    assert assignment.due.isoformat() == "2027-03-01T14:59:00+00:00"


@pytest.mark.usefixtures("course")
def test_enable_again_moves_the_due_time_only(admin: Admin, settings: Settings) -> None:
    admin("enable", "ml", "svm", "--due", "2027-03-01T23:59")
    assert admin("enable", "ml", "svm") == 0
    with Database(settings) as database, database.read() as session:
        assert session.scalars(sa.select(CourseAssignment)).one().due is not None


@pytest.mark.usefixtures("course")
def test_a_token_is_printed_alone_and_works(
    admin: Admin, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin("token", "ines@example.org", "--scope", "submit") == 0
    printed = capsys.readouterr().out
    with Database(settings) as database, database.read() as session:
        person, _ = access.person_of_token(session, printed.removesuffix("\n"))
        recorded = json.dumps([entry.detail for entry in session.scalars(sa.select(AuditEntry))])
    assert (person.email, person.scopes) == ("ines@example.org", {"submit"})
    assert printed.strip() not in recorded


@pytest.mark.usefixtures("course")
def test_a_sign_in_link_is_printed_alone_and_works(
    admin: Admin, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin("sign-in-link", "ines@example.org") == 0
    address, secret = capsys.readouterr().out.rstrip("\n").rsplit("/", 1)
    assert address == "http://127.0.0.1:8000/sign-in"
    with Database(settings) as database, database.write() as session:
        assert access.person_of_session(session, access.redeem(session, secret)).email == "ines@example.org"


@pytest.mark.usefixtures("course")
def test_a_hook_is_printed_with_its_secret_and_a_folder_is_mapped(
    admin: Admin, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin("hook", "ml", "--forge", "github", "--pattern", "ml-{user}") == 0
    address, secret = capsys.readouterr().out.splitlines()
    assert address == "http://127.0.0.1:8000/hooks/github"
    assert len(secret) >= 32
    assert admin("enable", "ml", "svm") == 0
    assert admin("map", "ml", "assignment1/", "svm") == 0


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["create-course", "ml"], "There is a course ml already"),
        (["create-course", "x y"], "cannot be a course's short name"),
        (["create-course", "x", "--timezone", "Mars"], "no time zone “Mars”"),
        (["create-user", "INES@example.org"], "There is a user ines@example.org already"),
        (["create-user", "ines"], "is not an e-mail address"),
        (["add-member", "ml", "nobody@example.org", "--role", "student"], "There is no user nobody@example.org"),
        (["add-member", "nothing", "ines@example.org", "--role", "student"], "There is no course nothing"),
        (["add-member", "ml", "ines@example.org", "--role", "king"], "king"),
        (["import-roster", "ml", "/nothing.csv"], "/nothing.csv cannot be read"),
        (["enable", "ml", "nothing"], "There is no assignment nothing"),
        (["enable", "ml", "svm", "--due", "tomorrow"], "“tomorrow” is not a time"),
        (["token", "ines@example.org", "--scope", "everything"], "There is no scope “everything”"),
        (["sign-in-link", "nobody@example.org"], "There is no user nobody@example.org"),
        (["map", "ml", "a/", "svm"], "hands out no assignment svm"),
        (["nothing"], "nothing"),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(
    admin: Admin, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    assert admin(*words) == 2
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("course")
def test_who_belongs_where_is_in_the_database(settings: Settings) -> None:
    with Database(settings) as database, database.read() as session:
        ines = find_user(session, "ines@example.org")
        assert session.scalars(sa.select(Membership)).one().user_id == ines.id


def test_a_database_that_cannot_be_opened_is_our_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRADER_DATABASE_URL", "sqlite:////proc/nothing/grader.db")
    monkeypatch.setenv("LC_ALL", "C")
    assert main(["admin", "create-course", "x"]) == 3
    assert "/proc/nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        "create-course",
        "create-user",
        "add-member",
        "import-roster",
        "change-email",
        "invite",
        "enable",
        "profile",
        "token",
        "sign-in-link",
        "hook",
        "map",
    ],
)
def test_every_help_has_an_example(admin: Admin, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert admin(command, "--help") == 0
    assert f"grader admin {command}" in capsys.readouterr().out.split("Example:")[1]


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("pattern", ["", "ml-user", "{user}-{user}"])
def test_a_pattern_that_names_no_user_is_refused(
    admin: Admin, capsys: pytest.CaptureFixture[str], pattern: str
) -> None:
    """Every push would come from nobody."""
    assert admin("hook", "ml", "--forge", "github", "--pattern", pattern) == 2
    assert "'cs231n-{user}'" in capsys.readouterr().err


@pytest.mark.usefixtures("course")
def test_enable_hands_several_out_as_one_under_an_address_of_the_courses_own(
    admin: Admin, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("svm:2+softmax", "--as", "homework1", "--title", " Homework  1 ", "--profile", "2016")
    assert admin("enable", "ml", *words) == 0
    assert "homework1 is handed out in ml." in capsys.readouterr().out
    with Database(settings) as database, database.read() as session:
        assignment = session.scalars(sa.select(CourseAssignment)).one()
    assert (assignment.slug, assignment.unit_slug, assignment.title) == ("homework1", "svm:2+softmax", "Homework 1")
    assert (assignment.profile, assignment.unit.max_score) == ("2016", 60)


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    "words",
    [
        ("svm+nothing",),
        ("svm+svm",),
        ("svm:0+softmax",),
        ("svm", "--as", "a/b"),
        ("svm", "--profile", "1999"),
        ("svm", "--title", "x" * 201),
    ],
)
def test_what_cannot_be_handed_out_is_wrong_use_and_changes_nothing(
    admin: Admin, settings: Settings, words: tuple[str, ...]
) -> None:
    assert admin("enable", "ml", *words) == 2
    with Database(settings) as database, database.read() as session:
        assert session.scalars(sa.select(CourseAssignment)).all() == []


@pytest.mark.usefixtures("course")
def test_a_course_chooses_its_profile(admin: Admin, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert admin("profile", "ml", "2016") == 0
    assert "profile 2016" in capsys.readouterr().out
    assert admin("profile", "ml", "1999") == 2
    with Database(settings) as database, database.read() as session:
        assert session.scalars(sa.select(Course.profile)).one() == "2016"


@pytest.mark.usefixtures("course")
def test_a_course_is_copied_for_the_next_term(
    admin: Admin, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin("enable", "ml", "svm", "--due", "2026-10-10T23:59") == 0
    capsys.readouterr()
    assert admin("copy-course", "ml", "ml-2027", "--begins", "2027-03-20", "--staff", "ines@example.org") == 0
    assert capsys.readouterr().out == "Course ml-2027 is there: 1 assignments, dates moved by 161 days.\n"
    with Database(settings) as database, database.read() as session:
        course = session.scalars(sa.select(Course).where(Course.slug == "ml-2027")).one()
        due = session.scalars(sa.select(CourseAssignment.due).where(CourseAssignment.course_id == course.id)).one()
        assert due is not None
        assert due.isoformat() == "2027-03-20T14:59:00+00:00"
        members = session.scalars(sa.select(Membership.role).where(Membership.course_id == course.id))
        assert members.all() == ["instructor"]
    assert admin("copy-course", "ml", "ml-2028", "--begins", "soon") == 2
    assert admin("copy-course", "ml", "ml-2027") == 2


@pytest.mark.usefixtures("course")
def test_a_token_can_be_confined_named_and_end(
    admin: Admin, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin("token", "ines@example.org", "--course", "ml", "--name", "laptop", "--days", "30") == 0
    made = capsys.readouterr().out.strip()
    with Database(settings) as database, database.read() as session:
        person, row = access.person_of_token(session, made)
        assert (person.course is not None, row.name, row.expires_at is not None) == (True, "laptop", True)


# --------------------------------------------------------------------------- who is in the course, and how they come in


@pytest.mark.usefixtures("course")
def test_an_email_is_changed_and_the_second_time_there_is_nothing_to_change(
    admin: Admin, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    admin("sign-in-link", "ines@example.org")
    capsys.readouterr()
    assert admin("change-email", "ines@example.org", "Ines@uni.example") == 0
    assert admin("change-email", "ines@uni.example", "ines@uni.example") == 0
    assert capsys.readouterr().out.splitlines() == [
        "ines@example.org is ines@uni.example now. Sign-in links that ended: 1.",
        "ines@uni.example is the address already. Nothing was changed.",
    ]
    admin("create-user", "ada@example.org")
    assert admin("change-email", "ada@example.org", "ines@uni.example") == 2
    assert "ines@uni.example is another account's address already" in capsys.readouterr().err
    with Database(settings) as database, database.read() as session:
        assert find_user(session, "ines@uni.example").name == "Ines"


@pytest.mark.usefixtures("course")
def test_a_roster_that_can_be_read_two_ways_is_read_in_the_encoding_that_is_said(
    admin: Admin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "roster.csv"
    table.write_bytes("email,name\nangel@example.org,Ángel Ruiz\n".encode("cp1252"))
    assert admin("import-roster", "ml", str(table)) == 2
    assert "roster.csv:2: this line can be read two ways" in capsys.readouterr().err
    assert admin("import-roster", "ml", str(table), "--encoding", "cp1252") == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "The file was read as cp1252.",
        "+ angel@example.org  name: 'Ángel Ruiz'",
    ]


@pytest.mark.usefixtures("course")
def test_a_number_with_another_address_is_a_question_and_its_answer_an_option(
    admin: Admin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "roster.csv"
    table.write_text("email,name,external_id\nada@example.org,Ada,77\n")
    assert admin("import-roster", "ml", str(table)) == 0
    table.write_text("email,name,external_id\nada@uni.example,Ada,77\n")
    capsys.readouterr()
    assert admin("import-roster", "ml", str(table), "--dry-run") == 2
    told = capsys.readouterr().err
    assert "roster.csv:2: the number 77 is that of Ada <ada@example.org> in this course" in told
    assert "--by-number" in told
    assert admin("import-roster", "ml", str(table), "--by-number") == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        "~ ada@uni.example  email: 'ada@example.org' -> 'ada@uni.example'"
    )


@pytest.mark.usefixtures("course")
def test_links_for_a_whole_class_go_to_a_file_that_others_cannot_read(
    admin: Admin, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster, links = tmp_path / "roster.csv", tmp_path / "links.csv"
    roster.write_text("email,name\nada@example.org,=Ada\nben@example.org,Ben\n")
    admin("import-roster", "ml", str(roster))
    assert admin("invite", "ml", "--days", "10", "--out", str(links)) == 0
    assert "First sign-in links: 3, good once within 10 days." in capsys.readouterr().err
    assert links.stat().st_mode & 0o077 == 0
    rows = list(csv.DictReader(links.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["name"], row["email"]) for row in rows][:2] == [
        ("'=Ada", "ada@example.org"),
        ("Ben", "ben@example.org"),
    ]
    with Database(settings) as database, database.write() as session:
        cookie = access.redeem(session, rows[0]["link"].rpartition("/")[2])
        assert access.person_of_session(session, cookie).email == "ada@example.org"
    assert admin("invite", "ml") == 0
    assert capsys.readouterr().out.count("/sign-in/") == 2
    assert admin("invite", "ml", "--days", "99") == 2
    assert "1 to 30 days" in capsys.readouterr().err
