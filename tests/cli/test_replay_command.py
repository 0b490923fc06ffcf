"""`grader replay`: the same report again, or what differs; and what it turns away."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.grading import grade, registry, seeds
from grader.grading.grade import environment
from grader.intake import read
from grader.report.as_json import as_json
from tests.students import sandbox

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ROOT / "submissions" / "layers"
SVM = ROOT / "submissions" / "svm"
WRONG = SVM / "wrong_reg_gradient_halved.py"

Report = dict[str, Any]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The report on a program that loses points."""
    file = tmp_path / "report.json"
    assert main(["grade", "svm", str(WRONG), "--json", str(file)]) == 1
    return file


def changed(file: Path, change: Callable[[Report], object]) -> Path:
    told = json.loads(file.read_text())
    change(told)
    file.write_text(json.dumps(told))
    return file


def replayed(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["replay", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert out == ""
    return code, err


def failing(told: Report) -> Report:
    """The first check that compared numbers and found them apart."""
    checks = (check for function in told["functions"] for check in function["checks"])
    found: Report = next(check for check in checks if check["worst"])
    return found


@pytest.mark.parametrize(
    "sample", [WRONG, SVM / "wrong_syntax_error.py", SVM / "right_course_tree", SVM / "wrong_exit.py"]
)
def test_the_same_files_give_the_same_report(tmp_path: Path, capsys: pytest.CaptureFixture[str], sample: Path) -> None:
    file = tmp_path / "report.json"
    main(["grade", "svm", str(sample), "--json", str(file), "--seed", "once"])
    code, err = replayed(capsys, file, sample)
    assert (code, err) == (0, "Every verdict and every number is the same, to the last bit.\n")


def test_a_bundle_and_a_profile_are_replayed_as_they_were_graded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, files = tmp_path / "report.json", [SVM / "wrong_half_reg.py", ROOT / "submissions/softmax/right_loops.py"]
    main(["grade", "svm+softmax", *map(str, files), "--json", str(file), "--profile", "2016"])
    assert replayed(capsys, file, *files)[0] == 0


def test_the_points_and_the_tolerance_of_a_course_are_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report that a course's service wrote for its staff."""
    assignment, box = registry.load("svm"), sandbox()
    submission = read([WRONG], [function.name for function in assignment.functions])
    asked = {"shares": {"gradient": 50}, "tolerance": 1e-4, "learning": 10}
    file = tmp_path / "report.json"
    file.write_text(json.dumps(as_json(grade(assignment, submission, seeds.from_text("once"), box, **asked), "en")))
    told = json.loads(file.read_text())
    assert (told["shares"], told["tolerance"], told["learning"]) == ({"gradient": 50}, 1e-4, 10)
    assert replayed(capsys, file, WRONG)[1].endswith("is the same, to the last bit.\n")


def test_a_number_that_differs_is_named(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def other(told: Report) -> None:
        failing(told)["worst"]["actual"] *= 1 + 1e-12

    code, err = replayed(capsys, changed(report, other), WRONG)
    assert code == 1
    assert "differs  functions.svm_loss_vectorized.checks.gradient.worst.actual: " in err
    assert err.endswith("Verdicts or numbers that differ: 1.\n")


def test_a_verdict_that_differs_is_named(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def other(told: Report) -> None:
        told["functions"][1]["status"], told["score"] = "passed", 20

    code, err = replayed(capsys, changed(report, other), WRONG)
    assert code == 1
    assert "differs  score: 20 then, 17.72 now\n" in err
    assert "differs  functions.svm_loss_vectorized.status: passed then, failed now\n" in err


def test_another_state_says_it_all(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, err = replayed(capsys, changed(report, lambda told: told.update(state="rejected", reason="")), WRONG)
    assert (code, err) == (1, "differs  state: rejected then, graded now\nVerdicts or numbers that differ: 1.\n")


def test_another_revision_is_said_and_all_is_compared(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, err = replayed(capsys, changed(report, lambda told: told.update(revision="sha256:0")), WRONG)
    assert code == 0
    assert "revision sha256:0 then, sha256:" in err


def test_on_another_machine_numbers_may_be_rounded_otherwise_and_verdicts_may_not(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def elsewhere(told: Report) -> None:
        told["environment"]["numpy"] = "1.26.4"
        failing(told)["worst"]["actual"] *= 1 + 1e-12

    code, err = replayed(capsys, changed(report, elsewhere), WRONG)
    assert code == 0
    assert f"Another numpy: 1.26.4 then, {environment()['numpy']} now." in err
    assert err.endswith("Every verdict is the same; numbers that are rounded otherwise: 1.\n")
    code, _ = replayed(capsys, changed(report, lambda told: told["functions"][0].update(points=1.5)), WRONG)
    assert code == 1


def test_a_processor_that_the_report_does_not_know_may_be_another(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, err = replayed(capsys, changed(report, lambda told: told["environment"].pop("cpu")), WRONG)
    assert code == 0
    assert "Another cpu: - then, " in err


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            (SVM / "right_loops.py",),
            "halved.py too, which is not among the files given (right_loops.py)",
        ),
        ((WRONG, SVM / "right_loops.py"), "right_loops.py was not graded for this report."),
        ((SVM / "none.py",), "none.py does not exist"),
    ],
)
def test_other_files_are_turned_away(
    report: Path, capsys: pytest.CaptureFixture[str], files: tuple[Path, ...], words: str
) -> None:
    code, err = replayed(capsys, report, *files)
    assert code == 2
    assert words in err


def test_a_file_that_changed_since_is_turned_away(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / WRONG.name).write_text(WRONG.read_text() + "# one line more\n")
    code, err = replayed(capsys, report, tmp_path / WRONG.name)
    assert (code, err) == (
        2,
        "wrong_reg_gradient_halved.py is not the file that was graded for this report: its contents are others.\n",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda told: told.pop("seed"), "has no seed, as students' reports have none"),
        (lambda told: told.update(seed="once"), "has no seed"),
        (lambda told: told.update(state="broken"), "the report of a grading that broke"),
        (lambda told: told.update(schema="grader.report/9"), "holds no report"),
        (lambda told: told.pop("functions"), "holds no report"),
        (lambda told: told.update(assignment="smv"), "Is svm meant?"),
    ],
)
def test_what_is_no_report_that_can_be_repeated_is_turned_away(
    report: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Report], object], words: str
) -> None:
    code, err = replayed(capsys, changed(report, change), WRONG)
    assert code == 2
    assert words in err


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "{}\n{}\n", '"x"', "\x00", "[" * 100_000])
def test_any_other_file_is_turned_away(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text)
    code, err = replayed(capsys, file, WRONG)
    assert code == 2
    assert "holds no report" in err


def test_a_report_that_is_not_there_is_turned_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, err = replayed(capsys, tmp_path / "none.json", WRONG)
    assert code == 2
    assert "none.json cannot be read: No such file or directory." in err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "--help"]) == 0
    assert "grader replay report.json linear_svm.py" in capsys.readouterr().out
