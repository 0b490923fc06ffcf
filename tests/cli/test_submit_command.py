"""`grader submit` against the real service, and against one that is slow, busy, lost, or no such service at all."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.report.as_json import as_json
from tests.harness import Service
from tests.report import sample_reports

SVM = Path(__file__).resolve().parents[2] / "submissions" / "svm"
RIGHT, HALF_REG, BROKEN = SVM / "right_loops.py", SVM / "wrong_reg_gradient_halved.py", SVM / "wrong_syntax_error.py"

Answer = tuple[int, dict[str, str], Any]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A running service with a course that hands out svm: its address, and a student's token."""
    with Service(tmp_path_factory.mktemp("service")) as service:
        service.admin("create-course", "demo")
        service.admin("create-user", "ada@example.org")
        service.admin("add-member", "demo", "ada@example.org", "--role", "student")
        service.admin("enable", "demo", "svm")
        yield service.url, service.admin("token", "ada@example.org")


def submitted(course: tuple[str, str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    url, token = course
    monkeypatch.setenv("GRADER_TOKEN", token)
    return main(["submit", "--url", url, "--course", "demo", "--lang", "en", *arguments])


@pytest.fixture
def student(course: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Hands in to the running service."""
    return partial(submitted, course, monkeypatch)


@pytest.mark.parametrize(
    ("path", "code", "says"),
    [
        (RIGHT, 0, "20.0 / 20"),
        (HALF_REG, 1, "svm_loss_vectorized"),
        (BROKEN, 2, "is never closed."),
        (SVM / "right_package", 0, "20.0 / 20"),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else None,
)
def test_a_submission_is_followed_to_its_report(
    path: Path, code: int, says: str, student: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert student("svm", str(path), "--json", "-") == code
    said = capsys.readouterr()
    assert says in " ".join(said.err.split())
    assert said.err.startswith("Received as submission")
    assert json.loads(said.out)["schema"] == "grader.report/1"


def test_the_attempt_before_and_the_next_hint_are_told_below_the_report(
    student: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for attempt in (1, 2):
        again = tmp_path / "linear_svm.py"
        again.write_text(f"{HALF_REG.read_text()}\n# {attempt}\n")
        student("svm", str(again))
    said = " ".join(capsys.readouterr().err.split())
    assert "Since attempt" in said
    assert "Hint 1 of 3" in said
    assert "Hint 2 of 3" not in said
    assert "Hint 2 can be opened now. http://" in said


def test_the_same_files_again_are_the_same_submission(
    student: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert student("svm", str(SVM / "wrong_starter.py")) == 1
    assert student("svm", str(SVM / "wrong_starter.py")) == 1
    assert "These files were handed in before, as submission" in capsys.readouterr().err


def test_what_the_service_refuses_is_told_in_its_words(
    course: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "svm.py").write_text("def svm_loss_naiv(): pass\n")
    assert submitted(course, monkeypatch, "svm", str(tmp_path / "svm.py")) == 2
    assert submitted(course, monkeypatch, "knn", str(RIGHT)) == 2
    assert submitted((course[0], "no-token"), monkeypatch, "svm", str(RIGHT)) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("The service answers 422: Expected: svm_loss_naive")
    assert said[1].startswith("The service answers 404:")
    assert said[2].startswith("The service answers 401:")


# --------------------------------------------------------------------------- a service of our own


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A service that gives these answers one after another, the last for ever; its address, and what was asked."""
    left, asked = list(answers), list[tuple[str, str]]()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.command, self.headers.get("Idempotency-Key", "")))
            status, headers, body = left.pop(0) if len(left) > 1 else left[0]
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET: Callable[..., None] = answer
        do_POST: Callable[..., None] = answer

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


RECEIPT: Answer = (202, {}, {"id": 7, "url": "http://grader.example/submissions/7", "duplicate": False})


def state(status: str, **more: object) -> Answer:
    return (200, {}, {"id": 7, "status": status, "position": 3, "report": None, "reason": None, **more})


def sent(url: str, monkeypatch: pytest.MonkeyPatch) -> int:
    return submitted((url, "token"), monkeypatch, "svm", str(RIGHT))


def test_a_request_to_wait_is_kept_and_the_upload_is_sent_again_under_its_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    busy: Answer = (429, {"Retry-After": "1"}, {"detail": "Too many uploads."})
    report = as_json(sample_reports.report(state=sample_reports.State.REJECTED, reason=sample_reports.said("dW")), "en")
    with answering(busy, RECEIPT, state("queued"), state("running"), state("rejected", report=report)) as (url, asked):
        assert sent(url, monkeypatch) == 2
    assert [method for method, _ in asked] == ["POST", "POST", "GET", "GET", "GET"]
    assert asked[0][1] == asked[1][1] != ""
    assert "The service asks to wait 1 s." in capsys.readouterr().err


def test_a_request_to_wait_long_is_told_instead(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering((429, {"Retry-After": "3600"}, {"detail": "No attempts left."})) as (url, asked):
        assert sent(url, monkeypatch) == 2
    assert len(asked) == 1
    assert "asks to wait 3600 s" in capsys.readouterr().err


def test_a_cancelled_submission_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with answering(RECEIPT, state("cancelled")) as (url, _):
        assert sent(url, monkeypatch) == 2
    assert "Submission 7 was cancelled" in capsys.readouterr().err


def test_a_broken_grading_is_the_services_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(RECEIPT, state("broken", reason="The grader had a problem.")) as (url, _):
        assert sent(url, monkeypatch) == 3
    assert "Submission 7 is broken: The grader had a problem." in capsys.readouterr().err


def test_a_stored_submission_whose_service_fails_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(RECEIPT, (500, {}, {"detail": "Reference 7F3A."})) as (url, _):
        assert sent(url, monkeypatch) == 3
    assert "Submission 7 is stored; http://grader.example/submissions/7" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "code"), [(200, 2), (301, 2), (404, 2), (502, 3)])
def test_a_server_that_is_no_grader_is_told(
    status: int, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering((status, {"Location": "/login"}, b"<html>hello</html>")) as (url, _):
        assert sent(url, monkeypatch) == code
    assert f"answers {status} with something that is not this service's" in capsys.readouterr().err


def test_nobody_at_the_address_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(RECEIPT) as (url, _):
        pass
    assert sent(url, monkeypatch) == 3
    said = capsys.readouterr().err
    assert said.startswith(f"{url} does not answer:")
    assert "nothing is lost by sending again" in said


@pytest.mark.parametrize("url", ["ftp://grader.example", "grader.example", "http://", ""])
def test_an_address_that_is_none_is_wrong_use(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sent(url, monkeypatch) == 2
    assert f"{url} is no address of a service." in capsys.readouterr().err


def test_without_a_token_the_way_to_one_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert submitted(("http://127.0.0.1:1", ""), monkeypatch, "svm", str(RIGHT)) == 2
    assert capsys.readouterr().err.startswith("GRADER_TOKEN is not set.")


def test_a_path_that_is_not_there_is_told_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(RECEIPT) as (url, asked):
        assert submitted((url, "token"), monkeypatch, "svm", "/nowhere/svm.py") == 2
    assert asked == []
    assert capsys.readouterr().err.startswith("/nowhere/svm.py does not exist.")
