"""`grader serve` as an operator meets it: starting, being in the way, being killed, ending."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from grader.course.database import Database
from grader.course.tables import Status, Submission, Unit
from grader.settings import Settings
from tests.classroom import classroom, sample
from tests.harness import Service, command_line, descendants, gone, wait_for
from tests.jobs.following import look, status_is, upload, url_of

PATIENCE = 60.0
ENDLESS = b"def svm_loss_naive(W, X, y, reg):\n    while True:\n        pass\n"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with Service(tmp_path) as service:
        yield service


# --------------------------------------------------------------------------- starting


def test_the_first_start_makes_the_tables_the_units_and_a_secret_that_is_kept(service: Service) -> None:
    secret = service.folder / "var" / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    kept = secret.read_text()
    assert len(kept) == 64
    with Database(Settings(database_url=url_of(service))) as database, database.read() as session:
        assert "svm" in session.scalars(sa.select(Unit.slug)).all()
    service.restart()
    assert secret.read_text() == kept


def test_an_upload_is_graded_and_waiting_for_it_gives_the_score(service: Service) -> None:
    room = classroom(url_of(service))
    id = upload(service, room, sample("svm/right_einsum.py"))
    wait_for(lambda: status_is(service, room, id, "done"), PATIENCE, service.log_text)
    assert look(service, room, id)["score"] == 20


def test_a_port_in_use_is_said_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = Service(tmp_path).grader("serve", "--port", str(port), check=False)
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert f"--port {port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


# --------------------------------------------------------------------------- dying and ending


def test_a_web_process_that_dies_is_started_again_on_the_same_port(service: Service) -> None:
    (web,) = service.children("web")
    os.kill(web, signal.SIGKILL)
    wait_for(lambda: gone(web), PATIENCE)
    wait_for(lambda: service.children("web") not in ([], [web]), PATIENCE, service.log_text)
    service.wait_until_ready()


def test_when_the_main_process_dies_its_children_end_within_ten_seconds(service: Service) -> None:
    below = descendants(service.pid)
    assert len(below) >= 2
    os.kill(service.pid, signal.SIGKILL)
    wait_for(lambda: all(gone(pid) for pid in below), 10, service.log_text)
    assert [pid for pid in below if not gone(pid)] == []


def test_a_worker_whose_zygotes_keep_dying_hands_back_and_ends_and_no_submission_is_at_fault(service: Service) -> None:
    room = classroom(url_of(service))
    (worker,) = service.children("worker")
    with killing(lambda: [pid for pid in descendants(worker) if "zygote.py" in command_line(pid)]):
        id = upload(service, room, b"import time\ntime.sleep(2)\n" + sample("svm/right_einsum.py"))
        wait_for(lambda: gone(worker), PATIENCE, service.log_text)
    assert "no box can be opened any more" in service.log_text()
    wait_for(lambda: status_is(service, room, id, "done"), PATIENCE, service.log_text)
    with Database(Settings(database_url=url_of(service))) as database, database.read() as session:
        row = session.get_one(Submission, id)
    assert (row.score, row.faults) == (20, 0)


@contextmanager
def killing(victims: Callable[[], list[int]]) -> Iterator[None]:
    """Whatever `victims` names is killed as soon as it is there."""
    over = threading.Event()

    def kill() -> None:
        while not over.is_set():
            for pid in victims():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_sigterm_hands_a_running_grading_back_and_ends_with_0(service: Service) -> None:
    """It costs no attempt: the submission waits again, and the next start grades it."""
    room = classroom(url_of(service))
    id = upload(service, room, b"import time\ntime.sleep(9)\n" + sample("svm/right_einsum.py"))
    wait_for(lambda: status_is(service, room, id, "running"), PATIENCE, service.log_text)
    below = descendants(service.pid)
    assert any("zygote.py" in command_line(pid) for pid in below)
    assert service.stop() == 0
    wait_for(lambda: all(gone(pid) for pid in below), PATIENCE)
    with Database(Settings(database_url=url_of(service))) as database, database.read() as session:
        row = session.get_one(Submission, id)
    assert (row.status, row.faults) == (Status.QUEUED, 0)
    service.start()
    wait_for(lambda: status_is(service, room, id, "done", "rejected"), PATIENCE, service.log_text)


def test_a_request_that_waits_does_not_hold_the_end_up(service: Service) -> None:
    room = classroom(url_of(service))
    id = upload(service, room, b"import time\ntime.sleep(9)\n" + sample("svm/right_einsum.py"))
    waiting = subprocess.Popen(
        [sys.executable, "-c", WAIT, f"{service.url}/api/v1/submissions/{id}", room.tokens[0]],
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: status_is(service, room, id, "running"), PATIENCE, service.log_text)
    assert service.stop() == 0
    waiting.wait(PATIENCE)


WAIT = """
import sys, httpx2
for _ in range(9):
    httpx2.get(sys.argv[1], params={"wait": 60}, headers={"Authorization": "Bearer " + sys.argv[2]}, timeout=90)
"""


# --------------------------------------------------------------------------- cancelling


def test_a_running_submission_that_is_cancelled_stops_and_gets_no_report(service: Service) -> None:
    room = classroom(url_of(service))
    id = upload(service, room, ENDLESS)
    wait_for(lambda: status_is(service, room, id, "running"), PATIENCE, service.log_text)
    headers = {"Authorization": f"Bearer {room.tokens[0]}"}
    answer = httpx2.post(f"{service.url}/api/v1/submissions/{id}/cancel", headers=headers)
    assert answer.status_code < 300, answer.text
    other = upload(service, room, sample("svm/right_einsum.py"))
    wait_for(lambda: status_is(service, room, other, "done"), PATIENCE, service.log_text)
    state = look(service, room, id)
    assert (state["status"], state["report"]) == ("cancelled", None)
