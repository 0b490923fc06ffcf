"""A small course with its standing cast, and a submission in every state: what the tests of the pages look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from grader.api import create_app
from grader.core import (
    CheckResult,
    CheckStatus,
    Diagnosis,
    FileRecord,
    FunctionResult,
    FunctionStatus,
    LimitRecord,
    Message,
    Report,
    State,
    Tally,
    Worst,
)
from grader.course import access, people, submissions, units, workers
from grader.course.database import Database, migrate
from grader.course.submissions import Upload
from grader.course.tables import Role, Submission
from grader.report import stored
from grader.settings import Settings
from grader.web import mount_static, problem_page, router
from tests.report.sample_pictures import ACCURACY, HEAT, STEPS, TEMPLATES

COURSE = "cs231n"
MISTAKE = "reg-gradient-halved"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
REFUSAL = Message("cli.isolation-too-weak", {"isolation": "landlock", "least": "ns"})
UNITS: list[dict[str, Any]] = [
    {
        "slug": "svm",
        "titles": {},
        "functions": [
            {"name": "svm_loss_naive", "signature": "(W, X, y, reg)", "points": 8.0},
            {"name": "svm_loss_vectorized", "signature": "(W, X, y, reg)", "points": 12.0},
        ],
        "max_score": 20.0,
        "files": ["linear_svm.py"],
        "starter": {"linear_svm.py": "def svm_loss_naive(W, X, y, reg):\n    pass\n"},
        "revision": "sha256:" + "a" * 64,
    },
    {
        "slug": "layers",
        "titles": {},
        "functions": [{"name": "affine_forward", "signature": "affine_forward(x, w, b)", "points": 10.0}],
        "max_score": 10.0,
        "files": ["layers.py"],
        "starter": {},
        "revision": "sha256:" + "b" * 64,
    },
]
SVM = b"""\
def svm_loss_naive(W, X, y, reg):
    return 0.0, W


def svm_loss_vectorized(W, X, y, reg):
    return 0.0, W
"""


def build(settings: Settings) -> FastAPI:
    """The web process's application over a migrated database."""
    migrate(settings.database_url)
    app = create_app(settings, routers=(router,), problem_page=problem_page)
    mount_static(app)
    return app


@dataclass
class World:
    """The application, its database, and by name the ids of the submissions that `populate` made."""

    app: FastAPI
    database: Database
    made: dict[str, int]

    def client(self, email: str | None = None, lang: str = "en") -> TestClient:
        """A browser, signed in as `email`; it does not follow redirects."""
        headers = {"accept": "text/html", "accept-language": lang, "sec-fetch-site": "same-origin"}
        client = TestClient(self.app, base_url="http://127.0.0.1:8000", headers=headers, follow_redirects=False)
        if email is not None:
            client.cookies.set("session", self.session_of(email))
        return client

    def session_of(self, email: str) -> str:
        with self.database.write() as session:
            return access.redeem(session, access.make_link(session, people.find_user(session, email)))

    def link_of(self, email: str) -> str:
        with self.database.write() as session:
            return access.make_link(session, people.find_user(session, email))


def populate(app: FastAPI) -> World:
    """Ada has a submission in each state, Ben none, Eve a hostile name; Kim teaches; Mallory is in no course."""
    world = World(app, app.state.database, {})
    with world.database.write() as session:
        units.write(session, UNITS)
        course = people.create_course(session, COURSE, title="CS231n & friends", timezone="Asia/Seoul")
        cast = [("ada", "Ada Byron", "A"), ("ben", "Ben", "A"), ("eve", HOSTILE, "B"), ("kim", "Kim Seo-yeon", "")]
        for name, shown, section in cast:
            user = people.create_user(session, f"{name}@uni.example", name=shown)
            role = Role.INSTRUCTOR if name == "kim" else Role.STUDENT
            people.add_member(session, course, user, role).section = section
        people.create_user(session, "mallory@uni.example", name="Mallory")
        now = datetime.now(UTC)
        assignment = units.enable(session, course, "svm", due=now + timedelta(hours=3, minutes=12, seconds=30))
        assignment.attempts_per_day = 20
        units.enable(session, course, "layers")
        beat(session)
        ada, eve = (people.find_user(session, f"{name}@uni.example").id for name in ("ada", "eve"))
        _hand_in(session, world.made, assignment.id, ada, now)
        _grade(session, world.made, "hostile", hostile_report(), of=(assignment.id, eve), at=now)
    return world


def beat(session: Session) -> None:
    """One worker that grades unconfined, one for errands only, one that refuses: heard of for ten seconds from now."""
    workers.beat(session, "test-worker", "none")
    workers.beat(session, "test-courier", None)
    workers.beat(session, "test-refusing", None, refusal=REFUSAL)


def _hand_in(session: Any, made: dict[str, int], assignment: int, user: int, now: datetime) -> None:
    """One submission in each state, the queued one last."""
    for number, (name, report) in enumerate(
        {
            "rejected": rejected_report(),
            "partly": partly_report(),
            "limit": limit_report(),
            "full": full_report(),
        }.items()
    ):
        _grade(session, made, name, report, of=(assignment, user), at=now - timedelta(minutes=40 - number))
    for number, name in enumerate(("cancelled", "broken", "running", "queued")):
        made[name] = _accept(session, name, assignment, user, now - timedelta(minutes=9 - number))
    submissions.cancel(session, made["cancelled"])
    for _ in range(submissions.MAX_FAULTS):
        work = submissions.begin(session, made["broken"], "test-worker")
        assert work is not None
        reason = Message("course.broken.lost", {"id": work.id})
        submissions.give_back(session, work.id, work.attempt, reason)
    work = submissions.begin(session, made["running"], "test-worker")
    assert work is not None
    submissions.progress(session, work.id, work.attempt, "svm_loss_vectorized", 1, 2)


