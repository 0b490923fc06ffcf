"""A course for tests over a migrated database: students with tokens, one instructor, one assignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import access, people, units
from grader.course.database import Database
from grader.course.tables import Role
from grader.settings import Settings

SAMPLES = Path(__file__).resolve().parent.parent / "submissions"


@dataclass(frozen=True)
class Classroom:
    course: str
    slug: str
    tokens: Sequence[str]
    """One a student."""
    instructor: str

    @property
    def path(self) -> str:
        """Where uploads go."""
        return f"/api/v1/courses/{self.course}/assignments/{self.slug}/submissions"


def classroom(database_url: str, *, students: int = 1, course: str = "cs", slug: str = "svm") -> Classroom:
    """Make it; the units must be there, which a worker writes when it starts."""
    with Database(Settings(database_url=database_url)) as database, database.write() as session:
        made = people.create_course(session, course)
        tokens = []
        for number in range(students):
            student = people.create_user(session, f"student{number}@example.org")
            people.add_member(session, made, student, Role.STUDENT)
            tokens.append(access.make_token(session, student))
        teacher = people.create_user(session, "teacher@example.org")
        people.add_member(session, made, teacher, Role.INSTRUCTOR)
        units.enable(session, made, slug)
        return Classroom(course, slug, tokens, access.make_token(session, teacher))


def sample(name: str, *, mark: str = "") -> bytes:
    """A sample submission; `mark` makes it another one that does the same."""
    return (SAMPLES / name).read_bytes() + f"\n# {mark}\n".encode()
