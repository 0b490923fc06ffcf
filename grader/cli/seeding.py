"""A class to look at and to measure with: `grader admin seed-demo`, with `--large` 160,000 hand-ins of 1,000 students.

A handful of samples of each assignment are graded, once, in the sandbox, and handed in by the course's instructor as
anything is handed in. Every hand-in of the class is a copy of one of these: the rows of `submissions` are drawn, and
all that hangs on them is copied inside the database. The hand-in that counts keeps its whole report; the others keep
what it says of checks and mistakes, or else a hundred and sixty thousand reports would take two gigabytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from fractions import Fraction

    from sqlalchemy.orm import Session

    from grader.course.tables import Course, CourseAssignment
    from grader.settings import Settings

SLUGS = (
    "knn",
    "svm",
    "softmax",
    "two-layer-net",
    "fully-connected-net",
    "normalization",
    "dropout",
    "conv",
)
SECTIONS = ("A", "B", "C", "D")
GIVEN = (
    "Ada",
    "민준",
    "Chidi",
    "지우",
    "Lena",
    "하윤",
    "Mateo",
    "도윤",
    "Priya",
    "시우",
    "Tomás",
    "유나",
    "Noor",
    "서연",
)
FAMILY = ("Byron", "이", "Okafor", "박", "Fischer", "최", "Silva", "정", "Nair", "강", "Novák", "윤", "Haddad", "김")
SEED = "demo"
WRONG = 5
"""Samples of an assignment that fall short; a starter and a right one come to them."""
WEEK = timedelta(days=7)
LEFT = timedelta(hours=3)
"""Until the last assignment is due."""
LATEST = timedelta(hours=9)
NEVER, REACH_THE_TOP = 0.05, 0.6
"""Shares of the students who hand nothing in, and who can get full marks."""


@dataclass(frozen=True, slots=True)
class Size:
    """`attempts` are those of a student who handed in at all, as a mean over the whole class."""

    students: int
    assignments: int
    attempts: int


SMALL, LARGE = Size(60, 4, 6), Size(1000, len(SLUGS), 20)


@dataclass(frozen=True, slots=True)
class Sample:
    """A submission that was graded: its files, and the stored report."""

    files: tuple[tuple[str, bytes], ...]
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a hand-in of the class can be: a copy of `submission`, which the instructor handed in."""

    submission: int
    sha256: str
    score: Fraction | None


def seed_demo(
    course: Annotated[str, typer.Argument(metavar="COURSE", help="The course that is made for it.")] = "large",
    large: Annotated[
        bool, typer.Option("--large", help="1,000 students, 8 assignments, 160,000 hand-ins; about 1.2 GB.")
    ] = False,
) -> None:
    """Make a course with a class that has handed in a lot, to try the dashboard and to measure it.

    \b
    Example:
      grader admin seed-demo --large
    """
    import os

    from grader.cli.configured import settings as configured
    from grader.cli.language import from_environment
    from grader.core import Message, Param
    from grader.course.database import Database, migrate
    from grader.report import text

    settings, size = configured(), LARGE if large else SMALL
    migrate(settings.database_url)
    with Database(settings) as database:
        with database.read() as session:
            check_free(session, course)
        graded = {slug: grade_samples(settings, slug) for slug in SLUGS[: size.assignments]}
        with database.write() as session:
            hand_ins = seed(session, course, graded, size, datetime.now(UTC))
    about: dict[str, Param] = {
        "course": course,
        "students": size.students,
        "assignments": size.assignments,
        "reports": hand_ins,
    }
    typer.echo(text(Message("course.shell.seeded", about), from_environment(os.environ)))


def check_free(session: Session, course: str) -> None:
    """Raises Conflict where there is such a course: to be told before the samples are graded."""
    from grader.core import Message
    from grader.course import people
    from grader.errors import Conflict, NotFound

    try:
        people.find_course(session, course)
    except NotFound:
        return
    raise Conflict(Message("course.exists", {"course": course}))


# --------------------------------------------------------------------------- the handful that is real


def grade_samples(settings: Settings, slug: str) -> list[Sample]:
    """The chosen samples of an assignment, graded in parallel; what is rejected is left out."""
    from grader.cli.cores import usable_cores
    from grader.cli.finding import find
    from grader.cli.grading import grading_each, task
    from grader.core import State
    from grader.report import stored

    paths = chosen(slug)
    job = task(slug, SEED, settings, unsafe=settings.unconfined, profile="default")
    with grading_each(job, find(slug), paths, usable_cores()) as reports:
        return [
            Sample(files_of(path), stored.encode(report))
            for path, report in zip(paths, reports, strict=True)
            if report.state is State.GRADED
        ]


