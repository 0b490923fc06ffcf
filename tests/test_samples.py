"""Every sample of `submissions/` goes the real way - intake, box, checks - and comes out as it declares, with numbers
that are drawn anew for every run of the tests. What else is known of samples are claims of `grader verify`."""

import os
import secrets
import zipfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from grader.core import Assignment, CheckStatus, Report
from grader.grading import grade, registry, rejected, seeds
from grader.intake import Rejected, read
from grader.report import text
from grader.sandbox import open_sandbox
from grader.verify.expected import departures, expectation

ROOT = Path(__file__).resolve().parents[1]
SUBMISSIONS = ROOT / "submissions"
UNITS = tuple(sorted(path.name for path in SUBMISSIONS.iterdir() if path.is_dir()))
FRESH = secrets.token_hex(8)  # numbers that no sample was graded with before; `grader verify` has fixed ones


def samples() -> list[Path]:
    return sorted(path for unit in UNITS for path in (SUBMISSIONS / unit).iterdir())


def named(path: Path) -> str:
    return path.relative_to(SUBMISSIONS).as_posix()


@cache
def graded(path: Path) -> Report:
    """The report of a sample, also where intake turned it away."""
    assignment, box = registry.load(path.relative_to(SUBMISSIONS).parts[0]), open_sandbox()
    try:
        submission = read([path], names(assignment))
    except Rejected as refusal:
        files = [(file.path, file.data) for file in refusal.files]
        return rejected(assignment, refusal.message, files, isolation=box.isolation)
    return grade(assignment, submission, seeds.from_text(FRESH), box)


def names(assignment: Assignment) -> set[str]:
    return {function.name.partition(".")[0] for function in assignment.functions}


def reports() -> Iterator[tuple[Path, Report]]:
    for path in samples():
        yield path, graded(path)


@pytest.fixture(scope="module", autouse=True)
def graded_side_by_side(request: pytest.FixtureRequest) -> None:
    """Every core grades: what the chosen tests will ask for is there before the first of them."""
    chosen = [
        item.callspec.params
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module and hasattr(item, "callspec")
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        deque(pool.map(graded, [params["path"] for params in chosen if "path" in params]), maxlen=0)


@pytest.mark.parametrize("path", samples(), ids=named)
def test_a_sample_is_graded_as_it_declares(path: Path) -> None:
    report = graded(path)
    wrong = [f"{breach.function} {text(breach.message, 'en')}" for breach in departures(expectation(path), report)]
    assert wrong == [], f"seed {FRESH}\n{_story(report)}"


def _story(report: Report) -> str:
    lines = []
    for function in report.functions:
        lines.append(f"{function.name} {function.status} {float(function.points):.2f} {function.reason}")
        lines += [
            f"    {check.id} {check.status} {float(check.points):.2f}/{float(check.max_points):.2f} {check.message}"
            for check in function.checks
            if check.status is not CheckStatus.PASSED
        ]
    return "\n".join(lines)


def test_there_are_enough_samples_of_every_unit() -> None:
    for unit in UNITS:
        paths = [path.name for path in samples() if path.parent.name == unit]
        assert sum(name.startswith("right_") for name in paths) >= 3, unit
        assert sum(name.startswith("wrong_") for name in paths) >= 5, unit


@pytest.mark.parametrize("unit", UNITS)
def test_every_check_of_a_unit_is_failed_by_some_sample(unit: str) -> None:
    asked, failed = set[str](), set[str]()
    for path, report in reports():
        if path.parent.name == unit:
            for check in (check for function in report.functions for check in function.checks):
                asked.add(check.id)
                failed.update({check.id} if check.status is CheckStatus.FAILED else ())
    never_asked = {"gradient", "numeric-gradient"} if unit == "notes" else set()
    assert asked - failed <= never_asked, f"no sample of {unit} fails {sorted(asked - failed)}"


def test_a_zipped_folder_is_graded_like_the_folder(tmp_path: Path) -> None:
    folder = SUBMISSIONS / "svm" / "right_course_tree"
    archive = tmp_path / "assignment1.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted(folder.rglob("*.py")):
            zipped.write(file, Path("assignment1") / file.relative_to(folder))
    assignment = registry.load("svm")
    report = grade(assignment, read([archive], names(assignment)), seeds.from_text(FRESH), open_sandbox())
    assert report.score == report.max_score == 20
