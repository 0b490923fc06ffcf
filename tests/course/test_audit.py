"""The record of who did what: it only grows, whoever asks the database, and it is found again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from grader.course import audit
from grader.course.audit import Search
from grader.course.tables import AuditEntry, now
from tests.cast import Cast


def note(cast: Cast, action: str, subject: str, user: int | None = None) -> int:
    with cast.database.write() as session:
        audit.record(session, action, subject, user_id=user, course_id=cast.course, detail={"n": 1})
        session.flush()
        return session.scalars(sa.select(sa.func.max(AuditEntry.id))).one()


def found(cast: Cast, **by: object) -> list[str]:
    with cast.database.read() as session:
        entries = audit.entries(session, cast.course, Search(**by), limit=100)  # type: ignore[arg-type]
    return [one.subject for one in entries if one.subject.startswith("note")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET subject = 'another'",
        "UPDATE audit SET user_id = NULL",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(cast: Cast, statement: str) -> None:
    id = note(cast, "settings", "note", cast.ines)
    with pytest.raises(DBAPIError, match="the audit log can only grow"), cast.database.writer.begin() as connection:
        connection.exec_driver_sql(statement)
    with cast.database.read() as session:
        entry = session.get_one(AuditEntry, id)
    assert (entry.subject, entry.user_id) == ("note", cast.ines)


def test_entries_are_found_by_who_what_and_when(cast: Cast) -> None:
    note(cast, "settings", "note one", cast.ines)
    note(cast, "override", "note two", cast.asa)
    note(cast, "override", "note 50%")
    assert found(cast) == ["note 50%", "note two", "note one"]
    assert found(cast, user="INES@example.org") == ["note one"]
    assert found(cast, user=str(cast.asa)) == ["note two"]
    assert found(cast, user="shell") == ["note 50%"]
    assert found(cast, action="override") == ["note 50%", "note two"]
    assert found(cast, text="TWO") == ["note two"]
    assert found(cast, text="0%") == ["note 50%"]
    assert found(cast, text="%o") == []
    assert found(cast, since=now() - timedelta(minutes=5), until=now() + timedelta(minutes=5)) == found(cast)
    assert found(cast, since=now() + timedelta(minutes=5)) == []


def test_an_entry_of_another_course_is_not_found_but_on_the_site(cast: Cast) -> None:
    with cast.database.write() as session:
        audit.record(session, "token", "note elsewhere")
    assert found(cast) == []
    with cast.database.read() as session:
        everything = audit.entries(session, None, Search(action="token"), limit=10)
    assert [(one.subject, one.course) for one in everything] == [("note elsewhere", None)]


def test_pages_do_not_move_while_the_log_grows(cast: Cast) -> None:
    first, second = note(cast, "settings", "note one"), note(cast, "settings", "note two")
    with cast.database.read() as session:
        (newest,) = audit.entries(session, cast.course, Search(), limit=1)
    assert newest.id == second
    note(cast, "settings", "note three")
    with cast.database.read() as session:
        (following,) = audit.entries(session, cast.course, Search(), limit=1, before=newest.id)
    assert following.id == first
