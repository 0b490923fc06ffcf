"""From a push to a submission, and from its score to one commit status; what fails is tried again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from grader.core import Message, State
from grader.course import deliveries, submissions
from grader.course.database import Database
from grader.course.tables import CourseAssignment, Delivery, Hook, Submission
from grader.jobs.errands import Errands
from grader.report import stored, text
from grader.settings import Settings
from tests.cast import report
from tests.classroom import sample
from tests.hooks.conftest import School
from tests.stubs.forge import Forge
from tests.stubs.git_http import GitHost

ID = "delivery-1"
RIGHT = "svm/right_einsum.py"


@pytest.fixture
def errands(school: School, settings: Settings) -> Errands:
    return Errands(school.database, settings)


def receive(school: School, url: str, commit: str, *, id: str = ID, repository: str = "cs-org/ada") -> None:
    with school.database.write() as session:
        hook = session.scalars(sa.select(Hook)).one()
        deliveries.receive(session, hook, id, repository=repository, url=url, commit=commit, ref="refs/heads/main")


def due_jobs(errands: Errands, database: Database) -> list[str]:
    with database.read() as session:
        return [job.id for job in errands.sources(session)]


def skip_the_wait(database: Database) -> None:
    """Make what waits for its next try due now."""
    with database.write() as session:
        for row in session.scalars(sa.select(Delivery)):
            row.detail = {**row.detail, "try_at": None}


def all_submissions(database: Database) -> list[Submission]:
    with database.read() as session:
        return list(session.scalars(sa.select(Submission).order_by(Submission.id)))


def grade_all(database: Database, *, score: int = 20, refuse: bool = False) -> None:
    """Finish every submission as a worker would."""
    with database.write() as session:
        for id in session.scalars(sa.select(Submission.id)).all():
            work = submissions.begin(session, id, "worker")
            assert work is not None
            refusal = report(0, state=State.REJECTED, reason=Message("course.not-a-member"))
            result = refusal if refuse else report(score)
            submissions.finish(session, id, work.attempt, stored.encode(result))


def test_a_push_becomes_a_submission_of_the_folder_named_like_the_assignment(
    errands: Errands, school: School, host: GitHost
) -> None:
    url = host.repository("cs-org/ada")
    commit = host.push("cs-org/ada", {"svm/linear_svm.py": sample(RIGHT), "README.md": b"hello", "other/x.py": b"x=1"})
    receive(school, url, commit)
    assert due_jobs(errands, school.database) == [f"fetch-{ID}"]
    errands.fetch(ID)
    (row,) = all_submissions(school.database)
    assert (row.user_id, row.source, row.commit, row.repository) == (school.student_id, "github", commit, "cs-org/ada")
    with school.database.read() as session:
        assert submissions.read_files(session, row.id) == (("linear_svm.py", sample(RIGHT)),)
    push = school.push(ID)
    assert push is not None
    assert push.state == "fetched"


def test_a_mapped_folder_is_for_its_assignment(errands: Errands, school: School, host: GitHost) -> None:
    school.map("assignment1/", "svm")
    url = host.repository("cs-org/ada")
    commit = host.push("cs-org/ada", {"assignment1/cs231n/linear_svm.py": sample(RIGHT)})
    receive(school, url, commit)
    errands.fetch(ID)
    (row,) = all_submissions(school.database)
    with school.database.read() as session:
        assert session.get_one(CourseAssignment, row.assignment_id).slug == "svm"
        assert [path for path, _ in submissions.read_files(session, row.id)] == ["cs231n/linear_svm.py"]


def test_fetching_twice_is_one_submission(errands: Errands, school: School, host: GitHost) -> None:
    url = host.repository("cs-org/ada")
    commit = host.push("cs-org/ada", {"svm/linear_svm.py": sample(RIGHT)})
    receive(school, url, commit)
    errands.fetch(ID)
    errands.fetch(ID)
    receive(school, url, commit, id="delivery-2")
    errands.fetch("delivery-2")
    assert len(all_submissions(school.database)) == 1


def test_a_push_without_a_folder_of_an_assignment_is_kept_with_the_reason(
    errands: Errands, school: School, host: GitHost
) -> None:
    url = host.repository("cs-org/ada")
    commit = host.push("cs-org/ada", {"homework/x.py": b"x = 1\n"})
    receive(school, url, commit)
    errands.fetch(ID)
    push = school.push(ID)
    assert push is not None
    assert push.state == "unknown"
    assert push.reason is not None
    assert push.reason["id"] == "hooks.no-folder"


def test_a_failing_fetch_is_tried_again_later_and_later(errands: Errands, school: School, host: GitHost) -> None:
    url = host.repository("cs-org/ada")
    commit = host.push("cs-org/ada", {"svm/linear_svm.py": sample(RIGHT)})
    receive(school, url, commit)
    host.fail = 2
    waits = []
    for _ in range(2):
        errands.fetch(ID)
        assert due_jobs(errands, school.database) == []
        with school.database.read() as session:
            try_at = datetime.fromisoformat(session.get_one(Delivery, ID).detail["try_at"])
        waits.append(try_at - datetime.now(UTC))
        skip_the_wait(school.database)
    assert waits[1] > waits[0] > timedelta(0)
    errands.fetch(ID)
    assert len(all_submissions(school.database)) == 1


def test_a_fetch_that_keeps_failing_is_given_up_with_the_reason(
    errands: Errands, school: School, host: GitHost
) -> None:
    url = host.repository("cs-org/ada")
    commit = host.push("cs-org/ada", {"svm/linear_svm.py": sample(RIGHT)})
    receive(school, url, commit)
    host.fail = 100
    for _ in range(deliveries.MOST_TRIES):
        errands.fetch(ID)
    push = school.push(ID)
    assert push is not None
    assert push.state == "failed"
    assert push.reason is not None
    assert push.reason["id"] == "hooks.not-fetched"


def test_an_address_that_may_not_be_fetched_fails_at_once(errands: Errands, school: School) -> None:
    receive(school, "https://elsewhere.example/cs-org/ada.git", "1" * 40)
    errands.fetch(ID)
    push = school.push(ID)
    assert push is not None
    assert push.state == "failed"


def pushed(errands: Errands, school: School, host: GitHost, files: dict[str, bytes]) -> str:
    """A push, fetched; returns its commit."""
    url = host.repository("cs-org/ada")
    commit = host.push("cs-org/ada", dict(files))
    receive(school, url, commit)
    errands.fetch(ID)
    return commit


def test_the_score_is_answered_with_one_commit_status(
    errands: Errands, school: School, host: GitHost, forge: Forge
) -> None:
    commit = pushed(errands, school, host, {"svm/linear_svm.py": sample(RIGHT)})
    assert due_jobs(errands, school.database) == [], "there is nothing to answer before it is graded"
    errands.answer(ID)
    assert forge.statuses == []
    grade_all(school.database, score=20)
    assert due_jobs(errands, school.database) == [f"answer-{ID}"]
    errands.answer(ID)
    errands.answer(ID)
    (row,) = all_submissions(school.database)
    assert forge.statuses == [
        {
            "repository": "cs-org/ada",
            "commit": commit,
            "state": "success",
            "description": "20 / 20",
            "context": "grader",
            "target_url": f"http://127.0.0.1:8000/submissions/{row.id}",
        }
    ]
    assert due_jobs(errands, school.database) == []


def test_less_than_full_marks_is_a_failure(errands: Errands, school: School, host: GitHost, forge: Forge) -> None:
    pushed(errands, school, host, {"svm/linear_svm.py": sample(RIGHT)})
    grade_all(school.database, score=7)
    errands.answer(ID)
    assert [(one["state"], one["description"]) for one in forge.statuses] == [("failure", "7 / 20")]


def test_two_assignments_of_one_push_share_one_status(
    errands: Errands, school: School, host: GitHost, forge: Forge
) -> None:
    files = {"svm/linear_svm.py": sample(RIGHT), "softmax/softmax.py": sample("softmax/right_loops.py")}
    pushed(errands, school, host, files)
    grade_all(school.database)
    errands.answer(ID)
    (status,) = forge.statuses
    assert sorted(status["description"].split(", ")) == ["softmax: 20 / 20", "svm: 20 / 20"]
    assert status["target_url"] == "http://127.0.0.1:8000/"


def test_what_cannot_be_handed_in_is_said_in_the_status(
    errands: Errands, school: School, host: GitHost, forge: Forge
) -> None:
    """The door's refusal of an upload is the description of the commit status."""
    pushed(errands, school, host, {"svm/linear_svm.py": b"x = 1\n"})
    assert all_submissions(school.database) == []
    errands.answer(ID)
    (status,) = forge.statuses
    assert status["state"] == "failure"
    assert "svm_loss_naive" in status["description"]


