"""The course as its people meet it: every act is an HTTP request to the running service.

Whoever gets no answer asks again, uploads with the same Idempotency-Key: a service that dies in between is no excuse.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from grader.course import access
from grader.course.database import Database
from grader.course.tables import User
from grader.settings import Settings
from tests.harness import Service

COURSE = "ml"
TEACHER = "teacher@example.org"
PATIENCE = 900.0
"""Seconds that a busy machine may take for a few hundred gradings."""
FINAL = ("done", "rejected", "cancelled", "broken")


@dataclass(frozen=True)
class Person:
    """A student: number in the roster, id, and the token that a sign-in link would have led to."""

    number: int
    id: int
    email: str
    token: str


@dataclass(frozen=True)
class Attempt:
    """A hand-in as the instructor's table has it."""

    status: str
    score: str
    sha256: str


class Campus:
    """A course in a service; to be closed in the end."""

    def __init__(self, service: Service, zone: str) -> None:
        self.service = service
        service.admin("create-course", COURSE, "--timezone", zone)
        service.admin("create-user", TEACHER)
        service.admin("add-member", COURSE, TEACHER, "--role", "instructor")
        self.teacher = service.admin("token", TEACHER)
        self._client = httpx2.Client(timeout=90)

    def close(self) -> None:
        self._client.close()

    # ------------------------------------------------------------------ requests

    def ask(self, method: str, path: str, token: str, **options: Any) -> httpx2.Response:
        """The answer, whatever it says; asked again as long as there is none."""
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._client.request(method, f"{self.service.url}/api/v1{path}", headers=headers, **options)
            except httpx2.TransportError:
                assert time.monotonic() < deadline, self.service.log_text()
                time.sleep(0.2)

    def staff(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, within: str = COURSE) -> Any:
        """What the instructor is answered, within the course where nothing else is said."""
        path = f"/courses/{within}{path}" if within else path
        answer = (
            self.ask(method, path, self.teacher, json=body)
            if body is not None
            else self.ask(method, path, self.teacher)
        )
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    # ------------------------------------------------------------------ people

    def enrol(self, roster: Sequence[Mapping[str, str]]) -> list[Person]:
        """Import the roster and let every student in."""
        table = io.StringIO()
        writer = csv.DictWriter(table, ["email", "name", "group", "section"])
        writer.writeheader()
        writer.writerows(roster)
        files = {"file": ("roster.csv", table.getvalue().encode())}
        answer = self.ask("POST", f"/courses/{COURSE}/roster", self.teacher, files=files)
        assert answer.is_success, answer.text
        assert answer.json()["new"] == len(roster)
        ids = {one["email"]: one["user"] for one in self.staff("GET", "/members?limit=1000")["items"]}
        return self._signed_in([(one["email"], ids[one["email"]]) for one in roster])

    def _signed_in(self, students: Sequence[tuple[str, int]]) -> list[Person]:
        settings = Settings(database_url=self.service.environment["GRADER_DATABASE_URL"])
        with Database(settings) as database, database.write() as session:
            return [
                Person(number, id, email, access.make_token(session, session.get_one(User, id)))
                for number, (email, id) in enumerate(students)
            ]

    # ------------------------------------------------------------------ handing in

    def upload(self, who: Person, slug: str, data: bytes, key: str) -> httpx2.Response:
        path = f"/courses/{COURSE}/assignments/{slug}/submissions"
        return self.ask(
            "POST", path, who.token, files={"files": ("solution.py", data)}, headers={"Idempotency-Key": key}
        )

    def cancel(self, who: Person, id: int) -> bool:
        """Whether it is cancelled now: by this request, or by one that was not answered."""
        self.ask("POST", f"/submissions/{id}/cancel", who.token)
        answer = self.ask("GET", f"/submissions/{id}", who.token)
        return bool(answer.json()["status"] == "cancelled")

    def finished(self, who: Person, id: int) -> dict[str, Any]:
        """The submission, once it is."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.ask("GET", f"/submissions/{id}", who.token, params={"wait": 20})
            assert answer.is_success, answer.text
            state: dict[str, Any] = answer.json()
            if state["status"] in FINAL:
                return state
            assert time.monotonic() < deadline, self.service.log_text()

    def wait_for(self, ready: Callable[[], bool]) -> None:
        """Ask now and then: whoever asks all the time takes from the graders what they need."""
        deadline = time.monotonic() + PATIENCE
        while not ready():
            assert time.monotonic() < deadline, self.service.log_text()
            time.sleep(0.3)

    def attempts(self, slug: str) -> dict[int, Attempt]:
        """Every hand-in of the class."""
        rows = self.table(f"/assignments/{slug}/attempts.csv")
        return {int(row["submission"]): Attempt(row["status"], row["score"], row["sha256"]) for row in rows}

    # ------------------------------------------------------------------ looking

    def gradebook(self, token: str | None = None) -> list[dict[str, Any]]:
        """The rows that the instructor sees, or who has this token."""
        answer = self.ask("GET", f"/courses/{COURSE}/gradebook", token or self.teacher, params={"limit": 1000})
        assert answer.is_success, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def table(self, path: str) -> list[dict[str, str]]:
        """A table for spreadsheets."""
        answer = self.ask("GET", f"/courses/{COURSE}{path}", self.teacher)
        assert answer.is_success, answer.text
        return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
