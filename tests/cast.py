"""The standing cast of the tests of `course` and `api`, and reports that are there without grading anything.

Course `ml` has Ada and Ben (students, sections a and b), Asa (assistant), Abe (assistant of section a) and Ines
(instructor); Stan is a student and Otto the instructor of another course, Root an administrator. `svm` and `softmax`
are handed out in `ml`: 20 points each, two functions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import (
    CheckResult,
    CheckStatus,
    Counterexample,
    Diagnosis,
    FunctionResult,
    FunctionStatus,
    Message,
    Report,
    Script,
    State,
)
from grader.course import people, submissions, units
from grader.course.database import Database
from grader.course.people import Person
from grader.course.submissions import Accepted, Upload
from grader.course.tables import Course, CourseAssignment, Role, Status, Submission
from grader.report import stored

EXAMPLE = Counterexample(
    {"W": [[0.0, 1.0]], "X": [[0.0]], "y": [0], "reg": 1.0},
    {"dW": [[0.0, 2.0]]},
    {"dW": [[0.0, 1.0]]},
    Script(
        ("svm_loss_naive",),
        (
            "W = np.array([[0.0, 1.0]])",
            "X = np.array([[0.0]])",
            "y = np.array([0])",
            "reg = 1.0",
            "result_1 = svm_loss_naive(W, X, y, reg)",
        ),
        {"dW": "result_1[1]"},
    ),
)
SOURCE = b"def svm_loss_naive(W, X, y, reg):\n    return 0.0, W\n"


def unit(slug: str, revision: str = "sha256:1") -> dict[str, Any]:
    """A unit as the registry describes one."""
    functions = [
        {"name": f"{slug}_loss_naive", "signature": "(W, X, y, reg) -> (loss, dW)", "points": 8},
        {"name": f"{slug}_loss_vectorized", "signature": "(W, X, y, reg) -> (loss, dW)", "points": 12},
    ]
    return {
        "slug": slug,
        "titles": {},
        "functions": functions,
        "files": [f"{slug}.py"],
        "starter": {f"{slug}.py": "..."},
        "revision": revision,
    }


@dataclass
class Cast:
    """Ids of everyone, over one database."""

    database: Database
    course: int
    ada: int
    ben: int
    asa: int
    abe: int
    ines: int
    stan: int
    otto: int
    root: int
    svm: int
    softmax: int

    def who(self, name: str) -> Person:
        with self.database.read() as session:
            return people.person(people.find_user(session, f"{name}@example.org"))

    def accept(self, data: bytes = SOURCE, *, user: int | None = None, key: str | None = None, **more: Any) -> Accepted:
        """Hand `data` in as svm.py, for Ada if nobody else is named."""
        more.setdefault("assignment_id", self.svm)
        upload = Upload(user_id=user or self.ada, files=(("svm.py", data),), key=key, **more)
        with self.database.write() as session:
            return submissions.accept(session, [upload])[0]

    def queued(self) -> list[int]:
        """The ids of submissions that wait, the oldest first."""
        waiting = sa.select(Submission.id).where(Submission.status == Status.QUEUED).order_by(Submission.id)
        with self.database.read() as session:
            return list(session.scalars(waiting))

    def graded(self, score: float, data: bytes = SOURCE, **more: Any) -> int:
        """Hand in and grade: the id of a submission that has `score`."""
        id = self.accept(data, **more).id
        self.finish(id, report(score))
        return id

    def wrong(self, score: float, *ids: str, data: bytes = SOURCE, **more: Any) -> int:
        """Hand in and grade: the id of a submission whose report names the mistakes `ids`."""
        id = self.accept(data, **more).id
        self.finish(id, named(score, *ids))
        return id

    def graded_now(self, id: int, score: float) -> None:
        """Grade a submission that waits, with a word of progress on the way."""
        work = self.begin(id)
        with self.database.write() as session:
            submissions.progress(session, id, work.attempt, "svm_loss_naive", 1, 2)
        with self.database.write() as session:
            submissions.finish(session, id, work.attempt, stored.encode(report(score)))

    def begin(self, id: int) -> submissions.Work:
        with self.database.write() as session:
            work = submissions.begin(session, id, "worker")
        assert work is not None
        return work

    def finish(self, id: int, result: Report) -> bool:
        work = self.begin(id)
        with self.database.write() as session:
            return submissions.finish(session, id, work.attempt, stored.encode(result))

    def row(self, id: int) -> Submission:
        with self.database.read() as session:
            return session.get_one(Submission, id)

    def assignment(self, **settings: Any) -> None:
        """Change the settings of svm, as they stand in the table."""
        with self.database.write() as session:
            one = session.get_one(CourseAssignment, self.svm)
            for name, value in settings.items():
                setattr(one, name, value)


def assemble(database: Database) -> Cast:
    with database.write() as session:
        units.write(session, [unit("svm"), unit("softmax")], {"default": {}, "2016": {"l2": ["reg-half-convention"]}})
        course = people.create_course(session, "ml", title="Machine learning", timezone="Asia/Seoul")
        other = people.create_course(session, "other")
        ids = {
            "ada": _member(session, course, "ada", Role.STUDENT, section="a"),
            "ben": _member(session, course, "ben", Role.STUDENT, section="b"),
            "asa": _member(session, course, "asa", Role.ASSISTANT),
            "abe": _member(session, course, "abe", Role.ASSISTANT, section="a"),
            "ines": _member(session, course, "ines", Role.INSTRUCTOR),
            "stan": _member(session, other, "stan", Role.STUDENT),
            "otto": _member(session, other, "otto", Role.INSTRUCTOR),
            "root": people.create_user(session, "root@example.org", admin=True).id,
        }
        handed_out = {slug: units.enable(session, course, slug).id for slug in ("svm", "softmax")}
        return Cast(database, course.id, **ids, **handed_out)


def _member(session: Session, course: Course, name: str, role: Role, section: str = "") -> int:
    user = people.create_user(session, f"{name}@example.org", name=name.title())
    people.add_member(session, course, user, role).section = section
    return user.id


def named(score: float, *ids: str) -> Report:
    """A report of `score` points that names these mistakes, with three hints each, in its function, and shows one."""
    plain = report(score)
    about = {"outputs": ("dW",), "does": ("diagnosis.reg-gradient-halved.does",)}
    text = Message("diagnosis.exact.one", about)
    hints = tuple(Message(f"diagnosis.reg-gradient-halved.hint-{level}") for level in (1, 2, 3))
    diagnosis = tuple(Diagnosis(id, "exact", "one-term", text, hints) for id in ids)
    return replace(plain, functions=(replace(plain.functions[0], diagnosis=diagnosis, counterexample=EXAMPLE),))


def report(score: float, *, state: State = State.GRADED, reason: Message | None = None) -> Report:
    """A report that earned `score` of 20 points, in the first function; `gradient` passes where all is earned."""
    points = Fraction(str(score))
    verdict = CheckStatus.PASSED if points == 20 else CheckStatus.FAILED
    check = CheckResult("gradient", verdict, points, Fraction(20), Message("course.not-allowed"))
    status = FunctionStatus.PASSED if points == 20 else FunctionStatus.FAILED
    function = FunctionResult("svm_loss_naive", status, points, Fraction(20), "svm", checks=(check,))
    return Report(
        state=state,
        assignment="svm",
        revision="sha256:1",
        submission="0" * 64,
        files=(),
        notes=(),
        seed="00",
        isolation="none",
        environment={},
        seconds=0.1,
        functions=(function,) if state is State.GRADED else (),
        max_score=Fraction(20),
        reason=reason,
    )
