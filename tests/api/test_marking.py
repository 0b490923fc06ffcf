"""Comments with points, answers in words and requests about a check, over HTTP and on their pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from grader.api import create_app
from grader.course import regrade_work
from grader.course.tables import AuditEntry, Grade, RegradeItem, Submission
from grader.report import stored
from grader.settings import Settings
from grader.web import mount_static, problem_page, router
from tests.api.conftest import Site
from tests.cast import SOURCE, report

ASSIGNMENT = "/api/v1/courses/ml/assignments/svm"
PAGE = "/courses/ml/assignments/svm"
QUESTIONS = [
    {"id": "q1", "text": "Why is the loss C-1 at the start?", "points": 3},
    {"id": "q2", "text": "What does <b>reg</b> do?", "points": 2.5},
]
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """The whole web process: pages too."""
    made = create_app(settings, routers=(router,), problem_page=problem_page)
    mount_static(made)
    return made


@pytest.fixture
def graded(site: Site) -> int:
    """Ada's submission with 10 of 20 points."""
    return site.cast.graded(10)


def browse(site: Site, method: str, path: str, who: str, **options: Any) -> Any:
    headers = {"accept": "text/html"}
    return site.call(method, path, who, headers=headers, follow_redirects=False, **options)


def counted(site: Site) -> tuple[float, float]:
    """Ada's own score and maximum."""
    (row,) = site.get("/api/v1/courses/ml/gradebook").json()["items"]
    return row["scores"]["svm"]["score"], row["scores"]["svm"]["max_score"]


def acted(site: Site, action: str) -> int:
    with site.cast.database.read() as session:
        return session.query(AuditEntry).filter_by(action=action).count()


# --------------------------------------------------------------------------- comments


def comment(site: Site, id: int, who: str = "ines", **body: Any) -> Any:
    return site.call("POST", f"/api/v1/submissions/{id}/comments", who, json={"text": "Well done.", **body})


def test_the_points_of_a_comment_count_until_it_is_deleted(site: Site, graded: int) -> None:
    made = comment(site, graded, points=-1.5, function="svm_loss_naive", path="svm.py", line=2)
    assert made.status_code == 201
    assert made.json() | {"id": 0, "at": ""} == {
        "id": 0,
        "author": "Ines",
        "text": "Well done.",
        "function": "svm_loss_naive",
        "path": "svm.py",
        "line": 2,
        "points": -1.5,
        "at": "",
    }
    assert counted(site) == (8.5, 20)
    path = f"/api/v1/submissions/{graded}/comments"
    assert site.get(path).json()["items"] == [made.json()]
    assert site.call("DELETE", f"{path}/{made.json()['id']}", "ines").status_code == 204
    assert counted(site) == (10, 20)
    assert site.get(path).json()["items"] == []
    assert site.call("DELETE", f"{path}/{made.json()['id']}", "ines").status_code == 404
    assert (acted(site, "comment"), acted(site, "uncomment")) == (1, 1)


@pytest.mark.parametrize(
    ("points", "lang", "line"),
    [
        (-1.5, "en", "10.0 - 1.5 = 8.5: points taken off by hand"),
        (2, "en", "10.0 + 2.0 = 12.0: points given by hand"),
        (-11, "en", "10.0 - 11.0 = 0.0: points taken off by hand"),
        (-1.5, "ko", "10.0 - 1.5 = 8.5: 직접 뺀 점수"),
    ],
)
def test_points_by_hand_stand_as_arithmetic_beside_every_score(
    site: Site, graded: int, points: float, lang: str, line: str
) -> None:
    """At the assignment's own score, in its table of attempts, and on the submission's page."""
    comment(site, graded, points=points)
    ask = {"headers": {"accept-language": lang}}
    assert site.get("/courses/ml/assignments/svm", **ask).text.count(line) == 2
    assert line in site.get(f"/submissions/{graded}", **ask).text


def test_a_score_that_was_set_by_hand_says_what_the_code_came_to(site: Site, graded: int) -> None:
    path = "/api/v1/courses/ml/assignments/svm/overrides/ada@example.org"
    assert site.call("PUT", path, "ines", json={"score": 17.5, "reason": "ill"}).status_code == 200
    assert "Set by hand; the code came to 10.0." in site.get("/courses/ml/assignments/svm").text


