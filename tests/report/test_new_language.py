"""A third language is one folder of catalogues: `docs/translate.md`, followed to the letter in a copy of ours."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
TAG = "eo"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with a language in which every sentence is the English one between guillemets."""
    root = tmp_path_factory.mktemp("copy")
    for folder in ("grader", "reference", "tests/report"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tests/__init__.py").touch()
    english, other = (root / "grader/report/locale" / tag for tag in ("en", TAG))
    shutil.copytree(english, other)
    for path in other.glob("*.po"):
        translate(path)
    return root


def translate(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=TAG)
    for entry in catalogue:
        if entry.id:
            entry.string = f"«{entry.string}»"
    with path.open("wb") as file:
        write_po(file, catalogue, width=0)


def run(root: Path, *command: str, lang: str = "C") -> subprocess.CompletedProcess[str]:
    """Python in the copy; its own files come before the installed ones."""
    environment = {**os.environ, "PYTHONPATH": str(root), "LC_ALL": lang}
    return subprocess.run(
        [sys.executable, *command], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


def checked(root: Path) -> subprocess.CompletedProcess[str]:
    """What `docs/translate.md` says to run, but for what is asked of the code and of Korean alone."""
    ours = "same_ids or written or twice"
    return run(root, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/report/test_catalogues.py", "-k", ours)


def test_a_folder_of_catalogues_is_all_that_a_language_needs(copied: Path) -> None:
    assert checked(copied).returncode == 0
    asked = run(copied, "-m", "grader.cli", "assignments", "--lang", TAG)
    followed = run(copied, "-m", "grader.cli", "assignments", lang="eo_EO.UTF-8")
    assert "«SVM loss of a linear classifier»" in asked.stdout, asked.stderr
    assert followed.stdout == asked.stdout


def test_the_pages_choose_it_by_the_browsers_wish_and_offer_it_by_its_own_name(copied: Path) -> None:
    program = (
        "from grader.report import choose_language; from grader.web.rendering import LANGUAGE_NAMES;"
        "print(choose_language('eo-EO, en;q=0.5'), LANGUAGE_NAMES)"
    )
    said = run(copied, "-c", program)
    assert said.stdout.strip() == "eo {'en': 'English', 'eo': 'Esperanto', 'ko': '한국어'}", said.stderr


def test_a_sentence_that_is_missing_is_named(copied: Path) -> None:
    path = copied / "grader/report/locale" / TAG / "report.po"
    complete = path.read_text(encoding="utf-8")
    path.write_text(complete.replace('msgid "report.line"', 'msgid "report.row"'), encoding="utf-8")
    said = checked(copied)
    path.write_text(complete, encoding="utf-8")
    assert said.returncode == 1
    assert "report.line" in said.stdout
