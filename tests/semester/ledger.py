"""The gradebook worked out once more, from what happened and the rules that a course publishes.

This shares no code with the service: another number type (decimals), another way to count days (dates of a calendar,
not steps of a clock), one student at a time. What it keeps are plain facts: the settings as they were sent, each
hand-in as its receipt told, the score that its file is known to have. `Ledger.row` is what a gradebook must show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

NOTHING = Decimal(0)
COUNT_AS_ATTEMPTS = ("queued", "running", "done")
ENDLESS = datetime.max.replace(tzinfo=UTC)


@dataclass
class HandIn:
    """An upload that was taken. `received` is cut to the second, as receipts tell it; `team` is the group then;
    `profile` and `score` are those of the report that holds."""

    id: int
    user: int
    slug: str
    sha256: str
    sample: str
    received: datetime
    team: str
    profile: str
    status: str = "queued"
    score: Decimal | None = None
    chosen: bool = False


@dataclass(frozen=True)
class Cell:
    """What a gradebook must show for a student in an assignment. `late` is the number of seconds begun after the due
    time, `days` the late days that were taken."""

    score: Decimal
    max_score: Decimal
    late: int
    days: int
    submission: int | None
    decided: frozenset[str]


@dataclass(frozen=True)
class Answer:
    """How an upload must be answered: 202 with `left` attempts (None: unlimited), and which one it repeats, if any."""

    status: int
    left: int | None = None
    repeats: int | None = None


@dataclass(frozen=True)
class _Worth:
    """A hand-in as it counts for one student: `days` are taken from the budget, `penalty` points from the score."""

    hand_in: HandIn
    late: int
    days: int
    penalty: Decimal
    remarks: Decimal

    @property
    def points(self) -> Decimal:
        return (self.hand_in.score or NOTHING) - self.penalty + self.remarks


@dataclass
class Ledger:
    """Everything that happened in a course. Dates in `settings` and `extensions` are texts, as they were sent."""

    zone: str
    late_days: int = 0
    maxima: dict[str, Decimal] = field(default_factory=dict)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    hand_ins: dict[int, HandIn] = field(default_factory=dict)
    extensions: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    overrides: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    remarks: dict[int, Decimal] = field(default_factory=dict)
    marks: dict[tuple[str, int, str], Decimal] = field(default_factory=dict)

    # ------------------------------------------------------------------ what a gradebook shows

    def row(self, user: int) -> dict[str, Cell]:
        """A student's cells. Late days are spent in the order in which assignments are due."""
        left, cells = self.late_days, {}
        for slug in self._by_due():
            cell = self._cell(slug, user, left)
            if cell is not None:
                left -= cell.days
                cells[slug] = cell
        return cells

    def own_row(self, user: int) -> dict[str, Cell]:
        """What the student sees of it: nothing of what is withheld."""
        return {slug: cell for slug, cell in self.row(user).items() if "withheld" not in cell.decided}

    def total(self, cells: Mapping[str, Cell]) -> Decimal:
        """Scores times weights, but for what is excused; to the cent."""
        shares = (
            cell.score * Decimal(str(self.settings[slug]["weight"]))
            for slug, cell in cells.items()
            if "excused" not in cell.decided
        )
        return to_the_cent(sum(shares, NOTHING))

    def late_days_left(self, user: int) -> int:
        return self.late_days - sum(cell.days for cell in self.row(user).values())

    def due(self, slug: str, user: int) -> datetime | None:
        """The student's own; an extension takes no time away."""
        due = moment(self.settings[slug]["due"])
        longer = self.extensions.get((slug, user))
        return due if due is None or longer is None else max(due, _sure(longer["due"]))

    def _by_due(self) -> list[str]:
        """Assignments of the same time in the order in which they were made, those without a time last."""
        return sorted(self.settings, key=lambda slug: moment(self.settings[slug]["due"]) or ENDLESS)

    def _cell(self, slug: str, user: int, left: int) -> Cell | None:
        counting = self._counting(slug, user, left)
        override = self.overrides.get((slug, user), {})
        questions = self.settings[slug]["questions"]
        given = [self.marks[key] for one in questions if (key := (slug, user, one["id"])) in self.marks]
        if counting is None and not given and override.get("score") is None and not override.get("excused"):
            return None
        points = max(NOTHING, sum(given, counting.points if counting else NOTHING))
        by_hand = override.get("score")
        return Cell(
            score=points if by_hand is None else Decimal(str(by_hand)),
            max_score=self.maxima[slug] + sum((Decimal(str(one["points"])) for one in questions), NOTHING),
            late=counting.late if counting else 0,
            days=counting.days if counting and not override.get("excused") else 0,
            submission=counting.hand_in.id if counting else None,
            decided=frozenset(_decided(override)),
        )

    def _counting(self, slug: str, user: int, left: int) -> _Worth | None:
        worth = [self._worth(one, user, left) for one in self.theirs(slug, user) if one.score is not None]
        counts = self.settings[slug]["counts"]
        if counts == "last":
            return worth[-1] if worth else None
        chosen = [one for one in worth if one.hand_in.chosen] if counts == "chosen" else []
        return max(chosen or worth, key=lambda one: one.points, default=None)

    def _worth(self, one: HandIn, user: int, left: int) -> _Worth:
        score, policy = one.score or NOTHING, self.settings[one.slug]["late_policy"]
        due, grace = self.due(one.slug, user), timedelta(minutes=self.settings[one.slug]["grace_minutes"])
        remarks = self.remarks.get(one.id, NOTHING)
        if due is None or one.received < due + grace:
            return _Worth(one, 0, 0, NOTHING, remarks)
        days = days_begun(due, one.received, ZoneInfo(self.zone))
        paid = 0
        if policy["kind"] == "late-days":
            most = policy.get("days")
            paid = min(days, left) if most is None else min(days, left, most)
        kept = _kept(score, policy, days - paid)
        late = (one.received - due) // timedelta(seconds=1) + 1
        return _Worth(one, late, paid if kept else 0, score - kept, remarks)

    def theirs(self, slug: str, user: int) -> list[HandIn]:
        """What a student handed in, or, in teams, somebody for the group that the student is in now."""
        group = self.groups[user] if self.settings[slug]["teams"] else ""
        found = [one for one in self.hand_ins.values() if one.slug == slug]
        mine = [one for one in found if one.user == user or (group and one.team == group)]
        return sorted(mine, key=lambda one: one.id)

    # ------------------------------------------------------------------ what an upload is answered

    def answer(self, slug: str, user: int, sha256: str, at: datetime, profile: str) -> Answer:
        """How an upload at `at` must be answered. What was not finished yet must be known to this ledger."""
        theirs = self.theirs(slug, user)
        same = (one for one in theirs if one.sha256 == sha256 and one.status != "cancelled" and one.profile == profile)
        left, again = self._left(slug, theirs, at), next(same, None)
        if again is not None:
            return Answer(202, left, again.id)
        if not self._is_open(slug, user, at):
            return Answer(403)
        if left == 0:
            used_up = self.settings[slug]["attempts_total"]
            return Answer(403 if used_up is not None and _cost(theirs) >= used_up else 429)
        return Answer(202, None if left is None else left - 1)

    def attempts_left(self, slug: str, user: int, at: datetime) -> int | None:
        return self._left(slug, self.theirs(slug, user), at)

    def _left(self, slug: str, theirs: list[HandIn], at: datetime) -> int | None:
        zone, limits = ZoneInfo(self.zone), []
        if (total := self.settings[slug]["attempts_total"]) is not None:
            limits.append(total - _cost(theirs))
        if (daily := self.settings[slug]["attempts_per_day"]) is not None:
            today = at.astimezone(zone).date()
            limits.append(daily - _cost(one for one in theirs if one.received.astimezone(zone).date() == today))
        return max(0, min(limits)) if limits else None

    def _is_open(self, slug: str, user: int, at: datetime) -> bool:
        opens, closes = moment(self.settings[slug]["opens"]), moment(self.settings[slug]["closes"])
        longer, due = self.extensions.get((slug, user)), moment(self.settings[slug]["due"])
        if closes is not None and longer is not None:
            moved = closes + (_sure(longer["due"]) - due) if due is not None else _sure(longer["due"])
            closes = max(closes, moment(longer.get("closes")) or moved)
        return (opens is None or at >= opens) and (closes is None or at <= closes)


def days_begun(due: datetime, received: datetime, zone: ZoneInfo) -> int:
    """Days of the calendar after the due time, the begun one whole: one more wherever the clocks show a later time than
    they did when it was due. (Neither of the two may lie in an hour that the clocks skip or show twice.)"""
    due, received = due.astimezone(zone), received.astimezone(zone)
    days = received.date() - due.date()
    return days.days + (received.time() >= due.time())


def to_the_cent(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)


def moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _sure(told: str) -> datetime:
    return datetime.fromisoformat(told)


def _kept(score: Decimal, policy: Mapping[str, Any], days: int) -> Decimal:
    """What is left of a score after so many days that nothing paid for."""
    if policy["kind"] == "none" or days == 0:
        return score
    percent = policy.get("percent_per_day")
    daily = Decimal(str(100 if percent is None else percent))
    return to_the_cent(score * max(NOTHING, 100 - daily * days) / 100)


def _cost(hand_ins: Iterable[HandIn]) -> int:
    return sum(one.status in COUNT_AS_ATTEMPTS for one in hand_ins)


def _decided(override: Mapping[str, Any]) -> set[str]:
    found = {name for name in ("excused", "withheld") if override.get(name)}
    return found | ({"overridden"} if override.get("score") is not None else set())