@pytest.mark.parametrize(
    "body",
    [
        {"text": "  "},
        {"text": "a\0b"},
        {"function": "other"},
        {"path": "other.py"},
        {"line": 3},
        {"points": 1.234},
        {"points": 1e9},
        {"more": 1},
    ],
)
def test_a_comment_on_what_is_not_there_is_refused(site: Site, graded: int, body: dict[str, Any]) -> None:
    assert comment(site, graded, **body).status_code == 422
    assert counted(site) == (10, 20)


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("ben", 404), ("stan", 404), ("abe", 201), ("asa", 201)])
def test_who_teaches_a_student_may_comment(site: Site, graded: int, who: str, status: int) -> None:
    assert comment(site, graded, who).status_code == status


def test_a_comment_is_written_and_deleted_on_the_page(site: Site, graded: int) -> None:
    form = {"text": f"{HOSTILE}\r\nline two", "points": "+2", "function": "", "path": "svm.py", "line": "1"}
    assert browse(site, "POST", f"/submissions/{graded}/comments", "ines", data=form).status_code == 422
    form["points"] = "2"
    assert browse(site, "POST", f"/submissions/{graded}/comments", "ines", data=form).status_code == 303
    page = browse(site, "GET", f"/submissions/{graded}", "ada").text
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nline two" in page
    assert "+2 points" in page
    assert "Delete this comment" not in page
    assert counted(site) == (12, 20)
    assert browse(site, "POST", f"/submissions/{graded}/comments/1/delete", "ines").status_code == 303
    assert counted(site) == (10, 20)


# --------------------------------------------------------------------------- answers in words


@pytest.fixture
def asked(site: Site) -> Site:
    answer = site.call("PATCH", ASSIGNMENT, "ines", json={"questions": QUESTIONS})
    assert answer.status_code == 200
    return site


def answer(site: Site, text: str, who: str = "ada", question: str = "q1", **more: Any) -> Any:
    return site.call("PUT", f"{ASSIGNMENT}/answers/{question}", who, json={"text": text, **more})


def mark(site: Site, points: float | None, who: str = "ines", question: str = "q1", **more: Any) -> Any:
    path = f"{ASSIGNMENT}/marking/{question}/ada@example.org"
    return site.call("PUT", path, who, json={"points": points, **more})


def test_points_for_answers_count_beside_those_of_the_checks(asked: Site) -> None:
    asked.cast.graded(10)
    assert counted(asked) == (10, 25.5)
    first = answer(asked, "Every margin is 1.").json()
    assert (first["version"], first["points"], first["max_points"]) == (1, None, 3)
    assert mark(asked, 2.5, remark="Nearly.", version=1).json()["points"] == 2.5
    assert counted(asked) == (12.5, 25.5)
    own = asked.get(f"{ASSIGNMENT}/answers").json()["items"]
    assert [(one["points"], one["remark"]) for one in own] == [(2.5, "Nearly."), (None, "")]
    assert mark(asked, None).status_code == 200
    assert counted(asked) == (10, 25.5)
    assert acted(asked, "mark") == 2


def test_answers_alone_make_a_grade(asked: Site) -> None:
    answer(asked, "Because.")
    mark(asked, 3)
    assert counted(asked) == (3, 25.5)


def test_the_second_of_two_who_write_an_answer_is_told(asked: Site) -> None:
    assert answer(asked, "one", version=0).status_code == 200
    refused = answer(asked, "two", version=0)
    assert (refused.status_code, refused.json()["version"]) == (409, 1)
    assert "Ada" in refused.json()["detail"]
    assert mark(asked, 1, version=0).status_code == 409
    assert mark(asked, 1, version=1).status_code == 200
    assert "Ines" in answer(asked, "three", version=1).json()["detail"]


def test_an_answer_that_is_changed_waits_to_be_marked_again(asked: Site) -> None:
    answer(asked, "one")
    mark(asked, 3)
    assert answer(asked, "one").json()["points"] == 3
    assert answer(asked, "two").json()["points"] is None
    waiting = asked.get(f"{ASSIGNMENT}/marking?unmarked=true", "ines").json()["items"]
    assert [(one["email"], one["text"]) for one in waiting] == [("ada@example.org", "two")]
    with asked.cast.database.read() as session:
        assert session.get(Grade, (asked.cast.svm, asked.cast.ada)) is None


