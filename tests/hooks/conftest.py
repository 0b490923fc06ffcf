"""A course with a hook, a student with a repository, and the places a hook's errands go to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import access, deliveries, people, units
from grader.course.database import Database, migrate
from grader.course.tables import Role
from grader.grading import registry
from grader.settings import Settings
from tests.stubs.forge import TOKEN, Forge
from tests.stubs.git_http import GitHost


@pytest.fixture
def forge() -> Iterator[Forge]:
    with Forge() as forge:
        yield forge


@pytest.fixture
def host(tmp_path: Path) -> Iterator[GitHost]:
    (tmp_path / "git").mkdir()
    with GitHost(tmp_path / "git") as host:
        yield host


@pytest.fixture
def settings(tmp_path: Path, forge: Forge) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'grader.db'}",
        var_dir=tmp_path / "var",
        git_http_hosts="127.0.0.1",
        github_api_url=forge.url,
        github_token=TOKEN,
        base_url="http://127.0.0.1:8000",
    )


class School:
    """A database with a course `cs`, a student whose repository is `cs-org/ada`, staff, and a hook."""

    def __init__(self, settings: Settings) -> None:
        migrate(settings.database_url)
        self.database = Database(settings)
        with self.database.write() as session:
            units.write(session, registry.units())
            course = people.create_course(session, "cs")
            student = people.create_user(session, "ada@example.org")
            people.add_member(session, course, student, Role.STUDENT).repository = "cs-org/ada"
            other = people.create_user(session, "minjun@example.org")
            people.add_member(session, course, other, Role.STUDENT)
            staff = people.create_user(session, "teacher@example.org")
            people.add_member(session, course, staff, Role.INSTRUCTOR)
            units.enable(session, course, "svm")
            units.enable(session, course, "softmax")
            self.course_id, self.student_id, self.other_id = course.id, student.id, other.id
            self.student_token, self.staff_token = (
                access.make_token(session, student),
                access.make_token(session, staff),
            )
            self.secret = deliveries.add_hook(session, course, "github", "cs231n-{user}").secret

    def push(self, id: str) -> deliveries.Push | None:
        """The delivery as it stands."""
        with self.database.read() as session:
            return deliveries.load(session, id)

    def map(self, prefix: str, slug: str) -> None:
        with self.database.write() as session:
            deliveries.map_path(session, people.find_course(session, "cs"), prefix, slug)


@pytest.fixture
def school(settings: Settings) -> Iterator[School]:
    school = School(settings)
    yield school
    school.database.close()
