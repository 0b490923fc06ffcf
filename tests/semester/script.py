"""What is handed out in the simulated course, and who hands in what: drawn by a seed, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.semester.samples import CHEAP

DAY = timedelta(days=1)
NORTH = ("America/New_York", "Europe/Berlin", "America/Los_Angeles")
SOUTH = ("Australia/Sydney", "Pacific/Auckland", "America/Santiago")
TEAM = 3
CANCELLED, REPEATED = 0.04, 0.08
"""Shares of the hand-ins that are cancelled at once, and that are one of before, byte by byte."""


@dataclass(frozen=True)
class Task:
    """An assignment: the address, what is handed out there, and its settings, as they are sent."""

    slug: str
    unit: str
    settings: Mapping[str, Any]


def percent(daily: float) -> dict[str, Any]:
    return {"kind": "percent", "percent_per_day": daily}


def late_days(days: int | None, daily: float | None) -> dict[str, Any]:
    return {"kind": "late-days", "days": days, "percent_per_day": daily}


TASKS = (
    Task("choice", "svm", {"counts": "chosen", "late_policy": percent(10), "weight": 2}),
    Task("team-work", "softmax", {"teams": True, "late_policy": late_days(3, 50), "attempts_total": 7}),
    Task(
        "quota",
        "initialization",
        {
            "counts": "last",
            "late_policy": late_days(1, 33.33),
            "attempts_per_day": 2,
            "attempts_total": 3,
            "questions": [{"id": "Q1", "text": "Why?", "points": 2.5}, {"id": "Q2", "text": "How?", "points": 1}],
        },
    ),
    Task("notes", "notes", {"counts": "last", "late_policy": percent(20), "weight": 0.75}),
    Task("optimizers", "optimizers", {"late_policy": late_days(None, 25)}),
    Task("dropout", "dropout", {"late_policy": late_days(None, None), "weight": 1.25}),
    Task("layers", "layers", {}),
    Task("softmax", "softmax", {"late_policy": percent(12.5), "grace_minutes": 10, "weight": 0.33}),
)
DEFAULTS: Mapping[str, Any] = {
    "opens": None,
    "due": None,
    "closes": None,
    "grace_minutes": 0,
    "late_policy": {"kind": "none"},
    "attempts_per_day": None,
    "attempts_total": None,
    "counts": "best",
    "weight": 1,
    "profile": None,
    "teams": False,
    "questions": [],
}


@dataclass(frozen=True)
class Step:
    """One hand-in: the file is `sample` with `mark`. `cancelled` at once, where that is not too late."""

    student: int
    slug: str
    sample: str
    mark: int
    cancelled: bool = False


class Plan:
    """Who does what in a class of `students` with the first `tasks` of `TASKS`."""

    def __init__(self, students: int, tasks: int, seed: int) -> None:
        self.students, self.tasks, self.random = students, TASKS[:tasks], Random(seed)
        self.unit = {task.slug: task.unit for task in self.tasks}
        self._steps: list[Step] = []

    def roster(self) -> list[dict[str, str]]:
        """Most are in a team, every seventh student in none."""
        return [
            {
                "email": f"student{number}@example.org",
                "name": f"{'김, 하나' if number % 5 == 0 else 'Ada'} {number}",
                "group": "" if number % 7 == 6 else f"team {number // TEAM}",
                "section": "AB"[number % 2],
            }
            for number in range(self.students)
        ]

    def wave(self, share: float) -> list[Step]:
        """Each student does each task with this probability; a few have done so before, a few take it back."""
        made = [
            self._again(number, task.slug) or self._new(number, task)
            for number in range(self.students)
            for task in self.tasks
            if self.random.random() < share
        ]
        self._steps += made
        return made

    def _new(self, number: int, task: Task) -> Step:
        sample = self.random.choice(CHEAP[task.unit])
        cancelled = self.random.random() < CANCELLED
        return Step(number, task.slug, sample, len(self._steps) * 1000 + self.random.randrange(1000), cancelled)

    def _again(self, number: int, slug: str) -> Step | None:
        before = [one for one in self._steps if (one.student, one.slug) == (number, slug)]
        if not before or self.random.random() >= REPEATED:
            return None
        one = self.random.choice(before)
        return Step(number, slug, one.sample, one.mark)

    def some(self, share: float) -> Iterator[tuple[int, str]]:
        """Students and tasks."""
        for number in range(self.students):
            for task in self.tasks:
                if self.random.random() < share:
                    yield number, task.slug


def zone_for(names: Sequence[str], now: datetime) -> str:
    """A zone whose clocks do not change these days, and where no day ends within the next two hours: what counts by the
    day must not depend on when the test runs."""
    return next(name for name in names if _steady(ZoneInfo(name), now))


def _steady(zone: ZoneInfo, now: datetime) -> bool:
    offsets = {(now + days * DAY).astimezone(zone).utcoffset() for days in range(-4, 5)}
    return len(offsets) == 1 and 1 <= now.astimezone(zone).hour < 22


def before_the_change(zone: str, now: datetime) -> datetime:
    """The same time by the clocks of `zone`, some days before they changed the last time."""
    local = now.astimezone(ZoneInfo(zone)).replace(microsecond=0)
    days = next(days for days in range(1, 400) if (local - days * DAY).utcoffset() != local.utcoffset())
    return (local - (days + 2) * DAY).astimezone(UTC)
