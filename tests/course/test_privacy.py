"""What is kept about a person is handed to them as they may see it, forgotten on request, and not kept for ever."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

from grader.core import Message
from grader.course import access, allowances, audit, erasure, export, mail, regrades, retention, site
from grader.course.allowances import Student
from grader.course.regrades import Wanted
from grader.course.removal import Removed
from grader.course.submissions import report_of
from grader.course.tables import (
    Answer,
    AuditEntry,
    Base,
    Blob,
    Comment,
    Course,
    CourseAssignment,
    Grade,
    HintUnlock,
    Mail,
    Membership,
    RegradeRequest,
    Status,
    StoredReport,
    Submission,
    SubmissionFile,
    Token,
    User,
    now,
)
from grader.errors import Conflict, NotFound
from tests.cast import SOURCE, Cast

ADA = "ada@example.org"
OWN = b"# only mine\n" + SOURCE


def rename(cast: Cast, name: str) -> None:
    with cast.database.write() as session:
        session.get_one(User, cast.ada).name = name


def furnish(cast: Cast) -> int:
    """Everything that can be kept about Ada; the id of her submission, whose file Ben handed in too, and another."""
    id = cast.graded(10, OWN, repository="org/ada-lovelace", commit="c" * 40)
    cast.graded(8)
    cast.graded(20, user=cast.ben)
    with cast.database.write() as session:
        ada, assignment = session.get_one(User, cast.ada), session.get_one(CourseAssignment, cast.svm)
        membership = session.get_one(Membership, (cast.course, cast.ada))
        membership.external_id, membership.repository = "2026-123", "org/ada-lovelace"
        access.make_token(session, ada, name="laptop")
        access.begin_session(session, cast.ada)
        mail.ask_for_link(session, ADA, "en")
        due = datetime(2026, 12, 1, tzinfo=UTC)
        allowances.extend(session, Student(assignment, cast.ada, cast.ines), due=due, closes=None, reason="in hospital")
        allowances.override(session, Student(assignment, cast.ada, cast.ines), Fraction(12), False, False, "was unwell")
        session.add(Answer(assignment_id=cast.svm, user_id=cast.ada, question="q1", text="Because Ada says", points=3))
        session.add(Comment(submission_id=id, author_id=cast.asa, text="Ada, look", path="svm.py", line=1, points=1))
        session.add(RegradeRequest(submission_id=id, user_id=cast.ada, function="f", check="c", text="please, Ada"))
        unlock = {"assignment_id": cast.svm, "user_id": cast.ada, "submission_id": id}
        session.add(HintUnlock(**unlock, function="f", diagnosis="halved", level=1))
        audit.record(session, "add-member", ADA, user_id=cast.ines, detail={"user": cast.ada, "name": "Ada Lovelace"})
    return id


def everything(cast: Cast) -> str:
    """All that stands in any table, as text."""
    with cast.database.read() as session:
        rows = [str(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(sa.select(table))]
    return "\n".join(rows)


def erase(cast: Cast, who: str = ADA) -> Removed:
    with cast.database.write() as session:
        return erasure.erase(session, site.find(session, who), cast.root)


def grades(cast: Cast) -> list[tuple[int, Fraction, Fraction]]:
    with cast.database.read() as session:
        rows = session.scalars(sa.select(Grade).order_by(Grade.user_id, Grade.assignment_id))
        return [(one.user_id, one.score, one.max_score) for one in rows]


# --------------------------------------------------------------------------- erased


def test_nothing_that_tells_who_it_was_is_left_in_any_table_and_every_score_is(cast: Cast) -> None:
    rename(cast, "Ada Lovelace")
    furnish(cast)
    before = grades(cast)
    assert erase(cast) == Removed(files=2, reports=2)
    left = everything(cast)
    told = (
        ADA,
        "Lovelace",
        "2026-123",
        "org/ada",
        "hospital",
        "unwell",
        "Ada says",
        "Ada, look",
        "please, Ada",
        "laptop",
    )
    assert [word for word in told if word in left] == []
    assert "# only mine" not in left
    assert grades(cast) == before
    with cast.database.read() as session:
        assert session.scalars(sa.select(Token).where(Token.user_id == cast.ada)).all() == []
        assert session.scalars(sa.select(Mail).where(Mail.user_id == cast.ada)).all() == []
        assert [one.points for one in session.scalars(sa.select(Comment))] == [1]


def test_bytes_that_another_student_holds_too_are_kept_for_that_one(cast: Cast) -> None:
    furnish(cast)
    erase(cast)
    with cast.database.read() as session:
        assert list(session.scalars(sa.select(Blob.data))) == [SOURCE]
        owners = sa.select(Submission.user_id).join(SubmissionFile, SubmissionFile.submission_id == Submission.id)
        assert list(session.scalars(owners)) == [cast.ben]


def test_it_is_on_record_under_the_pseudonym_and_the_log_refuses_others_as_before(cast: Cast) -> None:
    furnish(cast)
    erase(cast)
    pseudonym = erasure.pseudonym(cast.ada)
    with cast.database.read() as session:
        rows = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
        last = rows[-1]
        assert (last.action, last.subject, last.user_id) == ("erase", pseudonym, cast.root)
        assert last.detail == {"files": 2, "reports": 2}
        (added,) = [one for one in rows if one.action == "add-member"]
        assert (added.subject, added.user_id, added.detail["user"]) == (pseudonym, cast.ines, cast.ada)
        assert any(one.action == "extension" and one.detail["set"]["due"] for one in rows), "what was done stays"
    for change in (sa.update(AuditEntry).values(subject="x"), sa.delete(AuditEntry)):
        with pytest.raises(sa.exc.DBAPIError), cast.database.write() as session:
            session.execute(change)


def test_whoever_is_erased_cannot_come_in_and_is_found_no_more(cast: Cast) -> None:
    furnish(cast)
    with cast.database.write() as session:
        token = access.make_token(session, session.get_one(User, cast.ada))
        link = access.make_link(session, session.get_one(User, cast.ada))
    erase(cast)
    with cast.database.write() as session:
        for secret in (token, link):
            with pytest.raises(Exception, match="unknown"):
                access.person_of_token(session, secret)
        assert not access.is_usable(session, link)
        mail.ask_for_link(session, erasure.pseudonym(cast.ada), "en")
        assert session.scalars(sa.select(Mail)).all() == []
        with pytest.raises(NotFound):
            site.find(session, str(cast.ada))


@pytest.mark.parametrize("state", ["queued", "running"])
def test_nobody_is_erased_while_something_of_theirs_is_graded(cast: Cast, state: str) -> None:
    id = cast.accept().id
    if state == "running":
        cast.begin(id)
    with pytest.raises(Conflict) as refused:
        erase(cast)
    assert refused.value.message == Message("privacy.erase.running", {"id": id})
    assert cast.who("ada").email == ADA


def test_nobody_is_erased_while_a_regrade_of_theirs_is_undecided(cast: Cast) -> None:
    cast.graded(10)
    with cast.database.write() as session:
        id = regrades.begin(session, session.get_one(CourseAssignment, cast.svm), Wanted(), cast.ines).id
    with pytest.raises(Conflict, match=r"privacy\.erase\.regrade"):
        erase(cast)
    with cast.database.write() as session:
        regrades.drop(session, id, cast.ines)
    assert erase(cast).reports == 1


def test_an_administrator_is_not_erased(cast: Cast) -> None:
    with pytest.raises(Conflict, match=r"privacy\.erase\.admin"):
        erase(cast, "root@example.org")


def test_what_a_team_handed_in_stays_for_those_who_are_left_and_goes_with_the_last(cast: Cast) -> None:
    cast.assignment(teams=True)
    with cast.database.write() as session:
        for user in (cast.ada, cast.ben):
            session.get_one(Membership, (cast.course, user)).group = "blue"
    id = cast.graded(10)
    assert erase(cast) == Removed()
    with cast.database.read() as session:
        assert report_of(session, id) is not None
    assert erase(cast, "ben@example.org") == Removed(files=1, reports=1)
    assert cast.row(id).score == 10


# --------------------------------------------------------------------------- handed out


def exported(cast: Cast, who: int | None = None, lang: str = "en") -> dict[str, Any]:
    """The entries of the archive; JSON is read."""
    file = io.BytesIO()
    with cast.database.read() as session:
        export.write(session, session.get_one(User, who or cast.ada), file, lang, datetime.now(UTC))
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        raw = {name: archive.read(name) for name in archive.namelist()}
    return {name: json.loads(data) if name.endswith(".json") else data for name, data in raw.items()}


def test_an_export_holds_all_that_is_kept_about_a_person(cast: Cast) -> None:
    id = furnish(cast)
    found = exported(cast)
    assert (found["account.json"]["email"], found["account.json"]["tokens"][0]["name"]) == (ADA, "laptop")
    (course,) = found["courses.json"]
    assert (course["slug"], course["role"], course["external_id"]) == ("ml", "student", "2026-123")
    assert course["grades"]["svm"]["grade"]["score"] == 12
    assert course["grades"]["svm"]["extension"]["reason"] == "in hospital"
    first = found["submissions.json"][0]
    assert (first["id"], first["score"], first["files"][0]["path"]) == (id, 10, "svm.py")
    assert found[f"submissions/{id}/files/svm.py"] == OWN
    assert found[f"submissions/{id}/report.json"]["schema"] == "grader.report/1"
    words = found["words.json"]
    assert [one["text"] for one in words["answers"]] == ["Because Ada says"]
    assert [one["text"] for one in words["comments"]] == ["Ada, look"]
    assert [one["diagnosis"] for one in words["hints"]] == ["halved"]
    assert [one["text"] for one in words["requests"]] == ["please, Ada"]
    assert {one["action"] for one in found["audit.json"]} >= {"extension", "override", "add-member"}


def test_an_export_holds_nothing_of_others_and_no_secret(cast: Cast) -> None:
    furnish(cast)
    cast.graded(20, b"# bens\n" + SOURCE, user=cast.ben)
    with cast.database.read() as session:
        secrets = [str(one) for one in session.scalars(sa.select(Token.sha256))]
    told = str(exported(cast))
    assert [word for word in ("ben@", "# bens", "asa@", "ines@", *secrets) if word in told] == []


def hidden(cast: Cast, **settings: Any) -> Mapping[str, Any]:
    furnish(cast)
    with cast.database.write() as session:
        allowances.withdraw(
            session, Student(session.get_one(CourseAssignment, cast.svm), cast.ada), allowances.Override
        )
    cast.assignment(**settings)
    return exported(cast)


def test_what_waits_for_the_release_is_not_in_an_export(cast: Cast) -> None:
    found = hidden(cast, visibility={"*": "after-release"})
    assert found["submissions.json"][0]["score"] is None
    assert found["courses.json"][0]["grades"]["svm"]["grade"]["score"] is None
    assert "seed" not in found[f"submissions/{found['submissions.json'][0]['id']}/report.json"]


def test_a_withheld_decision_is_not_told_by_the_log_of_an_export(cast: Cast) -> None:
    furnish(cast)
    with cast.database.write() as session:
        who = Student(session.get_one(CourseAssignment, cast.svm), cast.ada, cast.ines)
        allowances.override(session, who, Fraction(1), False, True, "plagiarism is looked into")
    found = exported(cast)
    assert "plagiarism" not in str(found)
    assert found["courses.json"][0]["grades"]["svm"]["grade"]["score"] is None


def test_a_name_of_a_file_leads_nowhere_else(cast: Cast) -> None:
    cast.graded(10)
    with cast.database.write() as session:
        session.execute(sa.update(SubmissionFile).values(path="/../..\\C:\\../x.py"))
    (name,) = [name for name in exported(cast) if "/files/" in name]
    assert name == "submissions/1/files/C_/x.py"


def test_whoever_was_erased_has_nothing_left_to_export_but_scores(cast: Cast) -> None:
    furnish(cast)
    erase(cast)
    found = exported(cast)
    assert [name for name in found if name.startswith("submissions/")] == []
    assert found["courses.json"][0]["grades"]["svm"]["grade"]["score"] == 12


# --------------------------------------------------------------------------- not kept for ever


def end(cast: Cast, days_ago: int, keep: int | None) -> None:
    with cast.database.write() as session:
        course = session.get_one(Course, cast.course)
        course.ends, course.retention_days = now() - timedelta(days=days_ago), keep


def sweep(cast: Cast) -> list[tuple[str, Removed]]:
    return [(one.slug, removed) for one, removed in retention.sweep(cast.database, now())]


@pytest.mark.parametrize(("days_ago", "keep"), [(10, None), (10, 11), (-1, 0)])
def test_a_course_keeps_everything_until_its_time_is_over(cast: Cast, days_ago: int, keep: int | None) -> None:
    cast.graded(10)
    end(cast, days_ago, keep)
    assert sweep(cast) == []
    with cast.database.read() as session:
        assert len(session.scalars(sa.select(StoredReport)).all()) == 1


def test_then_files_and_reports_go_and_scores_stay_and_it_is_on_record_once(cast: Cast) -> None:
    id = cast.graded(10)
    cast.graded(20, user=cast.ben)
    before = grades(cast)
    end(cast, 10, 9)
    assert sweep(cast) == [("ml", Removed(2, 2))]
    assert sweep(cast) == []
    assert grades(cast) == before
    assert cast.row(id).score == 10
    with cast.database.read() as session:
        assert report_of(session, id) is None
        assert session.scalars(sa.select(Blob)).all() == []
        recorded = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "retention")).all()
        assert [(one.subject, one.detail) for one in recorded] == [("ml", {"files": 2, "reports": 2})]


def test_what_is_being_graded_waits_for_the_next_look(cast: Cast) -> None:
    id = cast.accept().id
    cast.graded(20, user=cast.ben)
    end(cast, 10, 0)
    assert sweep(cast) == [("ml", Removed(1, 1))]
    assert cast.row(id).status is Status.QUEUED
    cast.graded_now(id, 10)
    assert sweep(cast) == [("ml", Removed(1, 1))]


def test_a_look_before_says_what_would_go(cast: Cast) -> None:
    cast.graded(10)
    end(cast, 10, 0)
    with cast.database.read() as session:
        (one,) = retention.expired(session, now())
    assert (one.slug, one.submissions) == ("ml", 1)


def test_another_course_is_left_alone(cast: Cast) -> None:
    with cast.database.write() as session:
        session.get_one(Course, cast.course).slug = "ml"
        other = session.scalars(sa.select(Course).where(Course.slug == "other")).one()
        other.ends, other.retention_days = now() - timedelta(days=3), 0
    cast.graded(10)
    assert sweep(cast) == []
