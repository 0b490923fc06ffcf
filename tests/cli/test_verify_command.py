"""`grader verify`: what it prints where, its JSON, and its exit codes."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli import main
from tests.verify.workshop import MISTAKES, REFERENCE, Workshop


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """An assignment of an instructor's own; the environment is that of a shell."""
    monkeypatch.setenv("GRADER_ASSIGNMENTS", str(tmp_path))
    return Workshop(tmp_path)


def test_where_all_claims_hold_the_exit_code_is_0_and_standard_output_is_empty(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop.written()
    assert main(["verify", "twice"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "0 false fails in " in err
    assert "0 false passes in 4 wrong ones, mutation score 100.0% (3 of 3)" in err
    assert err.rstrip().endswith("All claims hold.")


def test_json_holds_everything_and_goes_to_standard_output_where_it_is_asked_for(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop.but(mistakes=MISTAKES + '    Mistake("the-same", "double", (("2 * x", "x * 2"),)),\n').written()
    assert main(["verify", "twice", "--json", "-"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["held"], told["seeds"]) == ("grader.verify/1", False, 2)
    assert told["total"]["mutation_score"] == 0.75
    assert told["total"]["false_passes"] == 1
    (unit,) = told["assignments"]
    assert (unit["slug"], unit["survivors"], unit["lacks"]) == ("twice", ["the-same in double"], [])
    assert unit["revision"].startswith("sha256:")
    (failure,) = told["failures"]
    assert failure == {
        "claim": "mistake-is-caught",
        "assignment": "twice",
        "program": "the-same in double",
        "function": "double",
        "check": None,
        "case": None,
        "seed": "verify-0",
        "message": "verify.survived",
        "text": "It passed.",
    }
    places = {(one["function"], one["case"], one["tolerance"]) for one in told["spread"]}
    assert ("double", "base", 1e-6) in places
    assert [one["tolerance"] for one in told["mildest"]] == [1e-6]
    assert told["audit"]["pairs"] == 3 + 1, "the solution on another seed, again, on two threads; the sample's seeds"
    assert told["audit"]["failures"] == 0


def test_a_failing_claim_is_printed_with_assignment_program_function_check_case_and_seed(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop.but(reference=REFERENCE.replace("3 * inputs", "5 * inputs")).written()
    assert main(["verify", "twice", "--seeds", "1", "--jobs", "1"]) == 1
    err = capsys.readouterr().err
    assert "FAILED  The solution has full marks\n        twice / solution / triple / value / base / verify-0\n" in err
    assert "Claims that failed: " in err


def test_it_speaks_korean(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    workshop.but(mistakes="").written()
    assert main(["verify", "twice", "--lang", "ko", "--seeds", "1"]) == 0
    err = capsys.readouterr().err
    assert "twice에 빠진 것: 실수가 없습니다" in err
    assert "모든 주장이 성립합니다." in err


def test_a_fault_of_the_grader_is_exit_code_3(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    workshop.but(reference=REFERENCE.replace("3 * inputs", "3 / 0 * inputs")).written()
    assert main(["verify", "twice", "--seeds", "1"]) == 3
    assert "FAILED  Nothing is a fault of the grader" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("thrice",), "twice"),
        (("twice", "--json", "/nowhere/verify.json"), "/nowhere/verify.json"),
        (("twice", "--seeds", "0"), "seeds"),
    ],
)
def test_wrong_use_is_exit_code_2(
    workshop: Workshop, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    workshop.written()
    assert main(["verify", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_terminal_shows_how_far_it_is(workshop: Workshop) -> None:
    workshop.written()
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "grader.cli", "verify", "twice", "--seeds", "1"]
    with subprocess.Popen(command, stderr=theirs, stdout=subprocess.PIPE) as process:
        os.close(theirs)
        shown = b""
        while part := read(ours):
            shown += part
        assert process.wait() == 0
    os.close(ours)
    assert b"twice " in shown
    assert b"\x1b[" in shown


def read(descriptor: int) -> bytes:
    """What a terminal was sent; nothing where the other end is closed."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--help"]) == 0
    assert "grader verify --seeds 200 --json verify.json" in capsys.readouterr().out
