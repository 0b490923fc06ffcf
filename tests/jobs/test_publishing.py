"""An instructor's own assignment reaches students once it holds, and what is broken never does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from grader.core import BoxFault
from grader.course.database import Database, migrate
from grader.course.tables import Unit
from grader.grading import registry
from grader.jobs.publishing import Publisher, is_published, published_in, sources
from grader.report import text
from grader.sandbox import open_sandbox
from grader.settings import Settings
from grader.verify.vetting import fault_of
from tests.authoring import RIGHT, written
from tests.classroom import Classroom, classroom
from tests.harness import Service, wait_for
from tests.jobs.following import look, status_is, upload, url_of

SLUG = "squared-hinge"


class Shelf:
    """A folder of an instructor's own with the assignment of the handbook, and a publisher that looks there."""

    def __init__(self, folder: Path) -> None:
        self.file = written(folder)
        url = f"sqlite:///{folder / 'grader.db'}"
        self.settings = Settings(database_url=url, assignments=str(self.file.parent), var_dir=folder / "var")
        migrate(url)
        self.database = Database(self.settings)
        self.published = published_in(self.settings)
        self.publisher = Publisher(self.database, self.settings, open_sandbox("auto"))

    def edit(self, old: str, new: str) -> None:
        content = self.file.read_text()
        assert old in content
        self.file.write_text(content.replace(old, new))

    def look(self) -> list[str]:
        """What the publisher says of a look: events, and the reasons of what it refuses."""
        with capture_logs() as logs:
            self.publisher.look()
        return [entry.get("reason") or entry["event"] for entry in logs]

    def row(self) -> Unit | None:
        with self.database.read() as session:
            return session.get(Unit, SLUG)

    def revision(self) -> str:
        row = self.row()
        assert row is not None
        return row.revision


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.database.close()


def test_what_holds_is_published_with_its_title_and_looked_at_once(shelf: Shelf) -> None:
    assert shelf.look() == ["assignment published"]
    row = shelf.row()
    assert row is not None
    assert (row.titles["ko"], row.max_score, row.files) == ("제곱 힌지 손실", 10, ["squared_hinge.py"])
    assert is_published(shelf.file, shelf.published)
    assert row.revision == registry.load(SLUG, (shelf.published,)).revision == registry.revision(shelf.file)
    assert shelf.look() == []


def test_a_change_is_published_with_a_revision_of_its_own(shelf: Shelf) -> None:
    shelf.look()
    first = shelf.revision()
    shelf.edit("Squared hinge loss", "The squared hinge")
    assert shelf.look() == ["assignment published"]
    assert shelf.revision() != first


def test_mistakes_beside_the_file_belong_to_it(shelf: Shelf) -> None:
    shelf.look()
    first, beside = shelf.revision(), shelf.file.parent / "mistakes"
    beside.mkdir()
    lines = 'from grader.core import Mistake\n\nMISTAKES = (Mistake("m", "squared_hinge", (("{}", "margins"),)),)\n'
    (beside / shelf.file.name).write_text(lines.format("margins**2"))
    assert shelf.look() == ["assignment published"]
    assert shelf.revision() != first
    (beside / shelf.file.name).write_text(lines.format("not there"))
    assert "does not hold" in shelf.look()[0]
    (beside / shelf.file.name).unlink()
    assert shelf.look() == ["assignment published"]
    assert shelf.revision() == first


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("SHARES = {", "SHARES = {{", "cannot be loaded: SyntaxError"),
        ("import numpy as np", "import numpie as np", "No module named 'numpie'"),
        ("NAME = ", "import sys\nsys.exit()\nNAME = ", "SystemExit"),
        ("NAME = ", "import os\nos._exit(7)\nNAME = ", "ends the process that loads it (code 7)"),
        ("split(10,", "split(9,", "carry 9 points, the function has 10"),
        ('    "squared-hinge",', '    "other",', "whose slug is the name of the file"),
        ('Output("loss", NAME,', 'Output("loss", "other",', "names other, which it does not have"),
        ('files=("squared_hinge.py",)', "files=()", "needs at least one group"),
        ("2 * margins / len(y)\n    slope", "2 * margin / len(y)\n    slope", "NameError: name 'margin'"),
        ('"dscores": slope}', '"d": slope}', "no output dscores"),
        ("np.sum(margins**2) / len(y), ", "np.inf, ", "loss is not finite"),
        ("    margins[rows, y] = 0\n", "", "does not hold of solution"),
        ('"2 * margins", "margins"', '"2 * margins", "margins * 2"', "does not hold of gradient-factor"),
    ],
)
def test_what_does_not_hold_is_told_and_the_last_good_version_goes_on(
    shelf: Shelf, old: str, new: str, told: str
) -> None:
    shelf.look()
    before, content = shelf.revision(), shelf.file.read_text()
    shelf.edit(old, new)
    (reason,) = shelf.look()
    assert told in reason
    assert shelf.look() == []
    assert shelf.revision() == before == registry.load(SLUG, (shelf.published,)).revision
    assert {unit["slug"] for unit in registry.units((shelf.published,))} >= {SLUG, "svm"}
    shelf.file.write_text(content)
    shelf.look()
    assert is_published(shelf.file, shelf.published)


