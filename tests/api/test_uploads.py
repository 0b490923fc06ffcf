"""`POST .../submissions`: what is answered, and that it is answered after the commit."""

from __future__ import annotations

import hashlib
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from grader.course.tables import Status
from tests.api.conftest import Site
from tests.cast import SOURCE


def test_an_upload_is_answered_with_a_receipt(site: Site) -> None:
    answer = site.upload()
    file_hash = hashlib.sha256(SOURCE).hexdigest()
    assert answer.status_code == 202
    assert answer.json() | {"received_at": ""} == {
        "id": 1,
        "status": "queued",
        "url": "http://testserver/submissions/1",
        "sha256": hashlib.sha256(f"svm.py\0{file_hash}\n".encode()).hexdigest(),
        "received_at": "",
        "attempts_left": None,
        "duplicate": False,
    }


def test_the_answer_is_sent_after_the_commit(site: Site) -> None:
    """The order is pinned where the answer leaves the application: by then the row is on disk for everyone."""
    events: list[str] = []
    sa.event.listen(site.cast.database.writer, "commit", lambda _: events.append("commit"))
    stack = site.client.app

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                events.append("answer")
            await send(message)

        await stack(scope, receive, sending)  # type: ignore[operator]

    site.client._transport.app = watched  # type: ignore[attr-defined]
    site.upload()
    assert events[-2:] == ["commit", "answer"]
    assert events.count("answer") == 1


def test_several_files_are_one_submission(site: Site) -> None:
    files = [("files", ("svm.py", SOURCE)), ("files", ("extra.py", b"x = 1\n"))]
    answer = site.call("POST", site.UPLOAD, files=files)
    listed = site.get("/api/v1/submissions/1/files").json()["items"]
    assert answer.status_code == 202
    assert [one["path"] for one in listed] == ["extra.py", "svm.py"]


def test_the_same_files_again_are_a_duplicate(site: Site) -> None:
    first, again = site.upload().json(), site.upload().json()
    assert again == first | {"duplicate": True}


def test_a_repeated_request_with_its_key_gets_the_same_answer(site: Site) -> None:
    first = site.upload(headers={"Idempotency-Key": "k"})
    again = site.upload(headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    other = site.upload(SOURCE + b"# other\n", headers={"Idempotency-Key": "k"})
    assert (other.status_code, other.json()["type"]) == (422, "urn:grader:problem:course.key.reused")


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (b"", "svm.py", 422),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "svm.png", 415),
        (b"print('no function here')\n", "svm.py", 422),
        (b"x" * 150_000, "svm.py", 413),
        (b"x" * 2_000_000, "svm.py", 413),
        (b"PK\x03\x04 not an archive", "svm.zip", 422),
    ],
)
def test_what_the_bytes_show_is_refused_at_once(site: Site, data: bytes, name: str, status: int) -> None:
    answer = site.upload(data, name=name)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert site.get("/api/v1/submissions/1").status_code == 404


def test_what_needs_a_parser_is_taken(site: Site) -> None:
    assert site.upload(b"def svm_loss_naive(:\n").status_code == 202


def test_a_body_without_length_is_capped_too(site: Site) -> None:
    def chunks() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="svm.py"\r\n\r\n'
        for _ in range(40):
            yield b"x" * 50_000

    answer = site.call(
        "POST", site.UPLOAD, content=chunks(), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert (answer.status_code, answer.json()["status"]) == (413, 413)


def test_a_closed_assignment_is_403(site: Site) -> None:
    site.cast.assignment(closes=site.cast.row(site.upload().json()["id"]).received_at)
    answer = site.upload(SOURCE + b"# more\n")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:grader:problem:course.closed")


def test_attempts_left_are_counted_down_and_then_refused(site: Site) -> None:
    site.cast.assignment(attempts_total=2)
    left = [site.upload(SOURCE + b"# %d\n" % number).json().get("attempts_left") for number in range(3)]
    assert left == [1, 0, None]
    assert site.upload(SOURCE + b"# 4\n").status_code == 403


def test_attempts_that_refill_are_429_with_the_time_to_wait(site: Site) -> None:
    site.cast.assignment(attempts_per_day=1)
    site.upload()
    answer = site.upload(SOURCE + b"# 2\n")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400


def test_thirty_uploads_a_minute_are_enough(site: Site) -> None:
    codes = [site.upload().status_code for _ in range(31)]
    assert codes == [202] * 30 + [429]
    assert 0 < int(site.upload().headers["Retry-After"]) <= 60
    assert site.upload(who="ben").status_code == 202


def test_a_part_without_a_filename_is_told_that_it_needs_one(site: Site) -> None:
    answer = site.call("POST", site.UPLOAD, data={"files": SOURCE.decode()})
    assert (answer.status_code, "a part of the form with a filename" in answer.json()["detail"]) == (422, True)


def test_an_upload_without_files_is_422_and_names_the_field(site: Site) -> None:
    answer = site.call("POST", site.UPLOAD, data={"file": "x"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.files"


def test_a_body_that_is_no_form_is_told(site: Site) -> None:
    answer = site.call("POST", site.UPLOAD, content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_who_may_not_come_in_is_told_before_the_body_is_looked_at(site: Site) -> None:
    wrong = {"content": b"\xff", "headers": {"Content-Type": "application/json"}}
    assert site.call("POST", site.UPLOAD, None, **wrong).status_code == 401
    assert site.call("POST", site.UPLOAD, "stan", **wrong).status_code == 404


def test_a_cancelled_one_is_cancelled(site: Site) -> None:
    id = site.upload().json()["id"]
    assert site.call("POST", f"/api/v1/submissions/{id}/cancel").json()["status"] == "cancelled"
    again = site.call("POST", f"/api/v1/submissions/{id}/cancel")
    assert (again.status_code, again.json()["type"]) == (409, "urn:grader:problem:api.finished")
    assert site.cast.queued() == []
    assert site.cast.row(id).status is Status.CANCELLED


def test_choosing_needs_a_policy_that_lets_one_choose(site: Site) -> None:
    worse, better = site.cast.graded(5, b"1"), site.cast.graded(10, b"2")
    assert site.call("POST", f"/api/v1/submissions/{worse}/select").status_code == 409
    site.cast.assignment(counts="chosen")
    waiting = site.cast.accept(b"3").id
    assert site.call("POST", f"/api/v1/submissions/{waiting}/select").status_code == 409
    assert site.call("POST", f"/api/v1/submissions/{worse}/select").status_code == 200
    row = site.get("/api/v1/courses/ml/gradebook").json()["items"][0]
    assert (row["scores"]["svm"]["submission"], better) == (worse, better)


def test_more_requests_at_once_than_there_are_threads_all_get_their_answer(site: Site) -> None:
    """Those that have a session need a thread to go on; those that wait for one must not hold all threads."""
    codes: list[int] = []

    def hand_in(number: int) -> None:
        who = ("ada", "ben", "asa", "ines")[number % 4]
        codes.append(site.upload(SOURCE + b"# %d\n" % number, who).status_code)

    def read(_: int) -> None:
        codes.append(site.get("/api/v1/courses/ml/gradebook", "ines").status_code)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(60) for work in (hand_in, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200] * 60 + [202] * 60
