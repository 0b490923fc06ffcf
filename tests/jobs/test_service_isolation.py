"""What `grader serve`, `web` and `worker` run, where, and what they refuse, by the isolation that the machine has."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import httpx2
import pytest

from grader.course import workers
from grader.course.database import Database
from grader.sandbox.tiers import tiers
from grader.settings import Settings
from tests.classroom import classroom, sample
from tests.harness import Service, wait_for
from tests.jobs.following import look, queue_page, report_of, status_is, upload, url_of

PATIENCE = 60.0
UNSAFE = "--unsafe-no-isolation"
UNREADABLE = b"def svm_loss_naive(W, X, y, reg:\n    return 0\n"
WITHOUT_TIERS = (sys.executable, "-m", "tests.without_tiers")


def workers_alive(service: Service) -> list[str | None]:
    """The isolation of each."""
    with Database(Settings(database_url=url_of(service))) as database, database.read() as session:
        return [worker.isolation for worker in workers.alive(session)]


def refused(folder: Path, *arguments: str, **environment: str) -> str:
    """What `grader ...` says on standard error when it refuses to start, in one sentence, as wrong use."""
    done = Service(folder, environment=environment).grader(*arguments, check=False)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, ""), done.stderr
    return done.stderr


@pytest.mark.parametrize("command", ["serve", "web"])
def test_without_isolation_no_address_but_loopback_is_served(tmp_path: Path, command: str) -> None:
    said = refused(tmp_path, command, "--host", "0.0.0.0", "--port", "0", UNSAFE, SANDBOX_TIER="none")
    assert "0.0.0.0 is refused" in said
    assert "--host 127.0.0.1" in said


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_without_isolation_people_may_not_reach_the_service_from_elsewhere(tmp_path: Path, command: str) -> None:
    """Nor by a proxy before it: the address that links are made from tells."""
    public = {"SANDBOX_TIER": "none", "GRADER_BASE_URL": "https://grader.example.org"}
    assert "grader.example.org is refused" in refused(tmp_path, command, UNSAFE, **public)


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_the_tier_none_by_name_needs_the_flag_as_well(tmp_path: Path, command: str) -> None:
    assert UNSAFE in refused(tmp_path, command, SANDBOX_TIER="none")


@pytest.mark.parametrize("command", ["serve", "web"])
def test_with_isolation_any_address_may_be_served(tmp_path: Path, command: str) -> None:
    """The flag alone does not take isolation away. The web process runs no code: it needs none on its machine."""
    launcher = () if command == "serve" else WITHOUT_TIERS
    service = Service(tmp_path, command=command, launcher=launcher, options=("--host", "0.0.0.0", UNSAFE))
    try:
        service.start(ready=service.answers)
        assert service.url.startswith("http://0.0.0.0:")
    finally:
        service.stop()


def test_code_that_runs_unconfined_is_called_so_everywhere(tmp_path: Path) -> None:
    with Service(tmp_path, environment={"SANDBOX_TIER": "none"}, options=(UNSAFE,)) as service:
        assert httpx2.get(service.url + "/healthz").json()["isolation"] == "none"
        for path in ("/sign-in", "/docs", "/nowhere"):
            assert "without isolation" in httpx2.get(service.url + path, headers={"Accept": "text/html"}).text, path
        room = classroom(url_of(service))
        good, broken = upload(service, room, sample("svm/right_einsum.py")), upload(service, room, UNREADABLE)
        for id in (good, broken):
            wait_for(lambda id=id: status_is(service, room, id, "done", "rejected"), PATIENCE, service.log_text)
            assert report_of(service, room, id)["isolation"] == "none"


@pytest.mark.parametrize(
    ("launcher", "environment", "lacking"),
    [
        (WITHOUT_TIERS, {}, "no isolation for student code"),
        (WITHOUT_TIERS, {"SANDBOX_TIER": "ns", "SANDBOX_MIN_TIER": "ns"}, "Isolation ns is not there"),
        ((), {"SANDBOX_TIER": "landlock", "SANDBOX_MIN_TIER": "ns"}, "SANDBOX_MIN_TIER=ns is asked for"),
    ],
)
def test_where_nothing_may_run_uploads_wait_for_a_start_that_finds_isolation(
    tmp_path: Path, launcher: tuple[str, ...], environment: dict[str, str], lacking: str
) -> None:
    """202, kept, queued and not run; the operator is told in the log, by /readyz, /queue and the doctor."""
    service = Service(tmp_path, launcher=launcher, environment=environment)
    try:
        service.start(ready=lambda: "submissions are kept and not run" in service.log_text())
        wait_for(
            lambda: lacking in httpx2.get(service.url + "/readyz", timeout=PATIENCE).json()["reason"],
            PATIENCE,
            service.log_text,
        )
        answer = httpx2.get(service.url + "/readyz", timeout=PATIENCE)
        assert (answer.status_code, answer.json()["workers"], answer.json()["tier"]) == (503, 0, False)
        assert httpx2.get(service.url + "/healthz").json() | {"version": ""} == {
            "status": "ok",
            "version": "",
            "isolation": None,
        }
        assert lacking in service.log_text()
        doctor = service.grader("doctor", check=False)
        assert (doctor.returncode, lacking in doctor.stdout) == (1, True), doctor.stdout
        room = classroom(url_of(service))
        id = upload(service, room, sample("svm/right_einsum.py"))
        assert lacking in queue_page(service, room)
        time.sleep(1.0)
        assert status_is(service, room, id, "queued")
    finally:
        service.stop()
    service.launcher, service.environment = (), Service(tmp_path).environment
    with service:
        wait_for(lambda: status_is(service, room, id, "done"), PATIENCE, service.log_text)
        assert look(service, room, id)["score"] == 20
        assert report_of(service, room, id)["isolation"] == tiers()[0] != "none"


def test_a_worker_for_errands_alone_grades_nothing_and_makes_nobody_ready(tmp_path: Path) -> None:
    service = Service(tmp_path, command="web")
    try:
        service.start(ready=service.answers)
        with service.beside("worker", "--only", "courier"):
            wait_for(lambda: workers_alive(service) == [None], PATIENCE, service.log_text)
            answer = httpx2.get(service.url + "/readyz", timeout=PATIENCE)
            assert (answer.status_code, answer.json()["workers"]) == (503, 0)
    finally:
        service.stop()
