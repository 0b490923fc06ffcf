"""Which database a command of the shell works on, and where the links lead that it prints."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from grader.cli import main
from grader.cli.address import note
from grader.settings import Settings

Admin = Callable[..., int]
NOTHING_MADE = [
    ("sign-in-link", "kim@example.org"),
    ("token", "kim@example.org"),
    ("add-member", "ml", "kim@example.org", "--role", "student"),
    ("settings", "ml", "svm"),
    ("regrade", "ml", "svm"),
    ("export", "kim@example.org", "kim.zip"),
    ("erase", "kim@example.org", "--yes"),
    ("retention", "--dry-run"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder in which nothing is yet, with the settings that hold by themselves."""
    for name in ("GRADER_DATABASE_URL", "GRADER_VAR_DIR", "GRADER_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GRADER_CONFIG", "/dev/null")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def admin(*words: str) -> int:
    return main(["admin", *words])


@pytest.mark.parametrize("words", NOTHING_MADE, ids=lambda words: words[0])
def test_in_another_folder_no_database_is_made_and_its_place_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert admin(*words) == 2
    told = capsys.readouterr().err
    assert f"There is no database at sqlite:///{folder}/var/grader.db." in told
    assert "GRADER_DATABASE_URL" in told
    assert not (folder / "var").exists()


def test_it_is_told_in_korean_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert admin("token", "kim@example.org") == 2
    assert f"sqlite:///{folder}/var/grader.db에 데이터베이스가 없습니다." in capsys.readouterr().err


@pytest.mark.parametrize("words", [("create-course", "ml"), ("create-user", "kim@example.org")])
def test_what_begins_something_makes_one(folder: Path, words: tuple[str, ...]) -> None:
    assert admin(*words) == 0
    assert (folder / "var" / "grader.db").exists()


def test_who_is_not_found_is_told_with_the_database_that_was_looked_in(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    admin("create-course", "ml")
    assert admin("sign-in-link", "kim@example.org") == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"Looked in the database sqlite:///{folder}/var/grader.db:"
    assert second.startswith("There is no user kim@example.org")


# --------------------------------------------------------------------------- links


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """A web process of this folder on a port of its own; its address."""
    admin("create-user", "kim@example.org")
    command = [sys.executable, "-m", "grader.cli", "web", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def test_a_link_leads_to_the_service_of_this_folder(served: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert admin("sign-in-link", "kim@example.org") == 0
    said = capsys.readouterr()
    link = said.out.strip()
    assert link.startswith(f"{served}/sign-in/")
    assert not link.startswith("http://127.0.0.1:8000/")
    assert said.err == ""
    assert httpx2.get(link, timeout=30).status_code == 200


def test_an_address_that_was_given_goes_before_the_one_that_was_written_down(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    admin("create-user", "kim@example.org")
    note(Settings(), "http://127.0.0.1:8123")
    monkeypatch.setenv("GRADER_BASE_URL", "https://grader.uni.example")
    capsys.readouterr()
    assert admin("sign-in-link", "kim@example.org") == 0
    said = capsys.readouterr()
    assert said.out.startswith("https://grader.uni.example/sign-in/")
    assert said.err == ""
    assert note(Settings(), "http://127.0.0.1:9").base_url == "https://grader.uni.example"
    assert (folder / "var" / "address").read_text() == "http://127.0.0.1:8123\n"


@pytest.mark.usefixtures("folder")
def test_a_link_to_where_nobody_answers_is_printed_with_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    admin("create-user", "kim@example.org")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        note(Settings(), address)
        capsys.readouterr()
        assert admin("sign-in-link", "kim@example.org") == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{address}/sign-in/")
    assert said.err.startswith(f"Nobody answers at {address} now")
