"""The class that is made to be looked at: as many hand-ins as it says, each with all that a graded one has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.cli.seeding import Sample, Size, check_free, grade_samples, seed, spread
from grader.course import people
from grader.course.database import Database, migrate
from grader.course.filters import Filters
from grader.course.gradebook import rows
from grader.course.submissions import report_of
from grader.course.tables import CheckVerdict, FunctionVerdict, Grade, Submission, SubmissionFile
from grader.errors import Conflict
from grader.report import stored
from grader.settings import Settings
from tests.cast import named, report

SMALL = Size(students=12, assignments=1, attempts=5)
SAMPLES = {
    "svm": [
        Sample((("svm.py", b"def svm_loss_naive(): ...  # " + mark),), stored.encode(made))
        for mark, made in ((b"1", report(0)), (b"2", named(5, "reg-gradient-halved")), (b"3", report(20)))
    ]
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Any:
    url = f"sqlite:///{tmp_path_factory.mktemp('seeded') / 'grader.db'}"
    migrate(url)
    with Database(Settings(database_url=url)) as opened:
        with opened.write() as session:
            assert seed(session, "large", SAMPLES, SMALL, datetime.now(UTC)) == 60
        yield opened


def of_students(session: Session) -> Sequence[Submission]:
    teacher = people.find_user(session, "teacher@large.example").id
    return session.scalars(sa.select(Submission).where(Submission.user_id != teacher)).all()


def test_every_hand_in_is_a_graded_one_with_all_that_hangs_on_it(database: Database) -> None:
    """Its report, its file, its verdicts, and in the gradebook the best of each student."""
    with database.read() as session:
        made = of_students(session)
        assert len(made) == 60
        for one in made:
            told = report_of(session, one.id)
            assert told is not None
            assert told.score == one.score
            assert session.get(SubmissionFile, (one.id, "svm.py"))
            assert session.get(CheckVerdict, (one.id, "svm_loss_naive", "gradient"))
            assert session.get(FunctionVerdict, (one.id, "svm_loss_naive"))
        best: dict[int, Any] = {}
        for one in made:
            best[one.user_id] = max(best.get(one.user_id, 0), one.score or 0)
        course = people.find_course(session, "large")
        table = rows(session, course.id, Filters())
        assert len(table) == 12
        assert {row.user: row.scores["svm"].score for row in table if row.scores}.items() <= best.items()


def test_only_the_hand_in_that_counts_keeps_its_whole_report(database: Database) -> None:
    with database.read() as session:
        counting = set(session.scalars(sa.select(Grade.submission_id)))
        examples: Mapping[int, bool] = {
            one.id: any(function.counterexample for function in told.functions)
            for one in of_students(session)
            if (told := report_of(session, one.id)) is not None and told.score == 5
        }
    assert {id for id, there in examples.items() if there} == {*examples} & counting
    assert not all(examples.values())


def test_a_course_that_is_there_is_told_before_anything_is_graded(database: Database) -> None:
    with database.read() as session, pytest.raises(Conflict):
        check_free(session, "large")


def test_attempts_are_shared_out_evenly() -> None:
    assert spread(10, 4) == [3, 3, 2, 2]


def test_samples_are_really_graded(tmp_path: Any) -> None:
    """From nothing to full marks, in the sandbox of this machine."""
    graded = grade_samples(Settings(var_dir=tmp_path), "svm")
    scores = [stored.decode(sample.content).score for sample in graded]
    assert [min(scores), max(scores)] == [0, 20]
    assert len({sample.files for sample in graded}) == len(graded) > 4