def chosen(slug: str) -> list[Path]:
    """The starter, a right one, and some that fall short in different ways."""
    from grader.settings import repository_root

    there = sorted((repository_root() / "submissions" / slug).iterdir())
    wrong = [path for path in there if path.name.startswith("wrong_") and path.stem != "wrong_starter"]
    step = max(1, len(wrong) // WRONG)
    right = next(path for path in there if path.name.startswith("right_") and path.suffix == ".py")
    return [right, *(path for path in there if path.stem == "wrong_starter"), *wrong[::step][:WRONG]]


def files_of(path: Path) -> tuple[tuple[str, bytes], ...]:
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    return tuple(
        (file.name if file == path else file.relative_to(path).as_posix(), file.read_bytes()) for file in files
    )


# --------------------------------------------------------------------------- the class


def seed(session: Session, slug: str, graded: Mapping[str, Sequence[Sample]], size: Size, now: datetime) -> int:
    """The course with its class; how many hand-ins there are. Raises Conflict where the course exists."""
    from grader.course import people, units
    from grader.course.grades import settle_all
    from grader.grading import registry

    units.write(session, registry.units(), registry.accepted())
    course = people.create_course(session, slug, title="Machine learning in NumPy", timezone="Asia/Seoul")
    teacher, students = enrol(session, course, size.students)
    draw, total = random.Random(SEED), 0  # noqa: S311 - nothing here is secret
    for index, (unit, samples) in enumerate(graded.items()):
        due = now + LEFT - (len(graded) - 1 - index) * WEEK
        assignment = units.enable(session, course, unit, due=due)
        kinds = hand_in_samples(session, assignment, teacher, samples, due - WEEK)
        total += hand_in_copies(session, assignment, students, kinds, draw, size.attempts, now)
        settle_all(session, assignment)
        session.flush()
        for kind, sample in zip(kinds, samples, strict=True):
            copy_results(session, assignment, kind, sample)
        point_at_reports(session, assignment)
        session.expunge_all()
    return total


def enrol(session: Session, course: Course, count: int) -> tuple[int, list[int]]:
    """The ids of an instructor and of the students; four assistants have a section each."""
    import sqlalchemy as sa

    from grader.course.tables import Membership, Role, User

    host = f"{course.slug}.example"
    cast = [(f"teacher@{host}", "Kim Seo-yeon", Role.INSTRUCTOR, "")]
    cast += [(f"assistant-{one.lower()}@{host}", f"Assistant {one}", Role.ASSISTANT, one) for one in SECTIONS]
    cast += [(f"s{number:04}@{host}", called(number), Role.STUDENT, SECTIONS[number % 4]) for number in range(count)]
    session.execute(sa.insert(User), [{"email": email, "name": name} for email, name, _, _ in cast])
    ids = dict(session.execute(sa.select(User.email, User.id).where(User.email.endswith(f"@{host}"))).all())
    places = [
        {"course_id": course.id, "user_id": ids[email], "role": role, "section": section}
        for email, _, role, section in cast
    ]
    session.execute(sa.insert(Membership), places)
    return ids[cast[0][0]], [ids[email] for email, _, role, _ in cast if role is Role.STUDENT]


def called(number: int) -> str:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN) % len(FAMILY)]
    return f"{given} {family} {number}"


def hand_in_samples(
    session: Session, assignment: CourseAssignment, user: int, samples: Sequence[Sample], at: datetime
) -> list[Kind]:
    """Handed in and finished as by anybody, only that the grading has taken place before; in the order of `samples`."""
    from grader.course import submissions
    from grader.course.tables import Submission

    kinds = []
    for sample in samples:
        upload = submissions.Upload(user, assignment.id, sample.files, received_at=at)
        id = submissions.accept(session, [upload])[0].id
        work = submissions.begin(session, id, SEED)
        submissions.finish(session, id, work.attempt if work else 0, sample.content)
        row = session.get_one(Submission, id)
        kinds.append(Kind(id, row.sha256, row.score))
    return kinds


