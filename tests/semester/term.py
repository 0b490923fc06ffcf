"""A course that runs: every act goes to the service and into the ledger, and the two are compared."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any

import httpx2

from tests.semester.campus import COURSE, FINAL, Campus, Person
from tests.semester.ledger import Answer, Cell, HandIn, Ledger
from tests.semester.samples import Known, content
from tests.semester.script import DEFAULTS, Plan, Step, Task

CLIENTS = 8


class Term:
    """The course, the plan, the ledger. `happened` counts what there was, so that a test can say that there was any."""

    def __init__(self, campus: Campus, plan: Plan, ledger: Ledger, known: Mapping[str, Known]) -> None:
        self.campus, self.plan, self.ledger, self.known = campus, plan, ledger, known
        self.people: list[Person] = []
        self.comments: dict[int, tuple[int, Decimal]] = {}
        self.happened: Counter[str] = Counter()
        self._lock = threading.Lock()

    # ------------------------------------------------------------------ what the instructor does

    def begin(self) -> None:
        """The class comes in."""
        roster = self.plan.roster()
        self.people = self.campus.enrol(roster)
        self.ledger.groups = {who.id: one["group"] for who, one in zip(self.people, roster, strict=True)}

    def hand_out(self, task: Task, due: datetime) -> None:
        settings = {**task.settings, "due": due.isoformat()}
        self.campus.staff("PUT", f"/assignments/{task.slug}", {**settings, "unit": task.unit})
        self.ledger.settings[task.slug] = {**DEFAULTS, **settings}
        self.ledger.maxima[task.slug] = self.known[task.unit].maximum

    def change(self, slug: str, **settings: Any) -> None:
        """Set these; where the course has no such assignment, nothing."""
        if slug in self.ledger.settings:
            self.campus.staff("PATCH", f"/assignments/{slug}", settings)
            self.ledger.settings[slug] |= settings

    def change_course(self, *, timezone: str | None = None, late_days: int | None = None) -> None:
        given = {"timezone": timezone, "late_days": late_days}
        self.campus.staff("PATCH", "", {name: value for name, value in given.items() if value is not None})
        self.ledger.zone = timezone or self.ledger.zone
        self.ledger.late_days = self.ledger.late_days if late_days is None else late_days

    def extend(self, number: int, slug: str, due: datetime, closes: datetime | None = None) -> None:
        """Give one student until `due`; where everyone has as long, it is refused."""
        body = {"due": due.isoformat(), "closes": closes.isoformat() if closes else None}
        if due <= datetime.fromisoformat(self.ledger.settings[slug]["due"]):
            path = f"/courses/{COURSE}/assignments/{slug}/extensions/{self.people[number].id}"
            answer = self.campus.ask("PUT", path, self.campus.teacher, json={**body, "reason": "by mistake"})
            assert answer.status_code == 422, answer.text
            self.happened["extensions refused"] += 1
            return
        self._put("extensions", self.ledger.extensions, (slug, self.people[number].id), body)

    def decide(self, number: int, slug: str, **decision: Any) -> None:
        self._put("overrides", self.ledger.overrides, (slug, self.people[number].id), decision)

    def _put(self, what: str, kept: dict[tuple[str, int], Any], key: tuple[str, int], body: Mapping[str, Any]) -> None:
        self.campus.staff("PUT", f"/assignments/{key[0]}/{what}/{key[1]}", {**body, "reason": "by the plan"})
        kept[key] = dict(body)
        self.happened[what] += 1

    def take_back(self, what: str, share: float) -> None:
        """Some of the extensions or overrides."""
        kept = self.ledger.extensions if what == "extensions" else self.ledger.overrides
        for slug, user in sorted(kept):
            if self.plan.random.random() < share:
                self.campus.staff("DELETE", f"/assignments/{slug}/{what}/{user}")
                del kept[slug, user]
                self.happened[f"{what} taken back"] += 1

    def mark(self, number: int, slug: str, question: str, points: float) -> None:
        user = self.people[number].id
        self.campus.staff("PUT", f"/assignments/{slug}/marking/{question}/{user}", {"points": points})
        self.ledger.marks[slug, user, question] = cents(points)
        self.happened["marked"] += 1

    def comment(self, id: int, points: int | None) -> None:
        """Beside a hand-in; `points` in hundredths."""
        given = None if points is None else points / 100
        body = {"text": "Look here.", "points": given}
        made: int = self.campus.staff("POST", f"/submissions/{id}/comments", body, within="")["id"]
        self.comments[made] = (id, Decimal(points or 0) / 100)
        self.ledger.remarks[id] = self.ledger.remarks.get(id, Decimal(0)) + self.comments[made][1]
        self.happened["comments"] += 1

    def take_comments_back(self, share: float) -> None:
        for made, (id, points) in list(self.comments.items()):
            if self.plan.random.random() < share:
                self.campus.staff("DELETE", f"/submissions/{id}/comments/{made}", within="")
                self.ledger.remarks[id] -= points
                self.happened["comments taken back"] += 1

    def move(self, number: int, group: str) -> None:
        """Put a student into another team."""
        who = self.people[number]
        self.campus.staff("PATCH", f"/members/{who.id}", {"group": group})
        self.ledger.groups[who.id] = group

    # ------------------------------------------------------------------ what the students do

    def hand_in_all(self, steps: Sequence[Step]) -> None:
        """Teams side by side, in a team one after the other: what an upload is answered depends on the mates alone."""
        lanes = [list(lane) for _, lane in groupby(sorted(steps, key=self._lane), self._lane)]
        with ThreadPoolExecutor(CLIENTS) as clients:
            for done in [clients.submit(self._hand_in_some, lane) for lane in lanes]:
                done.result()

    def _lane(self, step: Step) -> str:
        return self.ledger.groups[self.people[step.student].id] or f"alone {step.student}"

    def _hand_in_some(self, lane: Iterable[Step]) -> None:
        for step in lane:
            self.hand_in(step)

    def hand_in(self, step: Step) -> None:
        who, unit = self.people[step.student], self.plan.unit[step.slug]
        data = content(unit, step.sample, step.mark)
        sha256, profile = hashlib.sha256(data).hexdigest(), self._profile(step.slug)
        with self._lock:
            self.happened["uploads"] += 1
            key = f"upload {self.happened['uploads']}"
            expected = self.ledger.answer(step.slug, who.id, sha256, datetime.now(UTC), profile)
        answer = self.campus.upload(who, step.slug, data, key)
        self._check(step, expected, answer)
        if answer.status_code == 202 and expected.repeats is None:
            self._taken(step, who, answer.json(), sha256)

    def _check(self, step: Step, expected: Answer, answer: httpx2.Response) -> None:
        about = f"{step}: expected {expected}, was answered {answer.status_code} {answer.text}"
        assert answer.status_code == expected.status, about
        if expected.status == 202:
            told = answer.json()
            assert told["attempts_left"] == expected.left, about
            assert told["duplicate"] == (expected.repeats is not None), about
            assert expected.repeats in (None, told["id"]), about
        assert (expected.status == 429) == ("Retry-After" in answer.headers), about
        with self._lock:
            self.happened["identical" if expected.repeats else str(expected.status)] += 1

    def _taken(self, step: Step, who: Person, receipt: Mapping[str, Any], sha256: str) -> None:
        one = HandIn(
            id=receipt["id"],
            user=who.id,
            slug=step.slug,
            sha256=sha256,
            sample=step.sample,
            received=datetime.fromisoformat(receipt["received_at"]),
            team=self.ledger.groups[who.id],
            profile=self._profile(step.slug),
        )
        with self._lock:
            assert one.id not in self.ledger.hand_ins, step
            self.ledger.hand_ins[one.id] = one
        if step.cancelled and self.campus.cancel(who, one.id):
            one.status = "cancelled"
            self.happened["cancelled"] += 1
        elif self._is_limited(step.slug):
            self._graded(one, self.campus.finished(who, one.id)["status"])

    def _is_limited(self, slug: str) -> bool:
        settings = self.ledger.settings[slug]
        return settings["attempts_total"] is not None or settings["attempts_per_day"] is not None

    def _profile(self, slug: str) -> str:
        return self.ledger.settings[slug]["profile"] or "default"

    def select(self, number: int, slug: str) -> None:
        """Let a student choose one of the own or the team's graded hand-ins."""
        who = self.people[number]
        own = [one for one in self.ledger.theirs(slug, who.id) if one.user == who.id and one.status == "done"]
        drawn = self.plan.random.random()
        if own:
            one = own[int(drawn * len(own))]
            answer = self.campus.ask("POST", f"/submissions/{one.id}/select", who.token)
            assert answer.is_success, answer.text
            for other in self.ledger.theirs(slug, who.id):
                other.chosen = other is one
            self.happened["selected"] += 1

    def answer(self, number: int, slug: str, question: str, text: str) -> None:
        """In words; a mark for what was said before is gone."""
        who = self.people[number]
        path = f"/courses/{COURSE}/assignments/{slug}/answers/{question}"
        answer = self.campus.ask("PUT", path, who.token, json={"text": text})
        assert answer.is_success, answer.text
        if self.ledger.marks.pop((slug, who.id, question), None) is not None:
            self.happened["mark lost"] += 1

    # ------------------------------------------------------------------ what the graders do

    def wait_until_graded(self) -> None:
        """Nothing was lost: everything that was taken is graded, and has the score that the sample is known to have."""
        for slug in self.ledger.settings:
            waiting = {id for id, one in self.ledger.hand_ins.items() if one.slug == slug}
            self.campus.wait_for(partial(self._is_over, slug))
            there = self.campus.attempts(slug)
            assert set(there) == waiting
            for id, attempt in there.items():
                self._graded(self.ledger.hand_ins[id], attempt.status)
                score = self.ledger.hand_ins[id].score
                assert attempt.score == ("" if score is None else str(float(score))), self.ledger.hand_ins[id]

    def _is_over(self, slug: str) -> bool:
        return all(attempt.status in FINAL for attempt in self.campus.attempts(slug).values())

    def _graded(self, one: HandIn, status: str) -> None:
        score = self.known[self.plan.unit[one.slug]].score(one.sample, one.profile)
        expected = "cancelled" if one.status == "cancelled" else "rejected" if score is None else "done"
        assert status == expected, one
        if one.status != status:
            self.happened[status] += 1
        one.status, one.score = status, score if status == "done" else None

    def regrade(self, slug: str, **wanted: Any) -> int:
        """Begin a dry run; its number."""
        id: int = self.campus.staff("POST", f"/assignments/{slug}/regrades", wanted)["id"]
        return id

    def wait_until_regraded(self, id: int) -> None:
        path = f"/regrades/{id}?limit=1"
        self.campus.wait_for(lambda: bool(self.campus.staff("GET", path, within="")["state"] == "ready"))

    def decide_regrade(self, id: int, what: str, taken: Mapping[int, HandIn], *, never_lower: bool = False) -> None:
        """Apply, drop or roll back; `taken` are the hand-ins that must be in it, where the decision moves them."""
        if what == "apply":
            self.wait_until_regraded(id)
        told = self.campus.staff("POST", f"/regrades/{id}/{what}", within="")
        rows = self.campus.staff("GET", f"/regrades/{id}?limit=1000", within="")["rows"]
        assert told["state"] == {"apply": "applied", "drop": "dropped", "rollback": "rolled-back"}[what]
        assert what == "drop" or {row["submission"] for row in rows} == set(taken)
        for row in rows if what != "drop" else ():
            one = self.ledger.hand_ins[row["submission"]]
            unit, now = self.known[self.plan.unit[one.slug]], self._profile(one.slug)
            old, new = unit.score(one.sample, "default"), unit.score(one.sample, now)
            assert (row["old"], row["new"]) == (_number(old), _number(new)), one
            lower = never_lower and old is not None and (new is None or new < old)
            assert row["state"] == ("lower" if lower else "done"), row
            self.happened["left as it would be lower" if lower else what] += 1
            if not lower:
                self.happened[f"{what} moved"] += old != new
                one.profile, one.score = ("default", old) if what == "rollback" else (now, new)

    def counting(self, slug: str) -> dict[int, HandIn]:
        """What counts for someone."""
        cells = [self.ledger.row(who.id).get(slug) for who in self.people]
        ids = {cell.submission for cell in cells if cell and cell.submission}
        return {id: self.ledger.hand_ins[id] for id in ids}

    def all_graded(self, slug: str, users: Sequence[int]) -> dict[int, HandIn]:
        """What came to a report."""
        theirs = [one for one in self.ledger.hand_ins.values() if one.slug == slug and one.user in users]
        return {one.id: one for one in theirs if one.status in ("done", "rejected")}

    def latest(self, slug: str, users: Sequence[int]) -> dict[int, HandIn]:
        """The last one of each student's."""
        last = {one.user: one for _, one in sorted(self.all_graded(slug, users).items())}
        return {one.id: one for one in last.values()}

    def is_busy(self) -> bool:
        """Whether something is in the queue or at work."""
        return not all(self._is_over(slug) for slug in self.ledger.settings)

    # ------------------------------------------------------------------ both compared

    def check_own(self, who: Person) -> None:
        """What a student is told: the own row, and of each assignment the own due time, and what is left of attempts
        and late days."""
        (row,) = self.campus.gradebook(who.token)
        assert list(self.differences(row, self.ledger.own_row(who.id))) == []
        for told in self.campus.ask("GET", f"/courses/{COURSE}/assignments", who.token).json()["items"]:
            slug, at = told["slug"], datetime.now(UTC)
            assert datetime.fromisoformat(told["own_due"]) == self.ledger.due(slug, who.id), (who, slug)
            assert told["attempts_left"] == self.ledger.attempts_left(slug, who.id, at), (who, slug)
            assert told["late_days_left"] == self.ledger.late_days_left(who.id), (who, slug)

    def compare(self, when: str) -> list[dict[str, Any]]:
        """The gradebook says what the ledger does, to the cent. Gives the gradebook."""
        rows = self.campus.gradebook()
        assert [row["email"] for row in rows] == sorted(who.email for who in self.people)
        wrong = [line for row in rows for line in self.differences(row, self.ledger.row(row["user"]))]
        assert wrong == [], "\n".join([when, *wrong])
        return rows

    def differences(self, row: Mapping[str, Any], cells: Mapping[str, Cell]) -> Iterator[str]:
        """What a row of the gradebook shows and was not worked out so."""
        for slug in self.ledger.settings:
            shown, cell = row["scores"].get(slug), cells.get(slug)
            if not _same(shown, cell):
                yield f"{row['email']} {slug}: shown {shown}, worked out {cell}"
        if cents(row["total"]) != self.ledger.total(cells):
            yield f"{row['email']} in all: shown {row['total']}, worked out {self.ledger.total(cells)}"


def _same(shown: Mapping[str, Any] | None, cell: Cell | None) -> bool:
    if shown is None or cell is None:
        return shown is None and cell is None
    decided = {name for name in ("overridden", "excused", "withheld") if shown.get(name)}
    return (
        (cents(shown["score"]), cents(shown["max_score"])) == (cell.score, cell.max_score)
        and shown["submission"] == cell.submission
        and decided == cell.decided
        and cell.late - shown["late"] in (0, 1)  # receipts are cut to the second
    )


def cents(number: float) -> Decimal:
    return Decimal(str(number))


def _number(score: Decimal | None) -> float | None:
    return None if score is None else float(score)
