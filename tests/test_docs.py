"""What the documents say is true: commands run, links lead somewhere, every setting and command is there."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.cli import COMMANDS
from grader.sandbox.tiers import tiers
from grader.settings import Settings
from tests.authoring import written
from tests.harness import Service

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "submissions" / "README.md"])
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
EXIT_CODES = {"wrong_": 1, "softmax --each": 1}  # a wrong sample has not full marks; so has a folder of samples


def blocks(page: Path, language: str = "") -> Iterator[str]:
    yield from (body for kind, body in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language)


def commands(page: Path) -> list[str]:
    """The shell lines of a page that call the grader, in order."""
    lines = [line.strip() for block in blocks(page) for line in block.splitlines()]
    return [line for line in lines if re.match(r"(export \w+=\$\()?(\.venv/bin/)?grader ", line)]


def run(line: str, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """A documented line, with this Python's grader for the one of the page."""
    grader = f"{shlex.quote(sys.executable)} -m grader.cli"
    line = re.sub(r"(?<![\w/.])(\.venv/bin/)?grader (?=[a-z])", f"{grader} ", line)
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def expected_code(line: str) -> int:
    return next((code for part, code in EXIT_CODES.items() if part in line), 0)


OFFLINE = [line for line in commands(ROOT / "README.md") if not re.search(r" (serve|admin|submit) ", line)]


@pytest.mark.parametrize("line", OFFLINE)
def test_every_offline_command_of_the_readme_runs(line: str, tmp_path: Path) -> None:
    line = line.replace("var/starter", str(tmp_path / "starter"))
    environment = {**os.environ, "GRADER_DATABASE_URL": f"sqlite:///{tmp_path / 'grader.db'}", "LANG": "C.UTF-8"}
    done = run(line, environment, ROOT)
    assert done.returncode == expected_code(line), done.stderr


def test_the_readme_shows_what_the_first_command_prints() -> None:
    """Scores, verdicts and failing cases of the shown report, word for word but for the seconds and, on a machine
    that offers less, the tier."""
    line = next(line for line in OFFLINE if "--seed readme" in line)
    printed = run(line, {**os.environ, "LANG": "C.UTF-8"}, ROOT).stderr
    shown = next(block for block in blocks(ROOT / "README.md") if block.startswith("svm  "))
    for row in shown.splitlines():
        if row.strip() != "...":
            wanted = re.sub(r"ns, \d+\.\d+ s$", f"{tiers()[0]}, ", row)
            assert " ".join(wanted.split()) in " ".join(printed.split())


def test_the_course_commands_of_the_readme_run_one_after_another(tmp_path: Path) -> None:
    """From an empty database to a student's score, on the real service."""
    lines = [line for line in commands(ROOT / "README.md") if re.search(r" (admin|submit) ", line)]
    roster = next(block for block in blocks(ROOT / "README.md") if block.startswith("email,"))
    (tmp_path / "roster.csv").write_text(roster)
    (tmp_path / "submissions").symlink_to(ROOT / "submissions")
    with Service(tmp_path) as service:
        script = "\n".join(lines).replace("http://127.0.0.1:8000", service.url)
        done = run(f"set -e\n{script}", service.environment, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "/sign-in/" in done.stdout
    assert "20.0 / 20" in done.stderr


def test_the_handbook_followed_from_top_to_bottom_makes_an_assignment(tmp_path: Path) -> None:
    """Its files at their places, then its commands one after another, each as it is written."""
    page = ROOT / "docs/add-an-assignment.md"
    written(tmp_path)
    script = "\n".join(blocks(page)).replace("python -m pytest", f"{shlex.quote(sys.executable)} -m pytest")
    database = f"sqlite:///{tmp_path / 'grader.db'}"
    environment = {**os.environ, "GRADER_DATABASE_URL": database, "LANG": "C.UTF-8", "COLUMNS": "100"}
    done = run(f"set -e\n{script}", environment, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "squared-hinge  Squared hinge loss  10" in done.stdout
    assert "2 passed" in done.stdout
    assert "(5 of 5)" in done.stderr
    assert "All claims hold." in done.stderr
    assert " lacks: " not in done.stderr
    assert "is handed out in ml, due 2031-03-01T23:59" in done.stdout


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        alias = getattr(field.validation_alias, "choices", [f"GRADER_{name.upper()}"])[0]
        assert f"`{alias}`" in text, alias


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_every_command_has_an_example(name: str) -> None:
    done = run(f"grader {name} --help", {**os.environ, "LANG": "C.UTF-8"}, ROOT)
    assert done.returncode == 0
    if name != "admin":  # a group: its commands have theirs
        assert f"grader {name}" in done.stdout.partition("Example")[2], done.stdout


def admin_commands() -> list[str]:
    listed = run("grader admin --help", {**os.environ, "LANG": "C.UTF-8"}, ROOT).stdout.partition("Commands:")[2]
    return re.findall(r"^  ([a-z-]+)  ", listed, re.MULTILINE)


def test_the_help_of_every_admin_command_has_an_example() -> None:
    names = admin_commands()
    assert len(names) >= 7
    for name in names:
        done = run(f"grader admin {name} --help", {**os.environ, "LANG": "C.UTF-8"}, ROOT)
        assert f"grader admin {name}" in done.stdout.partition("Example")[2], name


def test_every_page_of_docs_is_reached_from_the_readme_or_from_another_page() -> None:
    linked = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in link
    }
    assert [page.name for page in (ROOT / "docs").glob("*.md") if page.resolve() not in linked] == []


def test_the_project_names_no_machine_and_no_package_index() -> None:
    """Nothing that is in git carries a path of the machine it was written on or the host of a registry."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    parts = ("/wor|k/", "/roo|t/", r"pyp|i\.org", "pythonh|osted", r"registry\.npm|js", r"deb\.deb|ian")
    banned = re.compile("|".join(part.replace("|", "") for part in parts))
    found = []
    for name in tracked.split("\0")[:-1]:
        path = ROOT / name
        if path.is_file() and not path.match("*/vendor/*") and banned.search(path.read_text("utf-8", errors="replace")):
            found.append(name)
    assert found == []
