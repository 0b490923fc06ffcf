"""`?wait=` and events: one look at the database for all who wait, and an end when the submission is finished."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from grader.core import Message, State
from grader.course import submissions
from tests.api.conftest import Site
from tests.cast import SOURCE, report


def test_a_waiting_submission_says_where_it_stands(site: Site) -> None:
    site.cast.accept(user=site.cast.ben)
    id = site.upload().json()["id"]
    told = site.get(f"/api/v1/submissions/{id}").json()
    assert (told["status"], told["position"], told["eta_seconds"]) == ("queued", 2, None)
    assert (told["score"], told["report"], told["late"], told["reason"]) == (None, None, 0, None)
    assert (told["course"], told["assignment"], told["number"]) == ("ml", "svm", 1)


def test_a_finished_one_has_score_and_report_and_no_wait(site: Site) -> None:
    id = site.cast.graded(17.72)
    told = site.get(f"/api/v1/submissions/{id}?wait=60").json()
    assert (told["status"], told["score"], told["max_score"]) == ("done", 17.72, 20)
    assert told["report"]["schema"] == "grader.report/1"
    assert told["report"]["score"] == 17.72


def test_students_get_no_seed_and_staff_do(site: Site) -> None:
    id = site.cast.graded(20)
    assert "seed" not in site.get(f"/api/v1/submissions/{id}").json()["report"]
    assert site.get(f"/api/v1/submissions/{id}", "ines").json()["report"]["seed"] == "00"


def test_a_rejected_one_says_why(site: Site) -> None:
    id = site.cast.accept().id
    site.cast.finish(id, report(0, state=State.REJECTED, reason=Message("course.link.dead")))
    told = site.get(f"/api/v1/submissions/{id}").json()
    assert told["status"] == "rejected"
    assert told["reason"].startswith("This sign-in link")
    korean = site.get(f"/api/v1/submissions/{id}", headers={"Accept-Language": "ko"}).json()
    assert korean["reason"].startswith("이 로그인 링크")


def test_a_broken_one_says_so_and_has_no_score(site: Site) -> None:
    id = site.cast.accept().id
    for _ in range(submissions.MAX_FAULTS):
        site.cast.finish(id, report(0, state=State.BROKEN))
    told = site.get(f"/api/v1/submissions/{id}").json()
    assert (told["status"], told["score"]) == ("broken", None)
    assert told["reason"]


def during(site: Site, change: Callable[[], object]) -> threading.Thread:
    """Make `change` as soon as someone waits."""
    waiting = site.client.app.state.watcher._someone  # type: ignore[attr-defined]

    def run() -> None:
        while not site.client.app.state.watcher._waiting and not waiting.is_set():  # type: ignore[attr-defined]
            threading.Event().wait(0.01)
        change()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_wait_holds_the_answer_until_the_status_changes(site: Site) -> None:
    id = site.upload().json()["id"]
    thread = during(site, lambda: site.cast.graded_now(id, 20))
    told = site.get(f"/api/v1/submissions/{id}?wait=60").json()
    thread.join()
    assert told["status"] in ("running", "done")
    assert told["status"] == "running" or told["score"] == 20


def test_wait_ends_with_what_there_is(site: Site) -> None:
    id = site.upload().json()["id"]
    assert site.get(f"/api/v1/submissions/{id}?wait=0.3").json()["status"] == "queued"


@pytest.mark.parametrize("wait", ["61", "-1", "x", "nan"])
def test_wait_is_at_most_a_minute(site: Site, wait: str) -> None:
    assert site.get(f"/api/v1/submissions/{site.cast.accept().id}?wait={wait}").status_code == 422


def test_many_wait_without_holding_threads_or_connections(site: Site) -> None:
    """More than there are threads: if a waiting request held one, the change could never be made through the door."""
    id = site.upload().json()["id"]
    answers: list[str] = []

    def wait() -> None:
        answers.append(site.get(f"/api/v1/submissions/{id}?wait=60").json()["status"])

    threads = [threading.Thread(target=wait) for _ in range(60)]
    for thread in threads:
        thread.start()
    watcher = site.client.app.state.watcher  # type: ignore[attr-defined]
    while len(watcher._waiting.get(id, ())) < 60:
        threading.Event().wait(0.05)
    assert site.call("POST", f"/api/v1/submissions/{id}/cancel").status_code == 200
    for thread in threads:
        thread.join()
    assert answers == ["cancelled"] * 60


def events(text: str) -> list[dict[str, object]]:
    """The data of the events named `submission`."""
    blocks = [dict(line.split(": ", 1) for line in block.split("\n") if ": " in line) for block in text.split("\n\n")]
    return [json.loads(block["data"]) for block in blocks if block.get("event") == "submission"]


def test_events_tell_every_change_in_order_and_end(site: Site) -> None:
    id = site.upload().json()["id"]
    thread = during(site, lambda: site.cast.graded_now(id, 12.5))
    answer = site.get(f"/api/v1/submissions/{id}/events")
    thread.join()
    told = events(answer.text)
    statuses = [one["status"] for one in told]
    assert statuses[0] == "queued"
    assert statuses[-1] == "done"
    assert statuses == sorted(statuses, key=["queued", "running", "done"].index)
    assert told[-1]["score"] == 12.5
    assert "report" not in told[-1]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"


def test_events_of_a_finished_one_are_one(site: Site) -> None:
    told = events(site.get(f"/api/v1/submissions/{site.cast.graded(1)}/events").text)
    assert [one["status"] for one in told] == ["done"]


def test_events_are_the_answer_of_get_without_the_report(site: Site) -> None:
    id = site.cast.graded(1)
    answer = site.get(f"/api/v1/submissions/{id}").json()
    del answer["report"]
    assert events(site.get(f"/api/v1/submissions/{id}/events").text) == [answer]


@pytest.mark.parametrize(
    ("form", "kind"), [("json", "application/json"), ("html", "text/html"), ("xml", "application/xml")]
)
def test_a_report_comes_in_three_forms_once_it_is_there(site: Site, form: str, kind: str) -> None:
    waiting, done = site.cast.accept(b"1").id, site.cast.graded(12, b"2")
    assert site.get(f"/api/v1/submissions/{waiting}/report.{form}").status_code == 404
    answer = site.get(f"/api/v1/submissions/{done}/report.{form}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert "svm_loss_naive" in answer.text


def test_the_html_report_may_load_and_run_nothing(site: Site) -> None:
    policy = site.get(f"/api/v1/submissions/{site.cast.graded(1)}/report.html").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


def test_a_file_comes_back_byte_for_byte_and_as_plain_text(site: Site) -> None:
    data = b"<script>alert(1)</script>\r\n\xff"
    id = site.cast.accept(data).id
    answer = site.get(f"/api/v1/submissions/{id}/files/svm.py")
    assert (answer.content, answer.headers["x-content-type-options"]) == (data, "nosniff")
    assert answer.headers["content-type"].startswith("text/plain")
    assert site.get(f"/api/v1/submissions/{id}/files/other.py").status_code == 404
    assert site.get(f"/api/v1/submissions/{id}/files/../../etc/passwd").status_code == 404


def test_an_archive_is_a_download(site: Site) -> None:
    with site.cast.database.write() as session:
        upload = submissions.Upload(user_id=site.cast.ada, assignment_id=site.cast.svm, files=(("a.zip", SOURCE),))
        id = submissions.accept(session, [upload])[0].id
    answer = site.get(f"/api/v1/submissions/{id}/files/a.zip")
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["content-type"] == "application/octet-stream"