def _accept(session: Any, name: str, assignment: int, user: int, at: datetime) -> int:
    files = (("linear_svm.py", SVM + f"# {name}\n".encode()),)
    return submissions.accept(session, [Upload(user, assignment, files, received_at=at)])[0].id


def _grade(session: Any, made: dict[str, int], name: str, report: Report, *, of: tuple[int, int], at: datetime) -> None:
    made[name] = _accept(session, name, *of, at)
    work = submissions.begin(session, made[name], "test-worker")
    assert work is not None
    assert submissions.finish(session, work.id, work.attempt, stored.encode(report))


# --------------------------------------------------------------------------- reports, written by hand


def _check(id: str, points: int, *, wrong: bool = False, case: str = "reg=0.1") -> CheckResult:
    right = Message("checks.right", {"outputs": "loss", "total": 12})
    about = {"output": "dW", "place": "[3, 1]", "actual": 0.62, "case": case, "expected": 0.41, "error": 0.31}
    return CheckResult(
        id,
        CheckStatus.FAILED if wrong else CheckStatus.PASSED,
        Fraction(0 if wrong else points),
        Fraction(points),
        Message("checks.wrong", {**about, "tolerance": 1e-6}) if wrong else right,
        error=0.31 if wrong else None,
        tolerance=1e-6 if wrong else None,
        worst=Worst("dW", (3, 1), 0.41, 0.62) if wrong else None,
        cases=Tally(6, 6, (case,)) if wrong else Tally(12, 0),
    )


def _function(
    name: str, status: FunctionStatus, *checks: CheckResult, line: int = 1, path: str = "linear_svm.py"
) -> FunctionResult:
    return FunctionResult(
        name,
        status,
        sum((check.points for check in checks), Fraction(0)),
        sum((check.max_points for check in checks), Fraction(0)),
        "svm",
        path,
        line,
        checks=checks,
    )


NAIVE = _function("svm_loss_naive", FunctionStatus.PASSED, _check("value", 4), _check("gradient", 4))


def report(*functions: FunctionResult, **more: Any) -> Report:
    return Report(
        more.pop("state", State.GRADED),
        "svm",
        UNITS[0]["revision"],
        "c" * 64,
        (FileRecord(more.pop("path", "linear_svm.py"), len(SVM), "d" * 64),),
        more.pop("notes", ()),
        "00" * 16,
        "none",
        {"grader": "1.0", "python": "3.11.7", "numpy": "2.4.6"},
        0.081,
        functions,
        max_score=Fraction(20),
        **more,
    )


def full_report() -> Report:
    vectorized = _check("value", 6), _check("gradient", 6)
    right = _function("svm_loss_vectorized", FunctionStatus.PASSED, *vectorized, line=5)
    return report(NAIVE, replace(right, pictures=(TEMPLATES, ACCURACY)))


def partly_report() -> Report:
    checks = _check("value", 6), _check("gradient", 6, wrong=True)
    wrong = _function("svm_loss_vectorized", FunctionStatus.FAILED, *checks, line=5)
    return report(NAIVE, replace(wrong, pictures=(HEAT, STEPS)))


def limit_report() -> Report:
    stopped = _function("svm_loss_vectorized", FunctionStatus.LIMIT, _check("value", 12, wrong=True), line=5)
    return report(NAIVE, stopped, limits=LimitRecord("cpu_time", 2.0, 2.0, "svm_loss_vectorized", "linear_svm.py", 17))


def named_report(*, right: bool = False) -> Report:
    """The gradient is that of a known mistake, with three hints; the numeric gradient is off too, or `right`."""
    checks = _check("value", 6), _check("gradient", 4, wrong=True), _check("numeric-gradient", 2, wrong=not right)
    text = Message("diagnosis.exact.one", {"outputs": ("dW",), "does": (f"diagnosis.{MISTAKE}.does",)})
    hints = tuple(Message(f"diagnosis.{MISTAKE}.hint-{level}") for level in (1, 2, 3))
    wrong = _function("svm_loss_vectorized", FunctionStatus.FAILED, *checks, line=5)
    return report(NAIVE, replace(wrong, diagnosis=(Diagnosis(MISTAKE, "exact", "one-term", text, hints),)))


def hinted(world: World, name: str) -> int:
    """A student's second attempt, in which the same mistake is named and a check is right now: hint 2 can be opened."""
    with world.database.write() as session:
        course = people.find_course(session, COURSE)
        assignment = units.find_assignment(session, course, "svm").id
        user, made = people.find_user(session, f"{name}@uni.example").id, dict[str, int]()
        now = datetime.now(UTC)
        for number, right, at in ((1, False, now - timedelta(minutes=5)), (2, True, now)):
            one = f"{name} {now} {number}"
            _grade(session, made, one, named_report(right=right), of=(assignment, user), at=at)
            row = session.get_one(Submission, made[one])
            row.started_at = row.finished_at = at
        return made[one]


def rejected_report() -> Report:
    return report(state=State.REJECTED, reason=Message("checks.raised-elsewhere", {"error": HOSTILE}))


def hostile_report() -> Report:
    checks = _check("value", 6, wrong=True, case=HOSTILE), _check("gradient", 6)
    wrong = _function("svm_loss_vectorized", FunctionStatus.FAILED, *checks, path=f"{HOSTILE}.py")
    return report(NAIVE, wrong, path=f"{HOSTILE}.py")
