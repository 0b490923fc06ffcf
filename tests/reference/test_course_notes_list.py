"""`docs/course-notes.md`: every line of the notes leads to a sample, a test, a mistake or a case that is there."""

import re
from functools import cache
from pathlib import Path

import pytest

from grader.grading import registry

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "course-notes.md").read_text(encoding="utf-8")
SHORT = {
    "notes": "tests/reference/test_course_notes.py",
    "training": "tests/reference/test_course_notes_training.py",
}
NOTES = ("knn", "notes", "two-layer-net", "initialization", "optimizers")


def rows() -> list[tuple[str, list[str]]]:
    """The lines of the tables: what the notes say, and the references."""
    cells = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    return [(said, re.findall(r"`([^`]+)`", where)) for said, where in cells if where != "where"]


def leads_somewhere(reference: str) -> bool:
    if reference.startswith("submissions/"):
        return (ROOT / reference).exists()
    if reference.startswith("mistake "):
        slug, _, id = reference.removeprefix("mistake ").partition("/")
        return id in {mistake.id for mistake in registry.load(slug).mistakes}
    if reference.startswith("case "):
        slug, group, case = reference.removeprefix("case ").split("/")
        return (group, case) in _cases(slug)
    path, _, name = reference.partition("::")
    return name in _tests(ROOT / SHORT.get(path, path))


@cache
def _cases(slug: str) -> set[tuple[str, str]]:
    return {(group.name, case.name) for group in registry.load(slug).groups for case in group.cases}


@cache
def _tests(path: Path) -> set[str]:
    return (
        set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)) if path.exists() else set()
    )


@pytest.mark.parametrize(("said", "references"), rows(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_line_of_the_notes_leads_to_what_tries_it(said: str, references: list[str]) -> None:
    assert references, said
    assert [reference for reference in references if not leads_somewhere(reference)] == []


@pytest.mark.parametrize(
    "reference",
    [
        "submissions/svm/right_nowhere.py",
        "notes::test_nothing",
        "tests/nowhere.py::test_nothing",
        "mistake svm/nothing",
        "case svm/svm_loss_naive/nothing",
    ],
)
def test_a_reference_that_leads_nowhere_is_found(reference: str) -> None:
    assert not leads_somewhere(reference)


def test_every_chapter_of_the_notes_is_listed_with_its_program() -> None:
    assert len(rows()) >= 60
    whole = [reference for said, references in rows() if said.startswith("The program") for reference in references]
    assert {reference.split("/")[1] for reference in whole} == set(NOTES)
