"""`grader doctor`: what it finds, how it is told, and the exit code."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.cli.cores import usable_cores
from grader.core import Message
from grader.course import workers
from grader.course.database import Database, migrate
from grader.settings import Settings


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of a machine whose database is not made yet."""
    monkeypatch.setenv("GRADER_DATABASE_URL", f"sqlite:///{tmp_path / 'course.db'}")
    monkeypatch.setenv("GRADER_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("GRADER_SECRET", "the-secret-of-the-course")
    for name in ("SANDBOX_TIER", "SANDBOX_MIN_TIER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def examined(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, Any]], dict[str, Any]]:
    code = main(["doctor", "--json", "--lang", "en"])
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is (code == 0)
    return code, {probe["probe"]: probe for probe in said["probes"]}, said["settings"]


PROBES = (
    "machine",
    "isolation",
    "tier",
    "tier-ns",
    "tier-landlock",
    "kernel",
    "landlock",
    "seccomp",
    "userns",
    "runtime",
    "cgroup",
    "memory",
    "sqlite",
    "database",
    "clock",
    "disk",
)


def test_doctor_tells_of_every_part_of_a_machine(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, probes, _ = examined(capsys)
    assert (code, tuple(probes)) == (0, PROBES)
    assert {probes[name]["status"] for name in ("isolation", "tier", "tier-landlock", "disk", "clock")} == {"ok"}
    assert "it is made at the first start" in probes["database"]["text"]
    assert not (machine / "course.db").exists()


def test_what_monitoring_reads_of_the_doctor_keeps_its_form(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert said.keys() == {"ok", "probes", "settings"}
    for probe in said["probes"]:
        assert probe.keys() == {"probe", "status", "text", "cure"}
        assert probe["status"] in {"ok", "warn", "fail"}


def test_doctor_shows_settings_without_secrets(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRADER_DATABASE_URL", "postgresql+psycopg://me:hunter2@127.0.0.1:1/none")
    code = main(["doctor"])
    said = capsys.readouterr().out
    assert code == 1
    assert "GRADER_VAR_DIR" in said
    assert "hunter2" not in said
    assert "the-secret-of-the-course" not in said


def test_doctor_writes_to_the_database_and_takes_it_back(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    migrate(f"sqlite:///{machine / 'course.db'}")
    code, probes, _ = examined(capsys)
    assert code == 0
    assert probes["database"]["text"].endswith("reachable and writable.")
    with closing(sqlite3.connect(machine / "course.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE name LIKE '%probe%'").fetchall() == []


def test_doctor_names_a_database_that_is_none(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (machine / "course.db").write_bytes(b"this is no database" * 100)
    code, probes, _ = examined(capsys)
    assert code == 1
    assert probes["database"]["status"] == "fail"
    assert "not a database" in probes["database"]["text"]


def test_doctor_ends_with_1_below_the_least_isolation(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANDBOX_TIER", "landlock")
    monkeypatch.setenv("SANDBOX_MIN_TIER", "ns")
    code, probes, _ = examined(capsys)
    assert (code, probes["isolation"]["status"]) == (1, "fail")
    assert "SANDBOX_MIN_TIER=ns is asked for" in probes["isolation"]["text"]


@pytest.mark.parametrize(("least", "status"), [(None, "warn"), ("none", "warn"), ("landlock", "fail")])
def test_doctor_warns_of_the_tier_none_unless_a_least_tier_forbids_it(
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    least: str | None,
    status: str,
) -> None:
    monkeypatch.setenv("SANDBOX_TIER", "none")
    if least:
        monkeypatch.setenv("SANDBOX_MIN_TIER", least)
    code, probes, _ = examined(capsys)
    assert (code, probes["isolation"]["status"]) == (int(status == "fail"), status)


def test_doctor_tells_of_workers_that_refuse_and_of_too_many(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    migrate(f"sqlite:///{machine / 'course.db'}")
    _, probes, _ = examined(capsys)
    assert probes["workers"]["text"] == "Workers: 0 alive, 0 of them grade."
    with Database(Settings(database_url=f"sqlite:///{machine / 'course.db'}")) as database:
        with database.write() as session:
            workers.beat(session, "a", "ns", slots=usable_cores())
        _, probes, _ = examined(capsys)
        assert (probes["workers"]["text"], "cores" in probes) == ("Workers: 1 alive, 1 of them grade.", False)
        with database.write() as session:
            workers.beat(session, "b", "ns", slots=1)
            workers.beat(session, "c", None, refusal=Message("sandbox.tier.unconfirmed"))
        code, probes, _ = examined(capsys)
    assert (code, probes["workers"]["status"], probes["cores"]["status"]) == (0, "warn", "warn")
    assert probes["workers"]["cure"].startswith("Tier none runs student code without isolation")
    assert f"{usable_cores() + 1} at a time" in probes["cores"]["text"]


def test_settings_that_cannot_be_are_named(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRADER_MAX_UPLOAD", "much")
    assert main(["doctor", "--lang", "en"]) == 2
    assert "max_upload" in capsys.readouterr().err
