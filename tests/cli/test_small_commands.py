"""`grader assignments` and `grader starter`."""

import json
from pathlib import Path

import pytest

from grader.cli import main
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