def test_a_rejected_submission_is_a_failure_that_says_why(
    errands: Errands, school: School, host: GitHost, forge: Forge
) -> None:
    pushed(errands, school, host, {"svm/linear_svm.py": sample(RIGHT)})
    grade_all(school.database, refuse=True)
    errands.answer(ID)
    (status,) = forge.statuses
    assert (status["state"], status["description"]) == ("failure", text(Message("course.not-a-member"), "en"))


def test_our_own_fault_is_an_error_and_not_a_failure(
    errands: Errands, school: School, host: GitHost, forge: Forge
) -> None:
    pushed(errands, school, host, {"svm/linear_svm.py": sample(RIGHT)})
    with school.database.write() as session:
        for _ in range(submissions.MAX_FAULTS):
            work = submissions.begin(session, 1, "worker")
            assert work is not None
            submissions.give_back(session, 1, work.attempt, Message("jobs.fault", {"type": "BoxFault"}))
    errands.answer(ID)
    (status,) = forge.statuses
    assert status["state"] == "error"


def test_a_status_that_the_forge_does_not_take_is_sent_again(
    errands: Errands, school: School, host: GitHost, forge: Forge
) -> None:
    pushed(errands, school, host, {"svm/linear_svm.py": sample(RIGHT)})
    grade_all(school.database)
    forge.fail = 1
    errands.answer(ID)
    assert forge.statuses == []
    assert due_jobs(errands, school.database) == []
    skip_the_wait(school.database)
    assert due_jobs(errands, school.database) == [f"answer-{ID}"]
    errands.answer(ID)
    assert len(forge.statuses) == 1
    assert forge.refused == []


def test_a_stored_delivery_is_plain_json(school: School) -> None:
    receive(school, "https://github.com/cs-org/ada.git", "1" * 40)
    with school.database.read() as session:
        detail = session.get_one(Delivery, ID).detail
    assert json.loads(json.dumps(detail)) == detail