def test_nobody_answers_what_is_closed_or_not_asked(asked: Site) -> None:
    assert answer(asked, "x", question="q9").status_code == 404
    asked.cast.assignment(closes=datetime.now(UTC) - timedelta(hours=1))
    assert answer(asked, "x").status_code == 403
    asked.cast.assignment(closes=None, opens=datetime.now(UTC) + timedelta(hours=1))
    assert answer(asked, "x").status_code == 403
    assert asked.get(f"{ASSIGNMENT}/answers").status_code == 404


@pytest.mark.parametrize("points", [3.5, -1, 1.234])
def test_no_more_points_are_given_than_there_are(asked: Site, points: float) -> None:
    answer(asked, "x")
    assert mark(asked, points).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("stan", 404), ("abe", 200), ("asa", 200)])
def test_who_teaches_a_student_may_mark(asked: Site, who: str, status: int) -> None:
    assert mark(asked, 1, who).status_code == status


def test_an_assistant_of_another_section_marks_and_sees_none_of_it(asked: Site) -> None:
    answer(asked, "of a student of section b", who="ben")
    assert asked.get(f"{ASSIGNMENT}/marking", "abe").json()["items"] == []
    path = f"{ASSIGNMENT}/marking/q1/ben@example.org"
    assert asked.call("PUT", path, "abe", json={"points": 1}).status_code == 404


def test_what_was_given_by_hand_waits_where_every_check_waits(asked: Site) -> None:
    graded = asked.cast.graded(10)
    answer(asked, "x")
    mark(asked, 3, remark="secret remark")
    comment(asked, graded, text="secret comment", points=1)
    asked.cast.assignment(visibility={"*": "after-release"})
    ways = (f"{ASSIGNMENT}/answers", f"/api/v1/submissions/{graded}/comments", f"/submissions/{graded}", PAGE)
    for path in ways:
        assert "secret" not in asked.get(path).text, path
    asked.cast.assignment(released_at=datetime.now(UTC))
    assert "secret" in asked.get(f"{ASSIGNMENT}/answers").text


def test_questions_are_answered_on_the_page_of_the_assignment(asked: Site) -> None:
    page = browse(asked, "GET", PAGE, "ada").text
    assert "Why is the loss C-1 at the start?" in page
    assert "What does &lt;b&gt;reg&lt;/b&gt; do?" in page
    form = {"question": "q1", "version": "0", "text": f"{HOSTILE} because"}
    saved = browse(asked, "POST", f"{PAGE}/answers", "ada", data=form)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{PAGE}/answers?saved=q1#question-q1")
    refused = browse(asked, "POST", f"{PAGE}/answers", "ada", data=form | {"text": "my other words"})
    assert refused.status_code == 409
    assert "my other words" in refused.text
    assert HOSTILE not in browse(asked, "GET", PAGE, "ada").text


def test_staff_mark_one_answer_after_the_other(asked: Site) -> None:
    answer(asked, "of Ada")
    answer(asked, "of Ben", who="ben")
    first = browse(asked, "GET", f"{PAGE}/marking", "ines").text
    assert "of Ada" in first
    assert "of Ben" not in first.partition("<table")[0]
    form = {
        "question": "q1",
        "user": str(asked.cast.ada),
        "version": "1",
        "remark": "kept",
        "only": "q1",
        "points": "9",
    }
    refused = browse(asked, "POST", f"{PAGE}/marking", "ines", data=form)
    assert refused.status_code == 422
    assert "From 0 to 3 points can be given." in refused.text
    assert "kept" in refused.text
    done = browse(asked, "POST", f"{PAGE}/marking", "ines", data=form | {"points": "2"})
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}/marking?question=q1")
    assert "of Ben" in browse(asked, "GET", f"{PAGE}/marking?question=q1", "ines").text.partition("<table")[0]
    again = browse(asked, "GET", f"{PAGE}/marking?question=q1&student={asked.cast.ada}", "ines").text
    assert 'value="2"' in again


# --------------------------------------------------------------------------- release


