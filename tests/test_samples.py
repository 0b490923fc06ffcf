"""Every sample of `submissions/` goes the real way - intake, box, checks - and comes out as it declares."""

import os
import re
import secrets
import zipfile
from collections import deque
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from grader.core import Assignment, CheckStatus, FunctionStatus, Report, State
from grader.grading import grade, registry, seeds
from grader.intake import Rejected, read
from grader.sandbox import open_sandbox

ROOT = Path(__file__).resolve().parents[1]
SUBMISSIONS = ROOT / "submissions"
UNITS = ("notes", "svm", "softmax", "layers", "two-layer-net")
FIXED, FRESH = (
    "samples",
    secrets.token_hex(8),
)  # every sample is graded with numbers that never change, and with new ones

DECLARATION = re.compile(r"# (expect|expect-failing|expect-warning|points): (.*)")
CHECK = re.compile(r"([\w-]+)(?:\[([^\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the first lines of a sample say: see `submissions/README.md`."""

    rejected: bool
    statuses: dict[str, str]
    failing: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # function -> check -> cases, if given
    warnings: dict[str, list[str]] = field(default_factory=dict)
    points: str | None = None


def samples() -> list[Path]:
    return sorted(path for unit in UNITS for path in (SUBMISSIONS / unit).iterdir())


def named(path: Path) -> str:
    return path.relative_to(SUBMISSIONS).as_posix()


def declared(path: Path) -> list[tuple[str, str]]:
    """The declarations in the first lines of a sample; in a folder, of its first file."""
    file = min(path.rglob("*.py")) if path.is_dir() else path
    lines = file.read_text("utf-8-sig", errors="replace").splitlines()
    found = []
    for line in lines:
        if match := DECLARATION.fullmatch(line):
            found.append((match[1], match[2]))
        elif "coding" not in line:
            break
    return found


def expectation(path: Path) -> Expectation:
    lines = declared(path)
    assert lines, f"{named(path)} does not begin with `# expect:`"
    assert lines[0][0] == "expect", f"{named(path)} does not begin with `# expect:`"
    rejected = lines[0][1] == "rejected"
    statuses = {} if rejected else dict(one.split("=") for one in lines[0][1].split())
    expected = Expectation(rejected, statuses, points=next((text for kind, text in lines if kind == "points"), None))
    for kind, text in lines[1:]:
        function, _, rest = text.partition(": ")
        if kind == "expect-failing":
            expected.failing[function] = {
                check: [case.strip() for case in cases.split(";")] if cases else []
                for check, cases in CHECK.findall(rest)
            }
        elif kind == "expect-warning":
            expected.warnings[function] = rest.split()
    return expected


@cache
def graded(path: Path, seed: str) -> Report | Rejected:
    """The report of a sample, or why intake turned it away."""
    assignment = registry.load(path.relative_to(SUBMISSIONS).parts[0])
    try:
        submission = read([path], names(assignment))
    except Rejected as rejected:
        return rejected
    return grade(assignment, submission, seeds.from_text(seed), open_sandbox())


def names(assignment: Assignment) -> set[str]:
    return {function.name.partition(".")[0] for function in assignment.functions}


def reports(seed: str = FIXED) -> Iterator[tuple[Path, Report]]:
    for path in samples():
        report = graded(path, seed)
        if isinstance(report, Report):
            yield path, report


@pytest.fixture(scope="module", autouse=True)
def graded_side_by_side(request: pytest.FixtureRequest) -> None:
    """Every core grades: what the chosen tests will ask for is there before the first of them."""
    chosen = [
        item.callspec.params
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    ]
    wanted = [(params["path"], params["seed"]) for params in chosen if {"path", "seed"} <= set(params)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        deque(pool.map(lambda one: graded(*one), wanted), maxlen=0)


@pytest.mark.parametrize("seed", [FIXED, FRESH], ids=["fixed numbers", "fresh numbers"])
@pytest.mark.parametrize("path", samples(), ids=named)
def test_a_sample_is_graded_as_it_declares(path: Path, seed: str) -> None:
    expected, report = expectation(path), graded(path, seed)
    if expected.rejected:
        assert isinstance(report, Rejected) or report.state is State.REJECTED
        return
    assert isinstance(report, Report), f"{report}"
    assert report.state is State.GRADED, f"seed {seed}: {report.reason}"
    assert _statuses(report, expected.statuses) == expected.statuses, f"seed {seed}\n{_story(report)}"
    for name, checks in expected.failing.items():
        assert _failing(report, name, checks) == checks, f"seed {seed}, {name}\n{_story(report)}"
    for function in report.functions:
        if function.name in expected.warnings:
            given = [warning.id.removeprefix("warning.") for warning in function.warnings]
            assert given == expected.warnings[function.name], f"seed {seed}, {function.name}"
    if expected.points is not None:
        assert f"{float(report.score):.2f}" == expected.points, f"seed {seed}\n{_story(report)}"


def _statuses(report: Report, named: Collection[str]) -> dict[str, str]:
    """The statuses, but for functions that are missing and that the sample does not name."""
    statuses = {function.name: function.status.value for function in report.functions}
    return {name: status for name, status in statuses.items() if status != "missing" or name in named}


def _failing(report: Report, name: str, asked: dict[str, list[str]]) -> dict[str, list[str]]:
    """The failing checks of a function, with their cases where the sample names them."""
    function = next(function for function in report.functions if function.name == name)
    failing = [check for check in function.checks if check.status is CheckStatus.FAILED]
    return {
        check.id: list(check.cases.failing) if check.cases and asked.get(check.id) else asked.get(check.id, [])
        for check in failing
    }


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
    assert len(samples()) >= 48
    for unit in UNITS:
        paths = [path.name for path in samples() if path.parent.name == unit]
        assert sum(name.startswith("right_") for name in paths) >= 3, unit
        assert sum(name.startswith("wrong_") for name in paths) >= 5, unit


def test_every_right_sample_has_full_marks() -> None:
    for path, report in reports():
        if path.name.startswith("right_"):
            asked = expectation(path).statuses
            assert set(asked.values()) == {"passed"}, named(path)
            for function in report.functions:
                if function.name in asked:
                    assert function.points == function.max_points, f"{named(path)}\n{_story(report)}"


def test_no_wrong_sample_has_full_marks() -> None:
    for path, report in reports():
        if path.name.startswith("wrong_"):
            assert report.score < report.max_score, named(path)


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
    report = grade(assignment, read([archive], names(assignment)), seeds.from_text(FIXED), open_sandbox())
    assert report.score == report.max_score == 20


@pytest.mark.parametrize("unit", UNITS)
def test_the_starter_of_a_unit_earns_nothing(unit: str, tmp_path: Path) -> None:
    assignment = registry.load(unit)
    for name, text in assignment.starter.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = grade(assignment, read([tmp_path], names(assignment)), seeds.from_text(FIXED), open_sandbox())
    assert report.score == 0
    assert {function.status for function in report.functions} == {FunctionStatus.NOT_IMPLEMENTED}
