"""`grader assignments`, `grader starter` and `grader doctor`."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.course.database import migrate
from grader.settings import repository_root


def test_assignments_are_listed_with_functions_and_points(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assignments", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("svm  ") and line.endswith("  20") for line in lines)
    assert "     12  svm_loss_vectorized(W, X, y, reg) -> (loss, dW)" in lines


def test_assignments_are_listed_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assignments", "--json"]) == 0
    units = {unit["slug"]: unit for unit in json.loads(capsys.readouterr().out)}
    assert {"layers", "notes", "softmax", "svm", "two-layer-net"} <= units.keys()
    svm = units["svm"]
    assert svm["max_score"] == 20
    assert [function["name"] for function in svm["functions"]] == ["svm_loss_naive", "svm_loss_vectorized"]
    assert svm["files"] == ["linear_svm.py"]


def test_assignments_of_ones_own_are_found_where_an_env_file_names_their_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As every setting: `.env` in the folder one stands in."""
    (tmp_path / "own").mkdir()
    reference = (repository_root() / "reference" / "svm.py").read_text()
    (tmp_path / "own" / "my-svm.py").write_text(reference.replace('slug="svm"', 'slug="my-svm"'))
    (tmp_path / ".env").write_text("GRADER_ASSIGNMENTS=nowhere:own\n")
    monkeypatch.chdir(tmp_path)
    assert main(["assignments"]) == 0
    assert any(line.startswith("my-svm ") for line in capsys.readouterr().out.splitlines())
    assert main(["starter", "my-svm"]) == 0
    answer = repository_root() / "submissions" / "svm" / "right_loops.py"
    assert main(["grade", "my-svm", str(answer)]) == 0
    assert main(["grade", "my-svm", "--each", str(answer), str(answer)]) == 0


@pytest.mark.parametrize("command", [["assignments"], ["grade", "svm", "x.py"], ["admin", "create-course", "cs"]])
def test_a_setting_that_cannot_be_is_wrong_use_of_every_command(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRADER_MAX_UPLOAD", "many")
    assert main(command) == 2
    assert "max_upload" in capsys.readouterr().err


def test_a_starter_is_written_once_and_never_over_what_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "hw"
    assert main(["starter", "svm", "--out", str(out)]) == 0
    file = out / "linear_svm.py"
    assert capsys.readouterr().out.splitlines() == [str(file)]
    starter = file.read_text()
    assert "def svm_loss_naive" in starter

    file.write_text("my work\n")
    assert main(["starter", "svm", "--out", str(out), "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith(f"{file} is there already and was kept.")
    assert file.read_text() == "my work\n"

    assert main(["starter", "svm", "--out", str(out), "--force"]) == 0
    assert file.read_text() == starter


def test_a_starter_of_an_unknown_assignment_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["starter", "softmaks", "--lang", "en"]) == 2
    assert "Is softmax meant?" in capsys.readouterr().err


def test_a_starter_that_cannot_be_written_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["starter", "svm", "--out", str(tmp_path / "file" / "hw"), "--lang", "en"]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of a machine whose database is not made yet."""
    monkeypatch.setenv("GRADER_DATABASE_URL", f"sqlite:///{tmp_path / 'course.db'}")
    monkeypatch.setenv("GRADER_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("GRADER_SECRET", "the-secret-of-the-course")
    monkeypatch.delenv("SANDBOX_MIN_TIER", raising=False)
    return tmp_path


def examined(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, Any]], dict[str, Any]]:
    code = main(["doctor", "--json", "--lang", "en"])
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is (code == 0)
    return code, {probe["probe"]: probe for probe in said["probes"]}, said["settings"]


def test_doctor_tells_of_every_part_of_a_machine(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, probes, _ = examined(capsys)
    assert code == 0
    assert {"machine", "tier", "box", "isolation", "sqlite", "database", "clock", "disk"} <= probes.keys()
    assert probes["box"]["status"] == probes["disk"]["status"] == probes["clock"]["status"] == "ok"
    assert "it is made at the first start" in probes["database"]["text"]
    assert not (machine / "course.db").exists()


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
    monkeypatch.setenv("SANDBOX_TIER", "none")
    monkeypatch.setenv("SANDBOX_MIN_TIER", "ns")
    code, probes, _ = examined(capsys)
    assert code == 1
    assert "below SANDBOX_MIN_TIER=ns" in probes["isolation"]["text"]


def test_settings_that_cannot_be_are_named(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRADER_MAX_UPLOAD", "much")
    assert main(["doctor", "--lang", "en"]) == 2
    assert "max_upload" in capsys.readouterr().err
