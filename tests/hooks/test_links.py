"""A link that a student hands in becomes a submission, or a reason why not: over a real git host."""

from __future__ import annotations

from datetime import timedelta

import pytest

from grader.course import links, submissions
from grader.course.links import Asked, Link
from grader.course.people import find_course
from grader.course.tables import CourseAssignment, Submission
from grader.course.units import find_assignment
from grader.jobs.links import Links
from grader.settings import Settings
from tests.hooks.conftest import School
from tests.stubs.git_http import GitHost, git

CODE = b"def svm_loss_naive(W, X, y, reg):\n    return 0.0, W\n"


@pytest.fixture
def errand(school: School, settings: Settings) -> Links:
    return Links(school.database, settings)


def assignment(school: School) -> int:
    with school.database.read() as session:
        return find_assignment(session, find_course(session, "cs"), "svm").id


def ask(school: School, link: Link) -> Asked:
    with school.database.write() as session:
        one = session.get_one(CourseAssignment, assignment(school))
        return links.ask(session, one, school.student_id, link)


def now(school: School, asked: Asked) -> Asked:
    with school.database.read() as session:
        found = links.find(session, asked.id)
    assert found is not None
    return found


def made(school: School, asked: Asked) -> tuple[Submission, dict[str, bytes]]:
    """The submission that was made of a link, and its files."""
    id = now(school, asked).submission
    assert id is not None
    with school.database.read() as session:
        return session.get_one(Submission, id), dict(submissions.read_files(session, id))


def test_a_repository_becomes_a_submission_with_its_commit(school: School, host: GitHost, errand: Links) -> None:
    url = host.repository("ada/svm")
    commit = host.push("ada/svm", {"svm.py": CODE, "README.md": b"mine"})
    asked = ask(school, Link(url))
    errand.fetch(asked.id)
    row, files = made(school, asked)
    assert now(school, asked).state == "fetched"
    assert (row.source, row.commit, row.repository, row.user_id) == ("link", commit, url, school.student_id)
    assert files == {"svm.py": CODE}


def test_a_branch_and_a_folder_are_those_that_the_link_names(school: School, host: GitHost, errand: Links) -> None:
    url = host.repository("ada/branches")
    host.push("ada/branches", {"hw1/svm.py": CODE, "hw2/svm.py": CODE + b"# 2\n"})
    git(host.folder / "work/ada/branches", "push", "--quiet", "origin", "HEAD:late")
    host.push("ada/branches", {"hw1/svm.py": CODE + b"# later\n"})
    asked = ask(school, Link(url, "late", "hw1"))
    errand.fetch(asked.id)
    assert made(school, asked)[1] == {"svm.py": CODE}


def test_a_commit_is_received_when_its_link_was_and_a_branch_when_it_was_looked_at(
    school: School, host: GitHost, errand: Links
) -> None:
    """Whoever has the repository could push to a branch after the due time, and before the errand."""
    url = host.repository("ada/times")
    commit = host.push("ada/times", {"svm.py": CODE})
    first = ask(school, Link(url, commit))
    errand.fetch(first.id)
    assert made(school, first)[0].received_at == first.asked_at
    host.push("ada/times", {"svm.py": CODE + b"# more\n"})
    second = ask(school, Link(url))
    errand.fetch(second.id)
    assert made(school, second)[0].received_at > second.asked_at


def test_no_token_of_the_service_goes_along(school: School, host: GitHost, errand: Links) -> None:
    """A student who names another's private repository must not have it fetched with what the operator may read."""
    url = host.repository("ben/private")
    host.push("ben/private", {"svm.py": CODE})
    host.authorizations.clear()
    errand.fetch(ask(school, Link(url)).id)
    assert host.authorizations
    assert set(host.authorizations) == {None}


@pytest.mark.parametrize(
    ("ref", "path", "id"),
    [
        ("nowhere", "", "student.link.no-branch"),
        ("--upload-pack=touch", "", "student.link.no-branch"),
        ("main", "hw9", "student.link.nothing"),
        ("f" * 40, "", "student.link.failed"),
        ("main", "docs", "intake.defines-nothing"),
    ],
)
def test_what_cannot_be_handed_in_is_refused_and_costs_nothing(  # noqa: PLR0917
    school: School, host: GitHost, errand: Links, ref: str, path: str, id: str
) -> None:
    url = host.repository("ada/lacking")
    host.push("ada/lacking", {"svm.py": CODE, "docs/plot.py": b"print(1)\n"})
    asked = ask(school, Link(url, ref, path))
    for _ in range(links.MOST_TRIES):
        errand.fetch(asked.id)
    last = now(school, asked)
    assert (last.state, last.submission) == ("refused", None)
    assert last.message is not None
    assert last.message.id.startswith(id)


def test_a_repository_that_is_not_there_is_refused_at_once(school: School, host: GitHost, errand: Links) -> None:
    asked = ask(school, Link(host.url("ada/none")))
    errand.fetch(asked.id)
    last = now(school, asked)
    assert last.message is not None
    assert (last.state, last.message.id) == ("refused", "student.link.absent")


def test_a_host_that_is_busy_is_asked_again(school: School, host: GitHost, errand: Links) -> None:
    url = host.repository("ada/busy")
    host.push("ada/busy", {"svm.py": CODE})
    asked = ask(school, Link(url))
    host.fail = 1
    errand.fetch(asked.id)
    assert (now(school, asked).state, now(school, asked).tries) == ("asked", 1)
    errand.fetch(asked.id)
    assert now(school, asked).state == "fetched"


def test_an_address_that_was_never_allowed_is_not_fetched(school: School, host: GitHost, errand: Links) -> None:
    """Also where a row says so: the errand asks for itself."""
    host.repository("ada/inside")
    host.push("ada/inside", {"svm.py": CODE})
    for url in (host.url("ada/inside").replace("127.0.0.1", "localhost"), "https://localhost/ada/inside"):
        asked = ask(school, Link(url))
        errand.fetch(asked.id)
        last = now(school, asked)
        assert last.message is not None
        assert (last.state, "may not be fetched from" in str(last.message.params)) == ("refused", True)


def test_what_is_closed_meanwhile_is_refused_as_an_upload_is(school: School, host: GitHost, errand: Links) -> None:
    url = host.repository("ada/closed")
    host.push("ada/closed", {"svm.py": CODE})
    asked = ask(school, Link(url))
    with school.database.write() as session:
        session.get_one(CourseAssignment, assignment(school)).closes = asked.asked_at - timedelta(hours=1)
    errand.fetch(asked.id)
    last = now(school, asked)
    assert last.message is not None
    assert (last.state, last.message.id) == ("refused", "course.closed")


def test_the_same_commit_again_uses_no_attempt(school: School, host: GitHost, errand: Links) -> None:
    url = host.repository("ada/twice")
    host.push("ada/twice", {"svm.py": CODE})
    first = ask(school, Link(url))
    errand.fetch(first.id)
    one = now(school, first).submission
    again = ask(school, Link(url))
    errand.fetch(again.id)
    errand.fetch(again.id)
    assert now(school, again).submission == one


def test_a_waiting_link_is_a_job_of_the_couriers(school: School, host: GitHost, errand: Links) -> None:
    asked = ask(school, Link(host.repository("ada/job")))
    with school.database.read() as session:
        (job,) = errand.sources(session)
    assert (job.kind, job.subject, job.queue) == ("link", asked.id, "courier")
