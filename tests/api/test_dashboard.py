"""The figures of an assignment over HTTP, who is behind them, one student's work, tables, and a word when something is
new."""

from __future__ import annotations

import csv
import io
import threading
import time

import pytest

from grader.api.memory import Memory
from grader.api.watch import CourseWatcher
from grader.course import people
from grader.course.tables import Grade, User, now
from tests.api.conftest import Site
from tests.cast import Cast

COURSE = "/api/v1/courses/ml"
SVM = COURSE + "/assignments/svm"


@pytest.fixture
def erring(site: Site) -> Site:
    """Ada and Ben make the same mistake in svm, Ada no longer."""
    site.cast.wrong(5, "reg-gradient-halved", data=b"1")
    site.cast.graded(20, b"2")
    site.cast.wrong(5, "reg-gradient-halved", data=b"3", user=site.cast.ben)
    return site


def table(site: Site, path: str) -> list[list[str]]:
    answer = site.get(path, "ines")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_the_figures_of_an_assignment_are_all_there(erring: Site) -> None:
    got = erring.get(SVM + "/statistics", "ines").json()
    assert (got["assignment"], got["students"], got["submitted"], got["last_hour"]) == ("svm", 2, 2, 3)
    assert sum(got["uploads"]["counts"]) == 3
    (mistake,) = got["mistakes"]
    assert mistake | {"does": ""} == {
        "diagnosis": "reg-gradient-halved",
        "does": "",
        "now": 1,
        "ever": 2,
        "gone_after": 1.0,
        "example": 3,
    }
    assert "reg * W" in mistake["does"]
    assert (got["clusters"], got["not_started"], got["stuck"]) == ([], [], [])
    assert got["checks"][0]["discrimination"] is None


def test_the_figures_are_those_of_the_students_that_are_asked_for(erring: Site) -> None:
    got = erring.get(SVM + "/statistics?section=a", "ines").json()
    assert (got["students"], got["mistakes"][0]["now"]) == (1, 0)
    confined = erring.get(SVM + "/statistics", "abe").json()
    assert confined["students"] == 1


def test_the_students_behind_a_mistake_are_listed(erring: Site) -> None:
    got = erring.get(SVM + "/mistakes/reg-gradient-halved", "ines").json()
    assert [(one["name"], one["submission"], one["now"]) for one in got["items"]] == [
        ("Ben", 3, True),
        ("Ada", 1, False),
    ]
    assert erring.get(SVM + "/mistakes/reg-gradient-halved?limit=1", "ines").json()["next_cursor"] == "1"
    assert erring.get(SVM + "/mistakes/unheard-of", "ines").json()["items"] == []


def test_a_student_is_shown_with_everything_handed_in(erring: Site) -> None:
    got = erring.get(COURSE + "/students/ada@example.org", "ines").json()
    works = {one["assignment"]: one for one in got["assignments"]}
    assert (got["name"], works["svm"]["score"], works["softmax"]["attempts"]) == ("Ada", 20, [])
    assert [(one["number"], one["score"], one["counts"]) for one in works["svm"]["attempts"]] == [
        (1, 5, False),
        (2, 20, True),
    ]
    assert erring.get(COURSE + "/students/ines@example.org", "ines").status_code == 404


def test_checks_and_attempts_are_tables_too(erring: Site) -> None:
    checks, attempts = table(erring, SVM + "/statistics.csv"), table(erring, SVM + "/attempts.csv")
    assert checks[0] == ["function", "check", "passed", "failed", "skipped", "pass_rate", "discrimination"]
    assert checks[1][:6] == ["svm_loss_naive", "gradient", "1", "1", "0", "0.5"]
    assert [[*row[2:5], row[7]] for row in attempts[1:]] == [
        ["Ada", "ada@example.org", "1", "5.0"],
        ["Ada", "ada@example.org", "2", "20.0"],
        ["Ben", "ben@example.org", "1", "5.0"],
    ]


def test_no_cell_of_these_tables_is_a_formula(erring: Site) -> None:
    with erring.cast.database.write() as session:
        session.get_one(User, erring.cast.ada).name = "=1+1"
    assert table(erring, SVM + "/attempts.csv")[1][2] == "'=1+1"


def test_a_score_by_hand_alone_has_no_submission(site: Site) -> None:
    with site.cast.database.write() as session:
        by_hand = {"score": 7, "max_score": 20, "late": 0, "overridden": True}
        session.add(Grade(assignment_id=site.cast.svm, user_id=site.cast.ada, submission_id=None, **by_hand))
        session.add(
            Grade(assignment_id=site.cast.svm, user_id=site.cast.ben, score=0, max_score=20, late=0, excused=True)
        )
    ada, ben = site.get(COURSE + "/gradebook", "ines").json()["items"]
    assert ada["scores"]["svm"] == {"score": 7, "max_score": 20, "late": 0, "submission": None, "overridden": True}
    assert ben["scores"]["svm"]["excused"] is True
    assert [row[7] for row in table(site, COURSE + "/gradebook.csv")[1:]] == ["7.0", "EX"]


def test_the_gradebook_is_searched(site: Site) -> None:
    found = site.get(COURSE + "/gradebook?search=BEN", "ines").json()["items"]
    assert [one["name"] for one in found] == ["Ben"]
    assert site.get(COURSE + "/gradebook?search=a%00b", "ines").status_code < 500


# --------------------------------------------------------------------------- live


def test_figures_are_worked_out_anew_where_something_is_new(cast: Cast) -> None:
    memory, at, made = Memory(), now(), list[int]()

    def get(key: int = 1) -> int:
        with cast.database.read() as session:
            return memory.get(session, key, at, lambda: made.append(key) or len(made))  # type: ignore[func-returns-value]

    assert [get(), get(), get(2), get()] == [1, 1, 2, 1]
    cast.accept()
    assert [get(), get()] == [3, 3]


def test_a_listener_hears_of_its_own_course_and_the_stream_ends_in_time(site: Site) -> None:
    """Two rooms: a hand-in in one is no event in the other."""

    def hand_in() -> None:
        time.sleep(2.2)
        site.cast.accept()

    hander = threading.Thread(target=hand_in)
    hander.start()
    heard = site.get(COURSE + "/events?seconds=5", "ines").text
    hander.join()
    assert (heard.count("event: listening"), heard.count("event: course")) == (1, 1)
    with site.cast.database.write() as session:
        people.create_course(session, "quiet")
    assert "event: course" not in site.get("/api/v1/courses/quiet/events?seconds=2", "root").text


def test_there_are_only_so_many_listeners(cast: Cast) -> None:
    watcher = CourseWatcher(cast.database, most=1)
    with watcher.listening(1) as first, watcher.listening(1) as second:
        assert (first is None, second is None) == (False, True)
    with watcher.listening(1) as third:
        assert third is not None
