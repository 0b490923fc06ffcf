"""kill -9 of the worker, and of the whole service, during fifty uploads: nothing is lost and nothing counts twice."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from grader.course.database import Database
from grader.course.tables import Status, StoredReport, Submission
from grader.settings import Settings
from tests.classroom import Classroom, classroom, sample
from tests.harness import Service, wait_for

pytestmark = pytest.mark.timeout(600)

STUDENTS = 5
EACH = 10
GRADED_SECONDS = 180.0
RIGHT, WRONG = "svm/right_einsum.py", "svm/wrong_reg_gradient_halved.py"


class Uploads:
    """Fifty uploads by several clients at once. A client that gets no answer asks again with the same key."""

    def __init__(self, service: Service, room: Classroom) -> None:
        self.service, self.room = service, room
        self.accepted: dict[int, str] = {}
        self._lock = threading.Lock()

    def send_all(self) -> None:
        with ThreadPoolExecutor(STUDENTS) as clients:
            for done in [clients.submit(self._student, token) for token in self.room.tokens]:
                done.result()

    def _student(self, token: str) -> None:
        for number in range(EACH):
            name = RIGHT if number % 2 else WRONG
            self._send(token, sample(name, mark=f"{token} {number}"), key=f"key-{number}", name=name)

    def _send(self, token: str, data: bytes, *, key: str, name: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        while True:
            try:
                answer = httpx2.post(
                    self.service.url + self.room.path,
                    headers=headers,
                    files={"files": ("linear_svm.py", data)},
                    timeout=20,
                )
            except httpx2.TransportError:
                time.sleep(0.2)
                continue
            assert answer.status_code == 202, answer.text
            with self._lock:
                self.accepted[answer.json()["id"]] = name
            return


def run_with_outages(service: Service, database_url: str, outage: object, *, at: tuple[int, ...]) -> None:
    """Upload everything, with `outage` whenever as many as `at` says are accepted; then look at what is there."""
    room = classroom(database_url, students=STUDENTS)
    uploads = Uploads(service, room)
    sender = threading.Thread(target=uploads.send_all)
    sender.start()
    for count in at:
        wait_for(lambda count=count: len(uploads.accepted) >= count, GRADED_SECONDS, service.log_text)  # type: ignore[misc]
        outage()  # type: ignore[operator]
    sender.join()
    assert len(uploads.accepted) == STUDENTS * EACH
    check_all_scored_once(service, database_url, uploads.accepted)


def check_all_scored_once(service: Service, database_url: str, accepted: dict[int, str]) -> None:
    with Database(Settings(database_url=database_url)) as database:

        def finished() -> bool:
            with database.read() as session:
                return all(status.final for status in session.scalars(sa.select(Submission.status)))

        wait_for(finished, GRADED_SECONDS, service.log_text)
        with database.read() as session:
            rows = {row.id: row for row in session.scalars(sa.select(Submission))}
            reports = Counter(session.scalars(sa.select(StoredReport.submission_id)))
    assert set(rows) == set(accepted)
    assert {row.status for row in rows.values()} == {Status.DONE}
    assert reports == Counter(dict.fromkeys(accepted, 1))
    scores = {name: {rows[id].score for id, sent in accepted.items() if sent == name} for name in (RIGHT, WRONG)}
    (right,), (wrong,) = scores[RIGHT], scores[WRONG]
    assert right == 20
    assert 0 < wrong < 20


def test_the_worker_is_killed_during_fifty_uploads(tmp_path: Path, database_url: str) -> None:
    """Accepted uploads are graded by the worker that is started in its place, each once."""
    with Service(tmp_path, database_url=database_url) as service:

        def kill_the_worker() -> None:
            wait_for(lambda: bool(service.children("worker")), 30)
            os.kill(service.children("worker")[0], signal.SIGKILL)

        run_with_outages(service, database_url, kill_the_worker, at=(10, 30))


def test_the_whole_service_is_killed_during_fifty_uploads(tmp_path: Path, database_url: str) -> None:
    """Every upload that was answered with 202 is there after the restart; the others are sent again, and count once."""
    with Service(tmp_path, database_url=database_url) as service:
        run_with_outages(service, database_url, service.restart, at=(15,))


def said_too_late(service: Service) -> bool:
    """Whether a worker found out, by its next word of progress or at the end, that the submission is another's."""
    return any(text in service.log_text() for text in ("grading stopped", "result came too late"))


def test_a_frozen_worker_that_comes_back_does_not_overwrite_its_successor(tmp_path: Path, database_url: str) -> None:
    """Silent for ten seconds it counts as dead; thawed, its result is late."""
    options = ("--slots", "1")
    with Service(tmp_path, workers=2, database_url=database_url, options=options) as service:
        room = classroom(database_url)
        slow = b"import time\ntime.sleep(2)\n" + sample(RIGHT)
        headers = {"Authorization": f"Bearer {room.tokens[0]}"}
        answer = httpx2.post(
            service.url + room.path, headers=headers, files={"files": ("linear_svm.py", slow)}, timeout=20
        )
        with Database(Settings(database_url=database_url)) as database:

            def row() -> Submission:
                with database.read() as session:
                    return session.get_one(Submission, answer.json()["id"])

            wait_for(lambda: row().worker is not None, GRADED_SECONDS, service.log_text)
            frozen = row().worker
            (pid,) = [
                pid for pid in service.children("worker") if str(frozen) in Path(f"/proc/{pid}/cmdline").read_text()
            ]
            os.kill(pid, signal.SIGSTOP)
            wait_for(lambda: row().status is Status.DONE, GRADED_SECONDS, service.log_text)
            heir = row()
            os.kill(pid, signal.SIGCONT)
            wait_for(lambda: said_too_late(service), GRADED_SECONDS, service.log_text)
            after = row()
            with database.read() as session:
                reports = session.scalars(sa.select(StoredReport.attempt)).all()
    assert heir.worker not in (None, frozen)
    assert (after.worker, after.score, after.version) == (heir.worker, 20, heir.version)
    assert reports == [heir.attempt]