def test_what_never_held_has_no_row_and_harms_no_other(shelf: Shelf) -> None:
    shelf.edit("NAME = ", "NAMES = ")
    (shelf.file.parent / "second-hinge.py").write_text(
        written_again(shelf).replace('"squared-hinge"', '"second-hinge"')
    )
    assert sorted("published" in said for said in shelf.look()) == [False, True]
    assert shelf.row() is None
    assert [path.stem for path in shelf.published.glob("*.py")] == ["second-hinge"]


def written_again(shelf: Shelf) -> str:
    return written(shelf.file.parent.parent / "again").read_text()


def test_a_file_that_is_gone_leaves_what_students_are_graded_by(shelf: Shelf) -> None:
    shelf.look()
    shelf.file.unlink()
    assert shelf.look() == []
    assert registry.load(SLUG, (shelf.published,)).max_score == 10


def test_a_name_of_ours_is_not_taken(shelf: Shelf) -> None:
    shutil.copy(registry.OURS / "svm.py", shelf.file.parent / "svm.py")
    assert any("svm is the name of an assignment or bundle that is there already" in said for said in shelf.look())
    assert not (shelf.published / "svm.py").exists()


def test_of_two_folders_the_first_one_counts(shelf: Shelf, tmp_path: Path) -> None:
    other = written(tmp_path / "other").parent
    assert sources((other, shelf.file.parent))[SLUG] == other / "squared-hinge.py"


class NoBox:
    """Whoever verifies asks it for a box."""

    isolation = "none"

    def open(self, *args: object, **options: object) -> NoReturn:
        raise BoxFault("nothing is to be verified")


def test_what_another_worker_of_the_machine_has_verified_is_not_verified_again(shelf: Shelf) -> None:
    shelf.look()
    shelf.publisher = Publisher(shelf.database, shelf.settings, NoBox())
    assert shelf.look() == ["assignment published"]
    shelf.edit("Squared hinge loss", "The squared hinge")
    assert "does not hold of" in shelf.look()[0]


def test_while_the_database_is_away_each_file_is_tried_again_at_every_look(shelf: Shelf, tmp_path: Path) -> None:
    """And none keeps the next from being tried."""
    again = written_again(shelf).replace('"squared-hinge"', '"second-hinge"')
    (shelf.file.parent / "second-hinge.py").write_text(again)
    url = f"sqlite:///{tmp_path / 'later.db'}"
    shelf.database.close()
    shelf.database = Database(shelf.settings.model_copy(update={"database_url": url}))
    shelf.publisher = Publisher(shelf.database, shelf.settings, open_sandbox("auto"))
    assert shelf.look() == shelf.look() == ["cannot look at an assignment"] * 2
    migrate(url)
    assert shelf.look() == ["assignment published"] * 2


def test_a_file_that_never_returns_is_ended(tmp_path: Path) -> None:
    file = tmp_path / "endless.py"
    file.write_text("while True:\n    pass\n")
    fault = fault_of(file, seconds=1.0)
    assert fault is not None
    assert text(fault, "en") == "endless.py does not load, or its references do not return, within 1 s."


def score(service: Service, room: Classroom, mark: str) -> object:
    """What the service gives the right sample, which `mark` makes another submission."""
    id = upload(service, room, (service.folder / RIGHT).read_bytes() + mark.encode())
    wait_for(lambda: status_is(service, room, id, "done"), 60, service.log_text)
    return look(service, room, id)["score"]


def test_a_running_service_takes_up_a_new_assignment_and_outlives_a_broken_edit(tmp_path: Path) -> None:
    """Written after the start, broken after the first grading, and broken still at the next start."""
    folder = tmp_path / "assignments"
    folder.mkdir()
    with Service(tmp_path, environment={"GRADER_ASSIGNMENTS": str(folder)}) as service:
        file = written(tmp_path)
        wait_for(lambda: "assignment published" in service.log_text(), 60, service.log_text)
        room = classroom(url_of(service), slug=SLUG)
        assert score(service, room, "") == 10
        file.write_text("while")
        wait_for(lambda: "assignment not published" in service.log_text(), 60, service.log_text)
        assert score(service, room, "\n# 2\n") == 10
        service.restart()
        assert score(service, room, "\n# 3\n") == 10
