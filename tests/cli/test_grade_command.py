"""`grader grade`: exit codes, seeds, and where the reports go."""

import json
import os
import pty
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.sandbox.tiers import tiers
from tests.harness import command_line, descendants, wait_for

ROOT = Path(__file__).resolve().parents[2]
SVM = ROOT / "submissions" / "svm"
RIGHT, HALF_REG, BROKEN = SVM / "right_loops.py", SVM / "wrong_reg_gradient_halved.py", SVM / "wrong_syntax_error.py"
SLOW = "import time\ndef svm_loss_naive(W, X, y, reg):\n    time.sleep(100)\nsvm_loss_vectorized = svm_loss_naive\n"


def reported(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["grade", *arguments, "--json", "-"])
    return code, json.loads(capsys.readouterr().out)


def test_full_marks_are_exit_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = reported(capsys, "svm", str(RIGHT))
    assert code == 0
    assert report["score"] == report["max_score"] == 20


def test_half_the_gradient_of_the_l2_term_costs_points_on_dw_only(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = reported(capsys, "svm", str(HALF_REG))
    assert code == 1
    vectorized = next(function for function in report["functions"] if function["name"] == "svm_loss_vectorized")
    lost = {check["id"] for check in vectorized["checks"] if check["points"] < check["max_points"]}
    assert lost <= {"gradient", "robustness", "stability"}
    assert all(case != "reg=0" for check in vectorized["checks"] for case in (check["cases"] or {}).get("failing", []))


def test_the_seed_of_a_report_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    _, first = reported(capsys, "svm", str(HALF_REG))
    _, again = reported(capsys, "svm", str(HALF_REG), "--seed", first["seed"])
    assert again["seed"] == first["seed"]
    assert again["functions"] == first["functions"]


def test_without_a_seed_the_hidden_numbers_are_new_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    seeds = {reported(capsys, "svm", str(BROKEN.with_name("wrong_starter.py")))[1]["seed"] for _ in range(2)}
    assert len(seeds) == 2


def test_several_paths_are_one_submission(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.py").write_text("x = 1\n")
    _, report = reported(capsys, "svm", str(RIGHT), str(tmp_path / "other.py"))
    assert [file["path"] for file in report["submission"]["files"]] == [RIGHT.name, "other.py"]


def test_reports_are_written_in_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {form: tmp_path / f"report.{form}" for form in ("json", "junit", "html")}
    options = [word for form, file in files.items() for word in (f"--{form}", str(file))]
    assert main(["grade", "svm", str(RIGHT), "--lang", "ko", *options]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "right_loops.py" in said.err
    assert json.loads(files["json"].read_text())["state"] == "graded"
    assert ET.fromstring(files["junit"].read_text()).find("testsuite/testcase") is not None  # noqa: S314 (our own)
    assert files["html"].read_text().lower().startswith("<!doctype html>")


def test_each_path_is_a_submission_in_the_order_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(path) for path in (HALF_REG, RIGHT, BROKEN, RIGHT)]
    arguments = ["--each", "--jobs", "2", *paths, "--junit", str(tmp_path / "all.xml"), "--lang", "en"]
    assert main(["grade", "svm", *arguments, "--json", "-"]) == 1
    said = capsys.readouterr()
    reports = [json.loads(line) for line in said.out.splitlines()]
    assert [report["path"] for report in reports] == paths
    assert [report["state"] for report in reports] == ["graded", "graded", "rejected", "graded"]
    *lines, summary = said.err.splitlines()
    assert [line.split()[0] for line in lines] == ["17.72", "20.00", "rejected", "20.00"]
    assert summary == "Submissions: 4. Full marks 2, less 1, rejected 1, broken 0."
    assert len(ET.fromstring((tmp_path / "all.xml").read_text()).findall("testsuite")) == 4  # noqa: S314 (our own)


def test_each_with_full_marks_only_is_exit_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "svm", "--each", str(RIGHT), "--lang", "ko"]) == 0
    assert "제출물 1개: 만점 1, 감점 0, 반려 0, 채점기 오류 0." in capsys.readouterr().err


def test_each_tells_what_is_not_there_and_grades_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = str(tmp_path / "gone.py")
    assert main(["grade", "svm", "--each", gone, str(BROKEN), "--json", "-", "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert [json.loads(line)["path"] for line in said.out.splitlines()] == [str(BROKEN)]
    assert said.err.startswith(f"{gone} does not exist.")


def test_one_page_cannot_hold_many_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "svm", "--each", str(RIGHT), "--html", str(tmp_path / "x.html"), "--lang", "en"]) == 2
    assert "--html writes one report" in capsys.readouterr().err


def test_the_console_command_speaks_the_language_of_the_environment() -> None:
    command = [sys.executable, "-m", "grader.cli", "grade", "svm", str(BROKEN)]
    environment = {**os.environ, "LC_ALL": "ko_KR.UTF-8", "PYTHONUTF8": "1"}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "괄호가 끝까지 닫히지 않습니다." in " ".join(done.stderr.split())


