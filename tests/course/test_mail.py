"""Who is told of what: those whose score is another one after a regrade, and after its rollback."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from grader.course import mail, regrade_work, regrades
from grader.course.regrades import Wanted
from grader.course.tables import CourseAssignment, Mail, User, now
from grader.report import stored
from tests.cast import Cast, report


def told(cast: Cast, kind: str) -> list[tuple[int, object]]:
    with cast.database.read() as session:
        rows = session.scalars(sa.select(Mail).where(Mail.kind == kind).order_by(Mail.id))
        return [(one.user_id, one.params["submission"]) for one in rows]


def regraded(cast: Cast, score: float) -> int:
    """A dry run in which everything earns `score`."""
    with cast.database.write() as session:
        id = regrades.begin(session, session.get_one(CourseAssignment, cast.svm), Wanted(), cast.ines).id
        for shard in range(regrade_work.SHARDS):
            while (work := regrade_work.take(session, id, shard)) is not None:
                assert regrade_work.finish(session, work, stored.encode(report(score)))
    return id


def test_a_regrade_is_told_to_those_whose_score_it_changed_and_so_is_its_rollback(cast: Cast) -> None:
    mine, _ = cast.graded(10), cast.graded(20, user=cast.ben)
    id = regraded(cast, 20)
    assert told(cast, "regrade") == []
    with cast.database.write() as session:
        regrades.apply(session, id, cast.ines)
    assert told(cast, "regrade") == [(cast.ada, mine)]
    with cast.database.write() as session:
        regrades.rollback(session, id, cast.ines)
    assert told(cast, "regrade") == [(cast.ada, mine)] * 2


def test_what_waits_is_due_when_its_time_has_come(cast: Cast) -> None:
    id = cast.graded(10)
    with cast.database.write() as session:
        mail.post(session, cast.ada, "regrade", submission=id)
        mail.post(session, cast.ada, "comment", submission=id)
    with cast.database.read() as session:
        assert len(mail.due(session)) == 1
    with cast.database.write() as session:
        session.execute(sa.update(Mail).values(next_at=now()))
    with cast.database.read() as session:
        assert len(mail.due(session)) == 2


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("kind", ["comment", "answer", "regrade"])
def test_every_message_says_its_course_and_assignment_and_where_to_read_on(
    cast: Cast, kind: mail.Kind, lang: str
) -> None:
    id = cast.graded(7.25)
    with cast.database.write() as session:
        session.get_one(User, cast.ada).language = lang
        mail.post(session, cast.ada, kind, submission=id)
    with cast.database.write() as session:
        letter = mail.compose(session, session.scalars(sa.select(Mail.id)).one(), "https://grader.example.org/")
    assert letter is not None
    assert letter.address == "ada@example.org"
    assert letter.subject.startswith("ml: ")
    assert f"https://grader.example.org/submissions/{id}\n" in letter.text
    assert "7.25" not in letter.text, "no score goes by e-mail"