def test_the_button_stands_where_something_waits_for_it_and_else_that_nothing_does(site: Site, graded: int) -> None:
    assert graded
    page = browse(site, "GET", PAGE, "ines").text
    assert "Release scores" not in page
    assert "no check waits for a release" in page
    site.cast.assignment(visibility={"gradient": "after-due"})
    assert "Release scores" in browse(site, "GET", PAGE, "ines").text
    site.cast.assignment(due=datetime.now(UTC))
    assert "Release scores" not in browse(site, "GET", PAGE, "ines").text
    site.cast.assignment(visibility={"gradient": "after-release"})
    assert "Release scores" in browse(site, "GET", PAGE, "ines").text
    browse(site, "POST", f"{PAGE}/release", "ines", data={"released": "true"})
    assert "Take the release of scores back" in browse(site, "GET", PAGE, "ines").text


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("ines", "1 of 2 students have handed in. Median of those with a score: 10.0 / 20."),
        ("abe", "1 of 1 students have handed in. Median of those with a score: 10.0 / 20."),
    ],
)
def test_staff_read_how_far_the_class_is_before_a_form_of_their_own(
    site: Site, graded: int, who: str, said: str
) -> None:
    """Abe teaches section a alone."""
    assert graded
    page = browse(site, "GET", PAGE, who).text
    assert said in page
    assert "nothing graded yet" not in page
    assert page.index(said) < page.index("<summary>Try it yourself") < page.index('id="upload-title"')
    assert "Try it yourself" not in browse(site, "GET", PAGE, "ada").text


def test_scores_are_released_by_a_button_and_taken_back(site: Site, graded: int) -> None:
    site.cast.assignment(visibility={"*": "after-release"})
    assert site.get(ASSIGNMENT).json()["best"]["score"] is None
    assert browse(site, "POST", f"{PAGE}/release", "abe", data={"released": "true"}).status_code == 403
    assert browse(site, "POST", f"{PAGE}/release", "ines", data={"released": "true"}).status_code == 303
    assert site.get(ASSIGNMENT).json()["best"]["score"] == 10
    assert browse(site, "POST", f"{PAGE}/release", "ines", data={"released": "false"}).status_code == 303
    assert site.get(ASSIGNMENT).json()["best"]["score"] is None
    assert acted(site, "settings") == 2


# --------------------------------------------------------------------------- requests


def ask(site: Site, id: int, who: str = "ada", **more: Any) -> Any:
    body = {"function": "svm_loss_naive", "check": "gradient", "text": "My dW is right.", **more}
    return site.call("POST", f"/api/v1/submissions/{id}/requests", who, json=body)


def replayed(site: Site, score: float) -> None:
    """Let the worker of the slow lane grade what waits there."""
    with site.cast.database.write() as session:
        ((regrade, shard),) = regrade_work.shards(session)
        work = regrade_work.take(session, regrade, shard)
    assert work is not None
    with site.cast.database.write() as session:
        assert regrade_work.finish(session, work, stored.encode(report(score)))


def test_a_request_is_answered_in_words_and_with_a_replay(site: Site, graded: int) -> None:
    made = ask(site, graded)
    assert (made.status_code, made.json()["state"]) == (201, "open")
    id, path = made.json()["id"], f"/api/v1/submissions/{graded}/requests"
    (open_one,) = site.get("/api/v1/courses/ml/requests", "ines").json()["items"]
    assert (open_one["email"], open_one["assignment"], open_one["check"]) == ("ada@example.org", "svm", "gradient")
    begun = site.call("POST", f"{path}/{id}/replay", "abe")
    assert (begun.status_code, begun.json()["replay"]["same"]) == (200, None)
    replayed(site, 10)
    answered = site.call("POST", f"{path}/{id}/answer", "abe", json={"text": "Look at the sign."})
    assert answered.status_code == 200
    (told,) = site.get(path).json()["items"]
    assert (told["state"], told["answer"], told["answered_by"]) == ("answered", "Look at the sign.", "Abe")
    assert (told["replay"]["same"], told["replay"]["old"], told["replay"]["new"]) == (True, 10, 10)
    page = browse(site, "GET", f"/submissions/{graded}", "ada").text
    assert "every verdict and the score are the same" in page
    assert site.call("POST", f"{path}/{id}/answer", "abe", json={"text": "again"}).status_code == 409
    assert site.get("/api/v1/courses/ml/requests", "ines").json()["items"] == []
    assert len(site.get("/api/v1/courses/ml/requests?state=all", "ines").json()["items"]) == 1