def hand_in_copies(
    session: Session,
    assignment: CourseAssignment,
    students: Sequence[int],
    kinds: Sequence[Kind],
    draw: random.Random,
    attempts: int,
    now: datetime,
) -> int:
    """The rows of what the class handed in, as graded; how many they are."""
    import sqlalchemy as sa

    from grader.course.tables import Status, Submission

    like = session.get_one(Submission, kinds[0].submission)
    same = {
        "assignment_id": assignment.id,
        "revision": like.revision,
        "terms": like.terms,
        "max_score": like.max_score,
        "status": Status.DONE,
        "attempt": 1,
        "version": 3,
        "worker": SEED,
    }
    ladder = sorted(kinds, key=lambda kind: kind.score or 0)
    begun = [student for student in students if draw.random() > NEVER]
    shares = spread(attempts * len(students), len(begun))
    rows = [
        {**same, **row, "user_id": student}
        for student, share in zip(begun, shares, strict=True)
        for row in one_student(draw, ladder, share, assignment, now)
    ]
    session.execute(sa.insert(Submission), rows)
    return len(rows)


def spread(total: int, among: int) -> list[int]:
    """`total` in parts that differ by one at most."""
    return [total // among + (index < total % among) for index in range(among)]


def one_student(
    draw: random.Random, ladder: Sequence[Kind], attempts: int, assignment: CourseAssignment, now: datetime
) -> Iterator[dict[str, Any]]:
    """What changes from one hand-in to the next: later, and mostly better, up to where this student gets stuck."""
    due = assignment.due or now
    times = sorted(min(due - draw.expovariate(3) * WEEK + LATEST * draw.random(), now) for _ in range(attempts))
    top = len(ladder) - 1 if draw.random() < REACH_THE_TOP else draw.randrange(len(ladder))
    place, pace = draw.randrange(max(1, top)), draw.uniform(0.05, 0.4)
    for number, at in enumerate(times, start=1):
        kind = ladder[place]
        spent = timedelta(seconds=0.05 + draw.expovariate(4))
        times_of = {"received_at": at, "started_at": at, "finished_at": at + spent}
        yield {"number": number, "sha256": kind.sha256, "score": kind.score, **times_of}
        place = min(top, place + (draw.random() < pace))


# --------------------------------------------------------------------------- what hangs on a hand-in


def copy_results(session: Session, assignment: CourseAssignment, kind: Kind, sample: Sample) -> None:
    """Files, report and what is read from it, for every hand-in of a kind."""
    import sqlalchemy as sa

    from grader.course.tables import CheckVerdict, FunctionVerdict, Grade, NamedMistake, StoredReport, Submission
    from grader.course.tables import SubmissionFile as File

    copies = sa.and_(
        Submission.assignment_id == assignment.id, Submission.sha256 == kind.sha256, Submission.id != kind.submission
    )
    for table in (File, CheckVerdict, FunctionVerdict, NamedMistake):
        rest = [column for column in table.__table__.columns if column.name != "submission_id"]
        rows = sa.select(Submission.id, *rest).join(table, table.submission_id == kind.submission).where(copies)
        session.execute(sa.insert(table).from_select(["submission_id", *(column.name for column in rest)], rows))
    counting = Submission.id.in_(sa.select(Grade.submission_id).where(Grade.assignment_id == assignment.id))
    for content, which in ((sample.content, counting), (shortened(sample.content), ~counting)):
        stored = sa.literal(dict(content), StoredReport.content.type)
        rows = sa.select(Submission.id, sa.literal(1), stored, Submission.finished_at).where(copies, which)
        names = ["submission_id", "attempt", "content", "made_at"]
        session.execute(sa.insert(StoredReport).from_select(names, rows, include_defaults=False))


def shortened(content: Mapping[str, Any]) -> dict[str, Any]:
    """A stored report without what takes the room in it: pictures, examples, and which cases fell short."""
    from grader.report import stored

    report = stored.decode(content)
    functions = [
        replace(
            one,
            checks=tuple(replace(check, cases=None, worst=None) for check in one.checks),
            diagnosis=tuple(replace(named, hints=()) for named in one.diagnosis),
            pictures=(),
            counterexample=None,
            warnings=(),
        )
        for one in report.functions
    ]
    return stored.encode(replace(report, functions=tuple(functions), notes=()))


def point_at_reports(session: Session, assignment: CourseAssignment) -> None:
    """The one report of each hand-in is the one that holds."""
    import sqlalchemy as sa

    from grader.course.tables import StoredReport, Submission

    held = sa.select(StoredReport.id).where(StoredReport.submission_id == Submission.id, StoredReport.attempt == 1)
    session.execute(
        sa.update(Submission)
        .where(Submission.assignment_id == assignment.id)
        .values(report_id=held.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
