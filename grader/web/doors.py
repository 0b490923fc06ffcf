"""The door to the next hint of each mistake: a button, or when there will be one; to staff, what the student opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.course.hints import Key, Ladder, Next
from grader.course.permissions import Grant
from grader.web.clock import absolute, relative
from grader.web.rendering import Frame, say


@dataclass(frozen=True, slots=True)
class Door:
    """What stands below the open hints of one mistake. `level` is the hint that a button opens, None where there is no
    button; `notes` are sentences; `fresh`: the last hint was opened just now."""

    anchor: str
    function: str
    diagnosis: str
    level: int | None
    notes: tuple[str, ...]
    fresh: bool


def doors(frame: Frame, grant: Grant, ladders: Sequence[Ladder], fresh: str) -> Mapping[Key, Door]:
    """The doors of a submission's page by function and mistake; `fresh` is the anchor of the one just gone through."""
    return {
        ladder.key: _door(frame, grant, ladder, f"hints-{number}", fresh) for number, ladder in enumerate(ladders, 1)
    }


def _door(frame: Frame, grant: Grant, ladder: Ladder, anchor: str, fresh: str) -> Door:
    coming = None if grant.staff else ladder.next
    level = coming.level if coming and coming.ready else None
    notes = _used(frame, ladder) if grant.staff else _waiting(frame, coming) if coming and not coming.ready else ()
    return Door(anchor, *ladder.key, level, notes, fresh == anchor)


def _waiting(frame: Frame, coming: Next) -> tuple[str, ...]:
    if coming.at is None:
        return (say(frame, "course.hint.attempts", level=coming.level, attempts=coming.attempts),)
    when = {"relative": relative(coming.at, frame.now, frame.lang), "at": absolute(coming.at, frame.zone, frame.lang)}
    return (say(frame, "web.hint.at", level=coming.level, **when),)


def _used(frame: Frame, ladder: Ladder) -> tuple[str, ...]:
    seen = say(frame, "web.hint.seen", open=ladder.open, levels=ladder.levels)
    opened = (
        say(frame, "web.hint.opened", level=one.level, at=absolute(one.at, frame.zone, frame.lang))
        for one in ladder.unlocks
    )
    return seen, *opened