def test_a_replay_that_comes_out_otherwise_can_be_applied(site: Site, graded: int) -> None:
    id = ask(site, graded).json()["id"]
    path = f"/api/v1/submissions/{graded}/requests"
    regrade = site.call("POST", f"{path}/{id}/replay", "ines").json()["replay"]["regrade"]
    replayed(site, 12)
    (told,) = site.get(path).json()["items"]
    assert (told["replay"]["same"], told["replay"]["new"]) == (False, 12)
    assert counted(site) == (10, 20)
    assert site.call("POST", f"/api/v1/regrades/{regrade}/apply", "ines").status_code == 200
    assert counted(site) == (12, 20)


def test_only_the_submission_that_is_asked_about_is_graded_again(site: Site, graded: int) -> None:
    site.cast.graded(12, SOURCE + b"# better")
    id = ask(site, graded).json()["id"]
    site.call("POST", f"/api/v1/submissions/{graded}/requests/{id}/replay", "ines")
    with site.cast.database.read() as session:
        assert [item.submission_id for item in session.query(RegradeItem)] == [graded]


def test_the_same_is_not_asked_twice_until_it_is_withdrawn(site: Site, graded: int) -> None:
    id = ask(site, graded).json()["id"]
    assert ask(site, graded).status_code == 409
    path = f"/api/v1/submissions/{graded}/requests/{id}/withdraw"
    assert site.call("POST", path, "ines").status_code == 403
    assert site.call("POST", path).json()["state"] == "withdrawn"
    assert site.call("POST", path).status_code == 409
    assert ask(site, graded).status_code == 201


def test_what_is_no_check_or_not_graded_is_not_asked_about(site: Site, graded: int) -> None:
    assert ask(site, graded, check="other").status_code == 404
    assert ask(site, graded, text=" ").status_code == 422
    waiting = site.cast.accept(SOURCE + b"# new").id
    assert ask(site, waiting).status_code == 409
    assert ask(site, graded, who="ben").status_code == 404


def test_the_score_of_a_replay_is_not_told_while_the_own_is_not(site: Site, graded: int) -> None:
    id = ask(site, graded).json()["id"]
    path = f"/api/v1/submissions/{graded}/requests"
    site.call("POST", f"{path}/{id}/replay", "ines")
    replayed(site, 12)
    site.cast.assignment(visibility={"gradient": "after-release"})
    (told,) = site.get(path).json()["items"]
    assert (told["replay"]["same"], told["replay"]["old"], told["replay"]["new"]) == (None, None, None)


def test_a_request_is_made_and_answered_on_the_pages(site: Site, graded: int) -> None:
    page = browse(site, "GET", f"/submissions/{graded}", "ada").text
    assert '<option value="svm_loss_naive/gradient">svm_loss_naive: gradient</option>' in page
    form = {"about": "svm_loss_naive/gradient", "text": f"{HOSTILE} please"}
    assert browse(site, "POST", f"/submissions/{graded}/requests", "ada", data=form).status_code == 303
    listed = browse(site, "GET", "/courses/ml/requests", "ines").text
    assert f'<a href="/submissions/{graded}#request-1">' in listed
    assert HOSTILE not in listed
    assert browse(site, "POST", f"/submissions/{graded}/requests/1/replay", "ines").status_code == 303
    assert "It is being graded again." in browse(site, "GET", f"/submissions/{graded}", "ines").text
    answered = browse(site, "POST", f"/submissions/{graded}/requests/1/answer", "ines", data={"text": "No."})
    assert answered.status_code == 303
    assert "<strong>Ines:</strong>" in browse(site, "GET", f"/submissions/{graded}", "ada").text


def test_the_korean_pages_say_it_in_korean(site: Site, graded: int) -> None:
    korean = {"accept": "text/html", "accept-language": "ko"}
    assert "채점 문의" in site.get("/courses/ml/requests", "ines", headers=korean).text
    assert "검사를 다시 봐 달라고 문의하기" in site.get(f"/submissions/{graded}", headers=korean).text
    with site.cast.database.read() as session:
        assert session.get_one(Submission, graded).score == 10