def test_a_bar_is_drawn_on_a_terminal_only() -> None:
    """Standard error is a terminal here, standard output a pipe: the bar goes to the one, JSON to the other."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "grader.cli", "grade", "svm", "--each", str(RIGHT), str(BROKEN), "--json", "-"]
    environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=follower) as process:
        os.close(follower)
        drawn = b"".join(iter(partial(_read, leader), b"")).decode()
        lines = process.communicate()[0].decode().splitlines()
    os.close(leader)
    assert "━" in drawn
    assert "Submissions: 2. Full marks 1" in drawn
    assert [json.loads(line)["state"] for line in lines] == ["graded", "rejected"]


def _read(terminal: int) -> bytes:
    """What was written, nothing at the end (which a terminal tells as an error)."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_less_isolation_than_the_settings_ask_for_is_our_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANDBOX_TIER", "none")
    monkeypatch.setenv("SANDBOX_MIN_TIER", "ns")
    assert main(["grade", "svm", str(RIGHT), "--unsafe-no-isolation", "--lang", "en"]) == 3
    assert "SANDBOX_MIN_TIER=ns is asked for. Nothing was run." in capsys.readouterr().err


def test_the_tier_none_by_name_needs_the_flag_as_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANDBOX_TIER", "none")
    assert main(["grade", "svm", str(RIGHT), "--lang", "en"]) == 2
    assert "--unsafe-no-isolation" in capsys.readouterr().err


def test_every_report_tells_the_tier_it_was_made_in_also_where_nothing_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The best one with no option given; none where that is asked for twice."""
    lines = tmp_path / "reports"
    for tier, options in ((tiers()[0], ()), ("none", ("--unsafe-no-isolation",))):
        main(["grade", "svm", "--each", str(RIGHT), str(BROKEN), "--json", str(lines), *options])
        reports = [json.loads(line) for line in lines.read_text().splitlines()]
        assert [report["state"] for report in reports] == ["graded", "rejected"]
        assert {report["isolation"] for report in reports} == {tier}
        assert reported(capsys, "svm", str(BROKEN), *options)[1]["isolation"] == tier
        monkeypatch.setenv("SANDBOX_TIER", "none")
    assert tiers()[0] != "none"


def test_a_grading_whose_process_is_killed_tells_the_tier_as_well(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    command = [sys.executable, "-m", "grader.cli", "grade", "svm", "--each", str(tmp_path / "slow.py"), "--json", "-"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as grading:
        wait_for(lambda: len(keepers(grading.pid)) == 1, 60)
        os.kill(keepers(grading.pid)[0], signal.SIGKILL)
        (line,) = grading.stdout or []
    report = json.loads(line)
    assert (report["state"], report["isolation"], grading.returncode) == ("broken", tiers()[0], 3)


def keepers(pid: int) -> list[int]:
    """Processes below that grade: all that is below one is what reads submissions, a zygote, in two processes, and its
    box."""

    def serves(one: int) -> bool:
        return any(program in command_line(one) for program in ("zygote.py", "confined.serving"))

    return [
        below
        for below in descendants(pid)
        if not serves(below) and len(descendants(below)) >= 4 and all(map(serves, descendants(below)))
    ]


def test_a_counterexample_is_written_and_runs_beside_the_submission(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With plain Python in a folder that has the student's file and this one."""
    student, example = tmp_path / "linear_svm.py", tmp_path / "counterexample.py"
    student.write_bytes(HALF_REG.read_bytes())
    assert main(["grade", "svm", str(student), "--counterexample", str(example), "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert "Smallest case that shows it: W = [[0, 1]], X = [[0]], y = [0], reg = 1" in said
    assert "(--counterexample FILE writes it)" in said
    command = [sys.executable, example.name]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "dW  expected [[0, 2]]  received [[0, 1]]" in printed
    assert "dW   expected [[0, 2]]   received [[0, 1]]" in said


def test_a_counterexample_goes_to_standard_output_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    main(["grade", "svm", str(HALF_REG), "--counterexample", "-"])
    compile(capsys.readouterr().out, "counterexample.py", "exec")


def test_where_there_is_no_counterexample_no_file_is_written_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = tmp_path / "counterexample.py"
    assert main(["grade", "svm", str(RIGHT), "--counterexample", str(example), "--lang", "en"]) == 0
    assert "Nothing was written to" in capsys.readouterr().err
    assert not example.exists()


def test_one_counterexample_for_many_submissions_is_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--each", str(RIGHT), "--counterexample", str(tmp_path / "counterexample.py"), "--lang", "en"]
    assert main(["grade", "svm", *arguments]) == 2
    assert "--each" in capsys.readouterr().err
    assert main(["grade", "svm", str(RIGHT), "--counterexample", str(tmp_path / "none" / "x.py")]) == 2
