"""What people and their programs write, on every page and in every answer: it is shown, and it is nothing but text.

Markup, terminal escapes, marks that turn the direction, and formulas stand in a display name, a section, a course's
title, a file's name, an exception, a reason, a comment, an answer and a request.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from grader.api import create_app
from grader.core import CheckResult, CheckStatus, FileRecord, Message
from grader.course import access, allowances, comments, requests
from grader.course.allowances import Student
from grader.course.comments import Remark
from grader.course.people import one_line
from grader.course.tables import Answer, Course, CourseAssignment, Membership, Submission, User
from grader.report import as_text
from grader.report.spreadsheet import FORMULA
from grader.settings import Settings
from grader.web import mount_static, problem_page, router
from tests.api.walk import ROUTES, VALUES
from tests.cast import SOURCE, Cast, assemble, report

HOSTILE = "=1+1<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
RAW = HOSTILE + "\x1b[2J\x1b]0;x\x07\u202e\u2066\x00\x9b31m"
"""What a program may say besides: people's own words are cleaned when they are taken."""
MARKUP = re.compile(r"<script>alert|<img src=x|onerror=alert\(2\)>[^&]*<")
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
PATH = f"{HOSTILE}.py".replace("/", "_")
LEFT_OUT = ("/events", "/readyz")
"""What goes on for as long as one listens, and what is not ready without a worker."""
GETS = [route for route in ROUTES if route.startswith("GET ") and not route.endswith(LEFT_OUT)]


def wrong() -> object:
    said = Message("checks.raised-elsewhere", {"error": RAW})
    plain = report(7)
    check = CheckResult("gradient", CheckStatus.FAILED, Fraction(7), Fraction(20), said)
    function = replace(plain.functions[0], file=PATH, checks=(check,))
    return replace(plain, functions=(function,), files=(FileRecord(PATH, 9, "d" * 64),), notes=(said,))


def furnish(cast: Cast) -> None:
    id = cast.accept(SOURCE).id
    cast.finish(id, wrong())  # type: ignore[arg-type]
    with cast.database.write() as session:
        assignment = session.get_one(CourseAssignment, cast.svm)
        session.get_one(User, cast.ada).name = one_line(RAW)
        session.get_one(Membership, (cast.course, cast.ada)).section = one_line(RAW)
        session.get_one(Course, cast.course).title = one_line(RAW)
        assignment.title, assignment.questions = one_line(RAW), [{"id": "q1", "text": HOSTILE, "points": 1}]
        who = Student(assignment, cast.ada, cast.ines)
        allowances.extend(session, who, due=datetime(2027, 1, 1, tzinfo=UTC), closes=None, reason=HOSTILE)
        allowances.override(session, who, Fraction(3), False, False, HOSTILE)
        submission = session.get_one(Submission, id)
        comments.write(session, submission, Remark(HOSTILE, "svm_loss_naive", None, None, None), cast.asa)
        requests.ask(session, submission, cast.ada, "svm_loss_naive", "gradient", HOSTILE)
        session.add(Answer(assignment_id=cast.svm, user_id=cast.ada, question="q1", text=HOSTILE))


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[tuple[TestClient, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copy(migrated, folder / "grader.db")
    settings = Settings(database_url=f"sqlite:///{folder / 'grader.db'}", var_dir=folder, base_url="http://testserver")
    app = create_app(settings, routers=(router,), problem_page=problem_page)
    mount_static(app)
    cast = assemble(app.state.database)
    furnish(cast)
    with cast.database.write() as session:
        tokens = {
            who: access.make_token(session, session.get_one(User, getattr(cast, who)))
            for who in ("ada", "ines", "root")
        }
    yield TestClient(app, raise_server_exceptions=False, follow_redirects=False), tokens
    cast.database.close()


@pytest.mark.parametrize("route", GETS)
def test_it_is_nothing_but_text_wherever_it_is_shown(door: tuple[TestClient, dict[str, str]], route: str) -> None:
    client, tokens = door
    path = route.removeprefix("GET ").format(**VALUES)
    accept = "application/json" if path.startswith("/api/") else "text/html"
    for token in tokens.values():
        answer = client.get(path, headers={"authorization": f"Bearer {token}", "accept": accept})
        assert answer.status_code < 500, answer.text
        kind = answer.headers.get("content-type", "")
        if kind.startswith("application/zip"):
            continue
        assert UNSEEN.search(answer.text) is None, answer.text
        if kind.startswith("text/html"):
            assert MARKUP.search(answer.text) is None, answer.text
        elif kind.startswith("text/csv"):
            cells = [cell for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))) for cell in row]
            numbers = re.compile(r"-?[0-9.]+")
            assert [one for one in cells if one.lstrip().startswith(FORMULA) and not numbers.fullmatch(one)] == []
        elif "xml" in kind:
            assert ElementTree.fromstring(answer.text).tag == "testsuites"  # noqa: S314 - ours
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_it_is_shown_where_it_belongs(door: tuple[TestClient, dict[str, str]]) -> None:
    """So that the test above has seen it."""
    client, tokens = door
    headers = {"authorization": f"Bearer {tokens['ines']}", "accept": "text/html"}
    seen = [
        path
        for path in ("/submissions/1", "/courses/ml/gradebook", "/courses/ml/members", "/courses/ml/assignments/svm")
        if "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get(path, headers=headers).text
    ]
    assert len(seen) == 4, seen


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_terminal_obeys_none_of_it(lang: str) -> None:
    said = as_text(wrong(), lang)  # type: ignore[arg-type]
    assert "<script>" in said
    assert UNSEEN.search(said) is None
