"""`make demo`, as a newcomer meets it: two links, two lines to copy, and again tomorrow."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.harness import ROOT, descendants

SCORE_SECONDS = 180.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`grader demo` with its files below `folder`, and what it printed when it was ready."""
    command = [sys.executable, "-m", "grader.cli", "demo", "--port", str(port)]
    environment = {**os.environ, "LANG": "C.UTF-8"}
    with (folder / "log").open("a") as log:
        demo = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
    try:
        yield demo, printed(demo, folder / "log")
    finally:
        left = [demo.pid, *descendants(demo.pid)]
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        demo.wait()
        if demo.stdout:
            demo.stdout.close()


def printed(demo: subprocess.Popen[str], log: Path) -> str:
    """Standard output up to the last of the lines to copy."""
    assert demo.stdout is not None
    text = ""
    while "ID?wait=" not in text:
        line = demo.stdout.readline()
        assert line, f"the demo ended:\n{log.read_text()[-4000:]}"
        text += line
    return text


@contextmanager
def signed_in(link: str) -> Iterator[httpx2.Client]:
    """A browser that has opened the link and pressed its button."""
    with httpx2.Client(follow_redirects=True, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30) as client:
        assert "<button" in client.get(link).raise_for_status().text
        client.post(link).raise_for_status()
        yield client


def curl(line: str, id: int | None = None) -> httpx2.Response:
    """What the printed line asks curl to send."""
    words = shlex.split(line.replace("submissions/ID", f"submissions/{id}"))
    assert words[:2] == ["curl", "-sS"]
    options, url = dict(zip(words[2:-1:2], words[3:-1:2], strict=True)), words[-1]
    name, _, value = options["-H"].partition(": ")
    if "-F" not in options:
        return httpx2.get(url, headers={name: value}, timeout=60)
    field, _, path = options["-F"].partition("=@")
    return httpx2.post(url, headers={name: value}, files={field: (Path(path).name, (ROOT / path).read_bytes())})


def scored(line: str, id: int) -> dict[str, object]:
    """The submission once it is graded."""
    end = time.monotonic() + SCORE_SECONDS
    while (answer := curl(line, id).raise_for_status().json())["status"] in ("queued", "running"):
        assert time.monotonic() < end, answer
    return dict(answer)


def test_the_demo_prints_links_and_lines_that_work_and_keeps_what_it_has(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as (demo, text):
        student, instructor = re.findall(r"http://\S+/sign-in/\S+", text)
        upload, ask = re.findall(r"curl -sS .*", text)

        answer = curl(upload)
        assert answer.status_code == 202, answer.text
        result = scored(ask, answer.json()["id"])
        assert (result["score"], result["max_score"]) == (17.72, 20)

        with signed_in(student) as page:
            assert "/courses/demo/assignments/svm" in page.get(f"http://127.0.0.1:{port}/").text
        with signed_in(instructor) as page:
            grid = page.get(f"http://127.0.0.1:{port}/courses/demo/gradebook").raise_for_status().text
            assert "Ada Byron" in grid
            rows = page.get(f"http://127.0.0.1:{port}/api/v1/courses/demo/gradebook").raise_for_status().json()["items"]
            assert sum(len(row["scores"]) for row in rows) >= 5
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(30) == 0

    with running(tmp_path, port) as (demo, text):
        _, ask = re.findall(r"curl -sS .*", text)
        assert scored(ask, answer.json()["id"])["score"] == 17.72
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0


def test_where_nothing_may_run_the_demo_says_why_and_ends(tmp_path: Path) -> None:
    done = refused(tmp_path, [sys.executable, "-m", "tests.without_tiers"], "--port", str(free_port()))
    assert done.returncode == 3
    assert "This machine offers no isolation for student code" in done.stderr


def test_a_port_in_use_ends_the_demo_with_the_reason(tmp_path: Path) -> None:
    """It does not take the program that listens there for its own service."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = refused(tmp_path, [], "--port", str(port))
    assert done.returncode == 2
    assert f"Port {port} on 127.0.0.1 is in use" in done.stderr
    assert done.stdout == ""


def refused(folder: Path, launcher: list[str], *options: str) -> subprocess.CompletedProcess[str]:
    """A demo that ends by itself."""
    command = [*launcher, sys.executable, "-m", "grader.cli", "demo", *options]
    environment = {**os.environ, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=90, check=False)
